package sdk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// A SpoolFile is a temporary file that is removed when it is closed. It is an
// [artifacts.File].
type SpoolFile struct {
	*os.File
	size  int64
	close func() error
}

// Size returns the number of bytes that were read into the file.
func (f *SpoolFile) Size() int64 { return f.size }

// Close closes and removes the file. Further calls do nothing.
func (f *SpoolFile) Close() error { return f.close() }

// Spool reads r to its end into a temporary file, for formats and libraries that
// need to seek in a file or open it by name (Name). It begins at the beginning.
// Close it after use; a plugin closes at the end of the call what is open still.
//
// With a nil r the file is empty, to be written by a library and copied to the
// handler's writer.
func Spool(ctx context.Context, r io.Reader) (*SpoolFile, error) {
	c := callOf(ctx)
	dir := ""
	if c != nil {
		var err error
		if dir, err = c.dir(); err != nil {
			return nil, fmt.Errorf("spool: %w", err)
		}
	}
	file, err := os.CreateTemp(dir, "lazyscribe-spool-*")
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	f := &SpoolFile{File: file, close: sync.OnceValue(func() error {
		return errors.Join(file.Close(), os.Remove(file.Name()))
	})}
	if r != nil {
		f.size, err = io.Copy(file, untilDone{ctx, r})
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fmt.Errorf("spool: %w", errors.Join(err, f.Close()))
	}
	if c != nil {
		c.atEnd(f)
	}
	return f, nil
}

// untilDone ends the reading when the context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// A folder is made when it is first needed and removed with all that is in it
// when the process ends.
type folder struct {
	pattern string

	mu      sync.Mutex
	path    string
	removed bool
}

func (f *folder) get() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.removed {
		return "", errors.New("the plugin ends")
	}
	var err error
	if f.path == "" {
		f.path, err = os.MkdirTemp("", f.pattern)
	}
	return f.path, err
}

func (f *folder) remove() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.removed = true
	if f.path != "" {
		os.RemoveAll(f.path)
	}
}
