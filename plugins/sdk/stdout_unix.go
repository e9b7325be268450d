//go:build unix

package sdk

import (
	"os"

	"golang.org/x/sys/unix"
)

// divertStdout returns the standard output as a file of its own and has file
// descriptor 1 lead to the standard error from now on, so that whatever prints
// there, C libraries and child processes included, prints to the host's log.
func divertStdout() (*os.File, error) {
	// Not to be inherited: a child that outlives the plugin must not keep the
	// host waiting for its end.
	fd, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := dupTo(2, 1); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "handshake"), nil
}
