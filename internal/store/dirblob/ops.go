package dirblob

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// do runs one elementary operation on name: the place where faults are put in
// and where errors get their shape.
func (d *Dir) do(op, name string, f func() error) error {
	if d.opts.Fault != nil {
		if err := d.opts.Fault(op, name); err != nil {
			return &fs.PathError{Op: op, Path: name, Err: err}
		}
	}
	return shape(op, name, f())
}

// shape names the operation and the file as the caller knows them. What the
// system reports names system calls and hidden files instead.
func shape(op, name string, err error) error {
	if err == nil {
		return nil
	}
	err = bare(err)
	if errors.Is(err, errEscapes()) {
		err = ErrEscapes
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// bare strips the names the standard library put around a system error.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.SyscallError](err); ok {
		return e.Err
	}
	return err
}

// errEscapes is the error with which [os.Root] refuses a path that leads out.
// The standard library does not export it, so it is asked for once.
var errEscapes = sync.OnceValue(func() error {
	root, err := os.OpenRoot(string(filepath.Separator))
	if err != nil {
		return ErrEscapes
	}
	defer root.Close()
	_, err = root.Lstat("..")
	return bare(err)
})
