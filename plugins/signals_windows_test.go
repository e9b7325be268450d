package plugins

import (
	"os"

	"golang.org/x/sys/windows"
)

func killSelf() {
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		p.Kill()
	}
	select {}
}

// stopSelf has to do without a signal that stops a process.
func stopSelf() { select {} }

// endings are the signals that end a program which does not expect them.
var endings = map[string]os.Signal{"kill": os.Kill}

// alive reports whether a process exists.
func alive(pid int) bool {
	p, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return false
	}
	defer windows.CloseHandle(p)
	state, err := windows.WaitForSingleObject(p, 0)
	return err == nil && state == uint32(windows.WAIT_TIMEOUT)
}
