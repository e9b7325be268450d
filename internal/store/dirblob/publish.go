package dirblob

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
)

// publish gives the file from, of the same opened folder, the name at if that is
// free, else it fails with fs.ErrExist. A file of that name is whole at every
// moment. It reports whether the file has its old name too.
func (d *Dir) publish(at place, from, name string) (both bool, err error) {
	err = d.do("link", name, func() error { return at.root.Link(from, at.name) })
	if !unsupported(err) {
		return err == nil, err
	}
	err = d.do("renameat2", name, func() error { return renameNoReplace(at.root, from, at.name) })
	if !unsupported(err) {
		return false, err
	}
	return false, d.publishLocked(at, from, name)
}

// publishLocked stands in for link(2) where nothing like it exists: everybody
// who creates files in the folder does so under one lock.
func (d *Dir) publishLocked(at place, from, name string) error {
	unlock, err := d.lockPlace(context.Background(), place{at.root, linkLock}, name)
	if err != nil {
		return err
	}
	defer unlock()
	return d.do("rename", name, func() error {
		if _, err := at.root.Lstat(at.name); err == nil {
			return fs.ErrExist
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return rename(at.root, from, at.name)
	})
}

// unsupported reports whether err says that the file system does not know the
// operation. There is no agreed way to say so: FAT answers EPERM, old kernels
// ENOSYS or EINVAL, and 1 is ERROR_INVALID_FUNCTION on Windows.
func unsupported(err error) bool {
	for _, e := range []error{errors.ErrUnsupported, syscall.EPERM, syscall.EINVAL, syscall.EMLINK, syscall.Errno(1)} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
