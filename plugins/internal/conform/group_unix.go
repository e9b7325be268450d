//go:build unix

package conform

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps the terminal's signals from the plugin, and lets killGroup
// reach what the plugin itself started.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends a process and its children. One that has ended already is none.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
