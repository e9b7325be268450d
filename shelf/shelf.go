package shelf

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Options are the choices of a [Shelf]. Nil means all defaults.
type Options struct {
	Registry *Registry // nil: [Default]

	// Cache keeps copies of what is got on the local disk; nil keeps none.
	Cache *Cache

	Logger *slog.Logger     // nil: silent
	Now    func() time.Time // nil: time.Now

	// NoSync leaves it to the system when data reaches the disk: faster, and a
	// power cut can undo or tear what was put.
	NoSync bool

	// AllowLinks follows links from the folder of a value to folders elsewhere.
	AllowLinks bool

	// AssumeSingleWriter goes on where storage can not tell two writers apart.
	// The caller promises there is one.
	AssumeSingleWriter bool

	// fault is called before each operation of the storage, which fails with its
	// error. For tests of what happens then.
	fault func(op, key string) error
}

// A Shelf puts values to URLs and gets them. The zero Shelf has all defaults.
type Shelf struct {
	opts   Options
	bucket *blob.Bucket // nil: URLs say where
}

// New returns a shelf.
func New(o *Options) *Shelf {
	s := new(Shelf)
	if o != nil {
		s.opts = *o
	}
	return s
}

// NewBucket returns a shelf whose URLs are keys in a bucket, which the caller
// closes. gocloud.dev has no way to replace an object only if nobody else did, so
// a plain bucket is for one writer at a time.
func NewBucket(b *blob.Bucket, o *Options) (*Shelf, error) {
	if b == nil {
		return nil, errors.New("open shelf: the bucket is nil")
	}
	s := New(o)
	s.bucket = b
	return s, nil
}

func (s *Shelf) registry() *Registry {
	if s.opts.Registry == nil {
		return defaultRegistry
	}
	return s.opts.Registry
}

func (s *Shelf) now() time.Time {
	if s.opts.Now == nil {
		return time.Now()
	}
	return s.opts.Now()
}

func (s *Shelf) logger() *slog.Logger {
	if s.opts.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.opts.Logger
}

func (s *Shelf) storeOptions() *store.Options {
	o := s.opts
	return &store.Options{NoSync: o.NoSync, AllowLinks: o.AllowLinks, AssumeSingleWriter: o.AssumeSingleWriter, Logger: o.Logger, Fault: o.fault}
}

// open returns the store of the folder in which a URL's value is, and its key
// there. The caller closes the store.
func (s *Shelf) open(ctx context.Context, url string) (*store.Store, string, error) {
	if s.bucket != nil {
		folder, key := path.Split(strings.TrimRight(url, "/"))
		if !fs.ValidPath(key) || key == "." {
			return nil, "", fmt.Errorf("key %q: %w", url, artifacts.ErrUnsafePath)
		}
		st, err := store.OpenBucketFolder(s.bucket, folder, s.storeOptions())
		return st, key, err
	}
	return store.OpenIn(ctx, url, s.storeOptions())
}

// openFolder returns the store that is the folder at a URL.
func (s *Shelf) openFolder(ctx context.Context, url string) (*store.Store, error) {
	if s.bucket != nil {
		return store.OpenBucketFolder(s.bucket, url, s.storeOptions())
	}
	return store.OpenFolder(ctx, url, s.storeOptions())
}

// at opens the place of a value and lets do work there. Errors get the operation
// and the URL.
func (s *Shelf) at(ctx context.Context, op, url string, do func(st *store.Store, key string) error) (err error) {
	st, key, err := s.open(ctx, url)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	shown := st.URL(key)
	if key == recordFolder || path.Base(path.Dir(filepath.ToSlash(shown))) == recordFolder {
		return fmt.Errorf("%s %q: %w: %q is the folder of manifests", op, shown, artifacts.ErrUnsafePath, recordFolder)
	}
	if err := do(st, key); err != nil {
		return fmt.Errorf("%s %q: %w", op, shown, err)
	}
	return nil
}
