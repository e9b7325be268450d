//go:build !windows

package dirblob

import (
	"errors"
	"os"
	"syscall"
)

// syncDir flushes a folder's entries. Some network and user-space file systems
// have no such operation and say so; they offer nothing better.
func syncDir(f *os.File) error {
	err := f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
