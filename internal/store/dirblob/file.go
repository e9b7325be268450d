package dirblob

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
	"time"
)

// A File is open for reading: a reader with the other ways to read a file. It
// shows the file as it was when opened, also after a replace.
type File struct {
	d    *Dir
	f    *os.File
	info fs.FileInfo
	name string
}

var _ interface {
	io.ReadSeekCloser
	io.ReaderAt
} = (*File)(nil)

// Open opens a file for reading.
func (d *Dir) Open(name string) (*File, error) {
	if err := check("open", name); err != nil {
		return nil, err
	}
	at, err := d.find("open", name, false)
	if err != nil {
		return nil, err
	}
	file := &File{d: d, name: name}
	err = d.do("open", name, func() error {
		// Not every system refuses to open a folder, and opening a named pipe
		// would wait for its other end.
		if fi, err := at.root.Stat(at.name); err != nil {
			return err
		} else if err := regular(fi); err != nil {
			return err
		}
		f, err := at.root.Open(at.name)
		if err != nil {
			return err
		}
		file.f = f
		file.info, err = f.Stat()
		if err != nil {
			return errors.Join(err, f.Close())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Stat returns what the system knows of a file.
func (d *Dir) Stat(name string) (fs.FileInfo, error) {
	if err := check("stat", name); err != nil {
		return nil, err
	}
	at, err := d.find("stat", name, false)
	if err != nil {
		return nil, err
	}
	var fi fs.FileInfo
	err = d.do("stat", name, func() (err error) {
		if fi, err = at.root.Stat(at.name); err != nil {
			return err
		}
		return regular(fi)
	})
	if err != nil {
		return nil, err
	}
	return fi, nil
}

// errNotRegular: a device, a pipe or a socket has the name.
var errNotRegular = errors.New("not a regular file")

func regular(fi fs.FileInfo) error {
	switch {
	case fi.IsDir():
		return syscall.EISDIR
	case !fi.Mode().IsRegular():
		return errNotRegular
	}
	return nil
}

// Remove removes a file and the folders that this leaves empty.
func (d *Dir) Remove(name string) error {
	if err := check("remove", name); err != nil {
		return err
	}
	return d.remove(name)
}

// RemoveTemp removes a file that [Dir.Temps] found.
func (d *Dir) RemoveTemp(name string) error {
	if !isTemp(path.Base(name)) || !fs.ValidPath(name) {
		return &fs.PathError{Op: "remove", Path: name, Err: ErrInvalidName}
	}
	return d.remove(name)
}

func (d *Dir) remove(name string) error {
	at, err := d.find("remove", name, false)
	if err != nil {
		return err
	}
	if err := d.removeFile(at, name); err != nil {
		return err
	}
	d.prune(at)
	return nil
}

func (d *Dir) removeFile(at place, name string) error {
	return d.do("remove", name, func() error {
		// Root.Remove takes an empty folder too.
		fi, err := at.root.Lstat(at.name)
		if err != nil {
			return err
		}
		if fi.IsDir() {
			return syscall.EISDIR
		}
		return at.root.Remove(at.name)
	})
}

// Move renames a file if the new name is free, else it fails with
// [io/fs.ErrExist]. It cannot move between the folder and one that a link
// leads to: that is [errors.ErrUnsupported]. An error that is [ErrUncertain]
// came after the move.
func (d *Dir) Move(to, from string) error {
	for _, name := range []string{to, from} {
		if err := check("move", name); err != nil {
			return err
		}
	}
	src, err := d.find("move", from, false)
	if err != nil {
		return err
	}
	dst, err := d.find("move", to, true)
	if err != nil {
		return err
	}
	if src.root != dst.root {
		return &fs.PathError{Op: "move", Path: from, Err: errors.ErrUnsupported}
	}
	// Found out before a folder is made for it.
	if _, err := d.Stat(from); err != nil {
		return err
	}
	var both bool
	err = d.inFolder(dst, func() (err error) {
		both, err = d.publish(dst, src.name, to)
		return err
	})
	if err != nil {
		return err
	}
	if both {
		if err := d.removeFile(src, from); err != nil {
			return err
		}
	}
	d.prune(src)
	if err := errors.Join(d.syncEntry(dst), d.syncEntry(src)); err != nil {
		return uncertain("move", from, err)
	}
	return nil
}

// Size returns the file's length in bytes when it was opened.
func (f *File) Size() int64 { return f.info.Size() }

// ModTime returns when the file was last written.
func (f *File) ModTime() time.Time { return f.info.ModTime() }

func (f *File) Read(p []byte) (n int, err error) {
	err = f.read(func() (err error) { n, err = f.f.Read(p); return err })
	return n, err
}

// ReadAt may be used by several goroutines at a time.
func (f *File) ReadAt(p []byte, off int64) (n int, err error) {
	err = f.read(func() (err error) { n, err = f.f.ReadAt(p, off); return err })
	return n, err
}

// Seek sets where Read goes on.
func (f *File) Seek(offset int64, whence int) (int64, error) { return f.f.Seek(offset, whence) }

// Close closes the file.
func (f *File) Close() error { return shape("close", f.name, f.f.Close()) }

// read runs one read; the end of the file is not an error to give a name to.
func (f *File) read(do func() error) error {
	eof := false
	err := f.d.do("read", f.name, func() error {
		err := do()
		eof = err == io.EOF
		if eof {
			return nil
		}
		return err
	})
	if eof {
		return io.EOF
	}
	return err
}
