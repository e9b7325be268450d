package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A File is a file among the parameters of a step. What counts is its content:
// the hash is the same wherever the file is and whatever it is called.
type File struct {
	URL    string `lazyscribe:"url,nohash"` // without parameters, which may be secret
	Digest string `lazyscribe:"digest"`     // "sha256:" and 64 hexadecimal digits
	Size   int64  `lazyscribe:"size"`       // bytes

	source string // the URL as it was given
}

// NewFile reads a file, in any storage, and returns what stands for it.
func NewFile(ctx context.Context, url string) (f File, err error) {
	defer func() {
		if err != nil {
			f, err = File{}, fmt.Errorf("file %q: %w", store.WithoutParameters(url), err)
		}
	}()
	from, err := openFile(ctx, url)
	if err != nil {
		return f, err
	}
	counted := &counter{r: from}
	digest, err := payload.Digest(ctx, counted)
	if err = errors.Join(err, from.Close()); err != nil {
		return f, err
	}
	return File{store.WithoutParameters(url), parts.Digest(digest), counted.n, url}, nil
}

// Open opens the file for reading. If it is not the one that the parameters are
// about any more, that is ErrCorrupt of package artifacts at its end, if not
// before.
func (f File) Open(ctx context.Context) (io.ReadCloser, error) {
	url := f.source
	if url == "" {
		url = f.URL
	}
	digits, err := parts.Hex(f.Digest)
	if err != nil {
		return nil, fmt.Errorf("file %q: %w", f.URL, err)
	}
	from, err := openFile(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("file %q: %w", f.URL, err)
	}
	return payload.Verify(ctx, from, artifacts.Artifact{Name: f.URL, SHA256: digits, Size: f.Size}), nil
}

// openedFile closes its store too.
type openedFile struct {
	io.ReadCloser
	store *store.Store
}

func (f openedFile) Close() error { return errors.Join(f.ReadCloser.Close(), f.store.Close()) }

func openFile(ctx context.Context, url string) (io.ReadCloser, error) {
	s, key, err := store.Open(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	f, err := s.Open(ctx, key)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return openedFile{f, s}, nil
}

// counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
