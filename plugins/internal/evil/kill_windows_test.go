package evil

import "os"

const (
	isWindows = true
	shortTemp = ""
)

func killSelf() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		_ = p.Kill()
	}
	select {}
}

// stopSelf does the nearest to stopping that there is.
func stopSelf() { select {} }
