package dirblob

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// makeRoot makes the Dir's folder and those above it that are missing, and
// flushes the entry of each. The caller holds d.mu.
func (d *Dir) makeRoot() error {
	var missing []string
	for p := filepath.Clean(d.path); ; p = filepath.Dir(p) {
		if _, err := os.Stat(p); err == nil || filepath.Dir(p) == p {
			break
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		missing = append(missing, p)
	}
	for i := len(missing) - 1; i >= 0; i-- {
		p := missing[i]
		err := d.do("mkdir", p, func() error {
			// Somebody else may have made it meanwhile.
			if err := os.Mkdir(p, 0o777); !errors.Is(err, fs.ErrExist) {
				return err
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = d.syncFolder(filepath.Dir(p), func() (*os.File, error) { return os.Open(filepath.Dir(p)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// makeFolders makes dir and those above it that are missing. A folder's entry is
// flushed the first time this Dir writes into it, whoever made it: its maker may
// have died before flushing.
func (d *Dir) makeFolders(dir folder) error {
	if dir.name == "." || d.isSynced(dir) {
		return nil
	}
	for i := 0; i <= len(dir.name); i++ {
		if i < len(dir.name) && dir.name[i] != '/' {
			continue
		}
		f := folder{dir.root, dir.name[:i]}
		err := d.do("mkdir", f.name, func() error {
			if err := f.root.Mkdir(f.name, 0o777); !errors.Is(err, fs.ErrExist) {
				return err
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := d.syncParent(f); err != nil {
			return err
		}
		d.mu.Lock()
		d.synced[f] = struct{}{}
		d.mu.Unlock()
	}
	return nil
}

func (d *Dir) isSynced(f folder) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.synced[f]
	return ok
}

// forget drops what is known of a folder and those above it: one was removed.
func (d *Dir) forget(f folder) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for ; f.name != "."; f.name = path.Dir(f.name) {
		delete(d.synced, f)
	}
}

// inFolder runs f once the folder of at is there. A folder that is empty for a
// moment may be removed by somebody who just took the last file out of it: then
// it is made again. That can happen many times, but whoever makes it holds it
// with his first file, so a hundred attempts are plenty.
func (d *Dir) inFolder(at place, f func() error) error {
	dir := folder{at.root, path.Dir(at.name)}
	var err error
	for range 100 {
		err = d.makeFolders(dir)
		if err == nil {
			err = f()
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		d.forget(dir)
	}
	return err
}

// prune removes the folders of at that are empty, innermost first, and leaves
// the outermost one, which may be the manifest's own or a link's target.
func (d *Dir) prune(at place) {
	for dir := path.Dir(at.name); dir != "."; dir = path.Dir(dir) {
		// A link must stay: removing it would not be removing a folder.
		fi, err := at.root.Lstat(dir)
		if err != nil || !fi.IsDir() {
			return
		}
		if d.do("remove", dir, func() error { return at.root.Remove(dir) }) != nil {
			return
		}
		d.forget(folder{at.root, dir})
	}
}

// syncParent flushes the folder that holds the entry of at.
func (d *Dir) syncParent(at place) error {
	dir := path.Dir(at.name)
	return d.syncFolder(dir, func() (*os.File, error) { return at.root.Open(dir) })
}

// syncEntry flushes the folder of a file that was there a moment ago. If the
// folder is gone, somebody removed the file too: there is nothing to keep.
func (d *Dir) syncEntry(at place) error { return ignoreMissing(d.syncParent(at)) }

func (d *Dir) syncFolder(name string, open func() (*os.File, error)) error {
	if d.opts.NoSync {
		return nil
	}
	return d.do("syncdir", name, func() error {
		f, err := open()
		if err != nil {
			return err
		}
		return errors.Join(syncDir(f), f.Close())
	})
}
