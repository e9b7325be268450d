package dirblob

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// An Entry is a file found by a listing.
type Entry struct {
	Name string
	Info fs.FileInfo
}

// List yields the files whose names begin with prefix, ordered by name, without
// those Dir keeps for itself. Files made or removed meanwhile may or may not
// appear. After an error the listing ends.
func (d *Dir) List(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return d.newWalk(prefix, "").all(ctx)
}

// Temps yields, as List does, the hidden files that are being written, or whose
// writer died: their times tell which.
func (d *Dir) Temps(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return (&walk{d: d, prefix: prefix, keep: isTemp}).all(ctx)
}

// newWalk walks the files that List yields, beginning after a name.
func (d *Dir) newWalk(prefix, after string) *walk {
	keep := func(elem string) bool { return !isTemp(elem) && !isLock(elem) }
	return &walk{d: d, prefix: prefix, after: after, keep: keep}
}

func (w *walk) all(ctx context.Context) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for {
			e, ok, err := w.next(ctx)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if !ok || !yield(e, nil) {
				return
			}
		}
	}
}

// walk goes through the files in the order of their names. It holds names only,
// no open folder, so it may be dropped at any point.
type walk struct {
	d       *Dir
	prefix  string
	after   string // names up to this one are passed over
	keep    func(elem string) bool
	started bool
	stack   []level
	again   *Entry // the one that was not wanted yet
}

// level is a folder that the walk is in.
type level struct {
	prefix string   // of the names in it: "" or ends in a slash
	elems  []string // what is still to come; folders end in a slash
}

// next returns the next file; false at the end.
func (w *walk) next(ctx context.Context) (Entry, bool, error) {
	if e := w.again; e != nil {
		w.again = nil
		return *e, true, nil
	}
	if !w.started {
		w.started = true
		dir, _ := path.Split(w.prefix)
		if err := w.enter(dir); err != nil {
			return Entry{}, false, err
		}
	}
	for len(w.stack) > 0 {
		if err := ctx.Err(); err != nil {
			return Entry{}, false, err
		}
		top := &w.stack[len(w.stack)-1]
		if len(top.elems) == 0 {
			w.stack = w.stack[:len(w.stack)-1]
			continue
		}
		name := top.prefix + top.elems[0]
		top.elems = top.elems[1:]
		isDir := strings.HasSuffix(name, "/")
		switch {
		case !strings.HasPrefix(name, w.prefix):
			continue
		case name <= w.after && !(isDir && strings.HasPrefix(w.after, name)):
			continue
		case isDir:
			if err := w.enter(name); err != nil {
				return Entry{}, false, err
			}
			continue
		}
		info, err := w.stat(name)
		if err != nil {
			return Entry{}, false, err
		}
		if info != nil {
			return Entry{name, info}, true, nil
		}
	}
	return Entry{}, false, nil
}

// unread makes next return e once more.
func (w *walk) unread(e Entry) { w.again = &e }

// skip passes over the names that begin with prefix, which ends in a slash.
func (w *walk) skip(prefix string) {
	for len(w.stack) > 0 && strings.HasPrefix(w.stack[len(w.stack)-1].prefix, prefix) {
		w.stack = w.stack[:len(w.stack)-1]
	}
}

// enter reads the folder whose names begin with prefix. One that is gone, or is
// a file, is empty.
func (w *walk) enter(prefix string) error {
	dir := path.Clean("./" + prefix)
	// The slash makes find look through a link, not at it.
	at, err := w.d.find("list", path.Join(dir, "-"), false)
	if err != nil {
		return ignoreMissing(err)
	}
	at.name = path.Dir(at.name)
	if !fs.ValidPath(dir) {
		return &fs.PathError{Op: "list", Path: prefix, Err: ErrInvalidName}
	}
	var elems []string
	err = w.d.do("list", dir, func() error {
		entries, err := readDir(at)
		for _, e := range entries {
			if elem, ok := w.elem(at, prefix, e); ok {
				elems = append(elems, elem)
			}
		}
		return err
	})
	if errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	if err != nil {
		return ignoreMissing(err)
	}
	// With its slash a folder sorts as the names in it do: a-b, a/b, ab.
	slices.Sort(elems)
	w.stack = append(w.stack, level{prefix, elems})
	return nil
}

func readDir(at place) ([]fs.DirEntry, error) {
	f, err := at.root.Open(at.name)
	if err != nil {
		return nil, err
	}
	entries, err := f.ReadDir(-1)
	return entries, errors.Join(err, f.Close())
}

// elem returns what the walk does with an entry of a folder.
func (w *walk) elem(at place, prefix string, e fs.DirEntry) (string, bool) {
	name := e.Name()
	switch {
	case !fs.ValidPath(name):
		return "", false // not UTF-8: no blob has this name
	case e.IsDir():
		return name + "/", true
	case !w.keep(name):
		return "", false
	case e.Type()&fs.ModeSymlink == 0 || prefix != "" || !w.d.opts.AllowLinks:
		return name, true
	}
	if fi, err := os.Stat(w.d.path + "/" + name); err == nil && fi.IsDir() {
		return name + "/", true
	}
	return name, true
}

// stat returns what is known of a file, nil when it is gone or not a regular
// one. A link counts as what it leads to, if that is in the folder.
func (w *walk) stat(name string) (fs.FileInfo, error) {
	at, err := w.d.find("list", name, false)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	fi, err := at.root.Stat(at.name)
	switch {
	case err == nil && fi.Mode().IsRegular():
		return fi, nil
	case err == nil, errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ELOOP), errors.Is(bare(err), errEscapes()):
		return nil, nil
	}
	return nil, shape("list", name, err)
}
