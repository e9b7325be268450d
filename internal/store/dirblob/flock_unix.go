//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package dirblob

import (
	"errors"
	"os"
	"syscall"
)

// flock tries to lock f for this process alone, by flock(2).
func flock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case errors.Is(err, errors.ErrUnsupported), errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.ENOLCK):
			return false, ErrNoLocks
		}
		return false, err
	}
}
