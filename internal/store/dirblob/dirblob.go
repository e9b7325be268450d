// Package dirblob keeps blobs as plain files in one local folder.
//
// A [Dir] has the operations a durable store needs and an object store lacks:
// a lock, a replace under that lock, a move that never overwrites, readers
// that seek. [Dir.Bucket] presents the same folder as a gocloud.dev bucket,
// for code that is written against any bucket.
//
// What it promises:
//   - A name never shows a half-written file. A file is written under a hidden
//     name in the folder it belongs to, flushed to the disk, and then given its
//     name by link(2), which fails when the name is taken, or by rename(2),
//     which replaces whole files.
//   - What was acknowledged survives a power cut: the file, the folder that
//     names it, and every folder made for it are flushed first (unless
//     [Options].NoSync).
//   - Nothing leads out of the folder: every path goes through [os.Root].
//     Links to folders elsewhere are followed only with [Options].AllowLinks.
//   - There are no side files: a file's name and bytes are all there is.
//     Content types and metadata given through the bucket are dropped.
//
// The folder need not exist: reads then find nothing, and the first write makes
// it. Names are slash-separated and relative, as [io/fs.ValidPath] has them.
//
// A Dir is safe for concurrent use, by goroutines and by processes. Slices
// passed to it are not kept. Errors are [*io/fs.PathError] with the operation
// that failed and the name as the caller knows it; test them with [errors.Is]
// against the io/fs sentinels and those of this package.
package dirblob

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"
)

var (
	// ErrEscapes: the name passes through a link that leads out of the folder.
	ErrEscapes = errors.New("a link leads out of the folder")

	// ErrUncertain: the file was replaced or moved, but the folder could not be
	// flushed, so a power cut may undo it.
	ErrUncertain = errors.New("done, but not known to be durable")

	// ErrNoLocks: the file system does not support locks.
	ErrNoLocks = errors.New("the file system does not support locks")

	// ErrInvalidName: the name is not a valid path of a file in the folder, or
	// is one that Dir keeps for itself.
	ErrInvalidName = errors.New("invalid file name")
)

// Options change how a [Dir] works. The zero value is safe and durable.
type Options struct {
	// NoSync leaves flushing to the operating system: faster, but a power cut
	// may lose or truncate what was acknowledged. For scratch work.
	NoSync bool

	// AllowLinks follows links that stand directly in the folder and lead to
	// folders elsewhere, as when large files are kept on another disk.
	AllowLinks bool

	// AssumeSingleWriter goes on without a lock where the file system has none.
	AssumeSingleWriter bool

	// Logger hears of long waits for a lock and of locks that are missing; nil
	// is silent.
	Logger *slog.Logger

	// Fault, when set, is called before each elementary operation with its name
	// (open, stat, mkdir, create, write, sync, link, renameat2, rename, syncdir,
	// remove, lock, list, read) and the file's name; an error makes the operation fail
	// with it. It exists for tests of what happens then.
	Fault func(op, name string) error
}

// Dir is a local folder.
type Dir struct {
	path string
	opts Options

	mu     sync.Mutex
	closed bool
	root   *os.Root            // nil until the folder is found or made
	links  map[string]*os.Root // folders elsewhere, by the link's name and target
	synced map[folder]struct{} // folders whose entry in their parent was flushed
}

// New returns the folder at path, which is used as the operating system
// understands it. Nothing is read or made yet.
func New(path string, o *Options) *Dir {
	d := &Dir{path: path, links: map[string]*os.Root{}, synced: map[folder]struct{}{}}
	if o != nil {
		d.opts = *o
	}
	if d.opts.Logger == nil {
		d.opts.Logger = slog.New(slog.DiscardHandler)
	}
	return d
}

// Path returns the path the Dir was made with.
func (d *Dir) Path() string { return d.path }

// Exists reports whether the folder is there.
func (d *Dir) Exists() bool {
	_, err := d.find("stat", ".", false)
	return !errors.Is(err, fs.ErrNotExist)
}

// Close releases the folder. Files that are open stay usable; everything else
// fails with [io/fs.ErrClosed]. Closing again does nothing.
func (d *Dir) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	var errs []error
	if d.root != nil {
		errs = append(errs, d.root.Close())
	}
	for _, root := range d.links {
		errs = append(errs, root.Close())
	}
	return errors.Join(errs...)
}
