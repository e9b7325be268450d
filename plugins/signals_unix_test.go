//go:build unix

package plugins

import (
	"bufio"
	"fmt"
	"os"
	"strings"
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

// alive reports whether a process exists and is no zombie.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		_, noProc := os.Stat("/proc/self/status")
		return noProc != nil // it ended meanwhile, or this system has no such folder
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if state, ok := strings.CutPrefix(s.Text(), "State:"); ok {
			return !strings.HasPrefix(strings.TrimSpace(state), "Z")
		}
	}
	return false
}
