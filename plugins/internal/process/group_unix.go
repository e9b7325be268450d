//go:build unix

package process

import (
	"os"
	"os/exec"
	"syscall"
)

// A group is a process and all those it started, unless they left it.
type group struct{ pid int }

// prepare makes the command's process the first of a group of its own. It does
// not get the signals a terminal sends to the programs in its foreground.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// newGroup returns the group of a process that was started.
func newGroup(p *os.Process) (*group, error) { return &group{p.Pid}, nil }

// kill ends all processes of the group. That there are none is not an error.
func (g *group) kill() error {
	err := syscall.Kill(-g.pid, syscall.SIGKILL)
	if err == syscall.ESRCH || err == syscall.EPERM { // EPERM: darwin, for processes that ended
		return nil
	}
	return err
}

func (g *group) close() error { return nil }
