package parts

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// inFile is a file that a codec reads.
type inFile struct {
	r      *Reader
	file   File
	stored store.File

	mu      sync.Mutex
	checked io.ReadCloser // stored, compared with what is recorded
	closed  bool
}

// seekable is one that can be read at any place too, which takes no part in the
// comparison.
type seekable struct {
	*inFile
	io.ReaderAt
}

func (f *inFile) Read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return 0, &fs.PathError{Op: "read", Path: f.file.Name, Err: fs.ErrClosed}
	}
	n, err := f.checked.Read(p)
	if err != nil && err != io.EOF {
		err = f.failed(err)
	}
	return n, err
}

// failed tells the reader and names the file.
func (f *inFile) failed(err error) error {
	err = fmt.Errorf("read file %q: %w", f.r.place.Store.URL(f.r.place.FileKey(f.file.Name)), err)
	f.r.fail(err)
	return err
}

// Close reads what the codec left, as whether the file is what was put shows at
// its end only.
func (f *inFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	var broken error
	if f.file.Digest != "" {
		if _, err := io.Copy(io.Discard, f.checked); err != nil {
			broken = f.failed(err)
		}
	}
	f.closed = true
	return errors.Join(broken, f.checked.Close())
}

// end closes the file without a look at what was left.
func (f *inFile) end() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	return f.checked.Close()
}

// Size returns the length of the file, in bytes.
func (f *inFile) Size() int64 { return f.stored.Size() }

// Stat returns what is known of the file.
func (f *inFile) Stat() (fs.FileInfo, error) {
	return info{name: path.Base(f.file.Name), size: f.stored.Size(), mode: 0o444}, nil
}

// info is what is known of a file or a folder.
type info struct {
	name string
	size int64
	mode fs.FileMode
}

func (i info) Name() string               { return i.name }
func (i info) Size() int64                { return i.size }
func (i info) Mode() fs.FileMode          { return i.mode }
func (i info) ModTime() time.Time         { return time.Time{} }
func (i info) IsDir() bool                { return i.mode.IsDir() }
func (i info) Sys() any                   { return nil }
func (i info) Type() fs.FileMode          { return i.mode.Type() }
func (i info) Info() (fs.FileInfo, error) { return i, nil }
