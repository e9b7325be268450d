package dirblob

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// place is where a name really is: a name under one of the opened folders.
type place struct {
	root *os.Root
	name string
}

// folder identifies a folder under one of the opened folders.
type folder = place

// find returns the place of name. With create it makes the Dir's folder if it is
// not there; without, a missing folder is fs.ErrNotExist.
func (d *Dir) find(op, name string, create bool) (place, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.openRoot(create); err != nil {
		return place{}, shape(op, name, err)
	}
	if !d.opts.AllowLinks {
		return place{d.root, name}, nil
	}
	first, rest, nested := strings.Cut(name, "/")
	if !nested {
		return place{d.root, name}, nil
	}
	root, err := d.openLink(first)
	switch {
	case err != nil:
		return place{}, shape(op, name, err)
	case root == nil:
		return place{d.root, name}, nil
	}
	return place{root, rest}, nil
}

// openRoot opens the Dir's folder unless it is open. The caller holds d.mu.
func (d *Dir) openRoot(create bool) error {
	if d.closed {
		return fs.ErrClosed
	}
	if d.root != nil {
		return nil
	}
	root, err := os.OpenRoot(d.path)
	if create && errors.Is(err, fs.ErrNotExist) {
		if err := d.makeRoot(); err != nil {
			return err
		}
		root, err = os.OpenRoot(d.path)
	}
	if err != nil {
		return err
	}
	d.root = root
	return nil
}

// openLink returns the folder that a link of this name in the Dir's folder
// leads to, nil when there is no such link. The caller holds d.mu.
func (d *Dir) openLink(name string) (*os.Root, error) {
	fi, err := d.root.Lstat(name)
	if err != nil || fi.Mode()&fs.ModeSymlink == 0 {
		return nil, nil // what is wrong with it shows in the operation itself
	}
	target, err := d.root.Readlink(name)
	if err != nil {
		return nil, err
	}
	// A link that was turned elsewhere since is another folder.
	key := name + "\x00" + target
	if root, ok := d.links[key]; ok {
		return root, nil
	}
	root, err := os.OpenRoot(filepath.Join(d.path, name))
	if err != nil {
		return nil, err
	}
	d.links[key] = root
	return root, nil
}
