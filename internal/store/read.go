package store

import (
	"context"
	"io"
	"time"
)

// A File is a stored file that is open for reading. On the local disk and in
// memory it is also an [io.ReaderAt] and an [io.Seeker]. A file that is
// replaced meanwhile goes on to be read as it was.
type File interface {
	io.ReadCloser
	Size() int64 // bytes, when it was opened
	ModTime() time.Time
}

// Open opens a file for reading. The caller closes it.
func (s *Store) Open(ctx context.Context, key string) (File, error) {
	if err := s.check("open", key); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, s.fail("open", key, err)
	}
	f, err := s.backend.open(ctx, key)
	if err != nil {
		return nil, s.fail("open", key, err)
	}
	return f, nil
}

// Stat returns what is known of a file without reading it.
func (s *Store) Stat(ctx context.Context, key string) (Info, error) {
	if err := s.check("stat", key); err != nil {
		return Info{}, err
	}
	info, err := s.backend.stat(ctx, key)
	if err != nil {
		return Info{}, s.fail("stat", key, err)
	}
	return info, nil
}

// texter is a storage that reads a manifest in a way of its own.
type texter interface {
	readText(ctx context.Context, key string) ([]byte, error)
}

// ReadText returns the content of a manifest.
func (s *Store) ReadText(ctx context.Context, key string) ([]byte, error) {
	if t, ok := s.backend.(texter); ok {
		if err := s.check("open", key); err != nil {
			return nil, err
		}
		text, err := t.readText(ctx, key)
		return text, s.fail("open", key, err)
	}
	f, err := s.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := readAll(f, f.Size())
	if err != nil {
		return nil, s.fail("read", key, err)
	}
	return text, nil
}

// trustedSize is what is allocated at most because a server says so. Pages that
// nothing is written to cost no memory, so a lie costs address space only.
const trustedSize = 1 << 30

// readAll reads to the end of r, which is expected after size bytes: then it
// allocates once.
func readAll(r io.Reader, size int64) ([]byte, error) {
	buf := make([]byte, 0, max(size, 0)+1) // one more, so that the end is seen without growing
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
	}
}
