//go:build unix

package childtest

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// Alive reports whether a process exists and is no zombie: where nobody waits for
// orphans, those that ended stay as that.
func Alive(pid int) bool {
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
