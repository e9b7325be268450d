//go:build unix

package plugins

import (
	"os"
	"syscall"
)

func killSelf() {
	syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

func stopSelf() {
	syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	select {}
}

// endings are the signals that end a program which does not expect them.
var endings = map[string]os.Signal{"kill": syscall.SIGKILL, "terminate": syscall.SIGTERM, "interrupt": syscall.SIGINT, "hang up": syscall.SIGHUP}
