package parts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Place is where the files of a value are.
type Place struct {
	Store *store.Store
	Key   string // of the single file, or of the folder of several

	// Folder is one below Key in which the several files of one attempt are, ""
	// for none: files of another attempt may be in place.
	Folder string

	Several bool

	MediaType string // of what is written, for buckets; "": bytes of any kind
}

// FileKey returns where a file is.
func (p Place) FileKey(name string) string {
	switch {
	case !p.Several:
		return p.Key
	case p.Folder != "":
		name = p.Folder + "/" + name
	}
	return p.Key + "/" + name
}

// A Writer is what a codec writes one value to. What is closed of several files is
// there, under names that were free; a single file waits for [Writer.Commit].
type Writer struct {
	ctx     context.Context // of the one call
	place   Place
	replace bool

	mu      sync.Mutex
	made    map[string]*outFile
	folders map[string]bool // those of files that were made
	err     error           // first of the storage
	env     artifacts.Environment
	ended   bool
}

// NewWriter returns a writer of the files at a place. A single file takes the
// place of another if replace is set; files are not overwritten otherwise.
func NewWriter(ctx context.Context, place Place, replace bool) *Writer {
	return &Writer{ctx: ctx, place: place, replace: replace && !place.Several, made: map[string]*outFile{}, folders: map[string]bool{}}
}

// Create begins a file.
func (w *Writer) Create(name string) (io.WriteCloser, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return nil, fmt.Errorf("create %q: the codec's call is over", name)
	}
	if !w.place.Several {
		name = ""
	}
	if err := w.checkName(name); err != nil {
		return nil, fmt.Errorf("create %q: %w", name, err)
	}
	to, err := w.place.Store.NewWriter(w.ctx, w.place.FileKey(name), &store.WriterOptions{Replace: w.replace, MediaType: w.place.MediaType})
	if err != nil {
		w.failed(err)
		return nil, err
	}
	f := &outFile{w: w, to: to, file: File{Name: name}}
	w.made[name] = f
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		w.folders[folder] = true
	}
	return f, nil
}

// checkName refuses names that would not make a folder of files everywhere.
func (w *Writer) checkName(name string) error {
	if !w.place.Several {
		if len(w.made) > 0 {
			return errors.New("the codec's values are one file: set Several for more")
		}
		return nil
	}
	if !fs.ValidPath(name) || name == "." || strings.HasPrefix(name, "~") {
		return artifacts.ErrUnsafePath
	}
	if w.made[name] != nil {
		return artifacts.ErrExists
	}
	if w.folders[name] {
		return fmt.Errorf("it is a folder: %w", artifacts.ErrExists)
	}
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if w.made[folder] != nil {
			return fmt.Errorf("%q is a file: %w", folder, artifacts.ErrExists)
		}
	}
	return nil
}

// failed keeps the first error of the storage. The lock is held.
func (w *Writer) failed(err error) {
	if w.err == nil {
		w.err = err
	}
}

// KeepEnvironment records what a handler says of its surroundings.
func (w *Writer) KeepEnvironment(env artifacts.Environment) { w.env = maps.Clone(env) }

// Environment returns what was recorded.
func (w *Writer) Environment() artifacts.Environment { return w.env }

// outFile is a file that a codec writes.
type outFile struct {
	w      *Writer
	to     *store.Writer
	file   File
	closed bool // flushed, and committed if it is one of several
}

func (f *outFile) Write(p []byte) (int, error) {
	if f.closed {
		return 0, fs.ErrClosed
	}
	n, err := f.to.Write(p)
	if err != nil {
		f.w.mu.Lock()
		defer f.w.mu.Unlock()
		f.w.failed(err)
	}
	return n, err
}

func (f *outFile) Close() error {
	if f.closed {
		return nil
	}
	err := f.to.Flush()
	if err == nil && f.w.place.Several {
		err = f.to.Commit(f.w.ctx)
	}
	f.w.mu.Lock()
	defer f.w.mu.Unlock()
	if err != nil {
		f.w.failed(err)
		return err
	}
	info := f.to.Info()
	f.file.Size, f.file.Digest = info.Size, Digest(info.SHA256)
	f.closed = true
	return nil
}

// Files returns what was written, sorted by name, after a codec succeeded. It is
// an error if the codec has left a file open, lost an error of the storage or, for
// a single file, has made none.
func (w *Writer) Files() ([]File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	if w.err != nil {
		return nil, w.err
	}
	if !w.place.Several && len(w.made) == 0 {
		return nil, errors.New("the codec has written no file")
	}
	var files []File
	for _, name := range slices.Sorted(maps.Keys(w.made)) {
		f := w.made[name]
		if !f.closed {
			return nil, fmt.Errorf("the codec has not closed file %q", name)
		}
		files = append(files, f.file)
	}
	return files, nil
}

// Err returns the first error of the storage, whatever the codec made of it.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Commit gives a single file its name.
func (w *Writer) Commit(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.made[""]; f != nil && !w.place.Several {
		return f.to.Commit(ctx)
	}
	return nil
}

// abortTime bounds the removal of what a codec wrote that failed.
const abortTime = 30 * time.Second

// Abort drops what was written and is not committed, and removes what is there of
// several files, even if the context has ended. What cannot be removed stays.
func (w *Writer) Abort() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), abortTime)
	defer cancel()
	for name, f := range w.made {
		f.to.Abort()
		if f.closed && w.place.Several {
			_ = w.place.Store.Remove(ctx, w.place.FileKey(name))
		}
	}
}
