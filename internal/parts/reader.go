package parts

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Fetch opens a file of a store; one that keeps copies needs what is recorded of
// it.
type Fetch func(ctx context.Context, key string, f File) (store.File, error)

// A Reader is what a codec reads one value from: a file system of its files. It
// must be closed.
type Reader struct {
	ctx   context.Context // of the one call
	place Place
	files []File // sorted by name
	env   artifacts.Environment
	fetch Fetch

	mu     sync.Mutex
	opened []*inFile
	broken error // first thing found wrong with a file
}

// NewReader returns a reader of files that are recorded. A nil fetch opens them in
// the store. A single file has the name that is recorded, wherever it is.
func NewReader(ctx context.Context, place Place, files []File, env artifacts.Environment, fetch Fetch) *Reader {
	if fetch == nil {
		fetch = func(ctx context.Context, key string, _ File) (store.File, error) { return place.Store.Open(ctx, key) }
	}
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return &Reader{ctx: ctx, place: place, files: files, env: env, fetch: fetch}
}

// Names returns the names of the files, sorted.
func (r *Reader) Names() []string {
	names := make([]string, len(r.files))
	for i, f := range r.files {
		names[i] = f.Name
	}
	return names
}

// Open opens a file or a folder.
func (r *Reader) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	file, ok := r.find(name)
	if !ok {
		entries, err := r.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &dirFile{info: info{name: path.Base(name), mode: fs.ModeDir | 0o555}, entries: entries}, nil
	}
	f, err := r.open(file)
	if err != nil {
		return nil, err
	}
	if at, ok := f.stored.(io.ReaderAt); ok {
		return seekable{f, at}, nil
	}
	return f, nil
}

func (r *Reader) find(name string) (File, bool) {
	i, ok := slices.BinarySearchFunc(r.files, name, func(f File, name string) int { return strings.Compare(f.Name, name) })
	if !ok {
		return File{}, false
	}
	return r.files[i], true
}

func (r *Reader) open(file File) (*inFile, error) {
	recorded, err := file.artifact()
	if err != nil {
		return nil, err
	}
	stored, err := r.fetch(r.ctx, r.place.FileKey(file.Name), file)
	if err != nil {
		r.fail(err)
		return nil, err
	}
	f := &inFile{r: r, file: file, stored: stored, checked: payload.Verify(r.ctx, stored, recorded)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened = append(r.opened, f)
	return f, nil
}

// OpenStored opens a file for who compares it with what is recorded himself.
func (r *Reader) OpenStored(name string) (io.ReadCloser, artifacts.Artifact, error) {
	file, ok := r.find(name)
	if !ok {
		return nil, artifacts.Artifact{}, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	recorded, err := file.artifact()
	if err != nil {
		return nil, recorded, err
	}
	recorded.Environment = r.env
	stored, err := r.fetch(r.ctx, r.place.FileKey(name), file)
	if err != nil {
		return nil, recorded, err
	}
	return stored, recorded, nil
}

func (r *Reader) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken == nil {
		r.broken = err
	}
}

// Verify reads what was opened to the end, if its digest is known, compares it,
// and closes it. It returns the first thing wrong with any file.
func (r *Reader) Verify() error {
	for _, f := range r.take() {
		_ = f.Close() // fail has its error
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken
}

// Close closes what is open and compares nothing more.
func (r *Reader) Close() error {
	var errs []error
	for _, f := range r.take() {
		errs = append(errs, f.end())
	}
	return errors.Join(errs...)
}

// take returns what was opened since the last call.
func (r *Reader) take() []*inFile {
	r.mu.Lock()
	defer r.mu.Unlock()
	opened := r.opened
	r.opened = nil
	return opened
}
