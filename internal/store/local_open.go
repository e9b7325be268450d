package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// openLocal opens the store of the manifest at path.
func openLocal(path string, o *Options) (*Store, string, error) {
	if path == "" {
		return nil, "", errors.New("empty path")
	}
	if os.IsPathSeparator(path[len(path)-1]) {
		return nil, "", errors.New("is a folder: name the manifest in it")
	}
	dir, key := filepath.Dir(path), filepath.Base(path)
	if !valid(key) {
		return nil, "", artifacts.ErrUnsafePath
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, "", err
	}
	if err := isFolder(abs); err != nil {
		return nil, "", fmt.Errorf("folder %q: %w", dir, err)
	}
	l := &local{typed: dir, files: newSide(abs, o), manifest: key}
	target, err := follow(filepath.Join(abs, key))
	if err != nil {
		return nil, "", err
	}
	if fi, err := os.Stat(target); err == nil && fi.IsDir() {
		return nil, "", fmt.Errorf("%w: name the manifest in it", syscall.EISDIR)
	}
	if target != filepath.Join(abs, key) {
		linked := newSide(filepath.Dir(target), o)
		l.linked, l.target = &linked, filepath.Base(target)
	}
	return &Store{l}, key, nil
}

// isFolder accepts a folder, and one that is not there yet.
func isFolder(path string) error {
	fi, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return errors.Unwrap(err)
	case !fi.IsDir():
		return syscall.ENOTDIR
	}
	return nil
}

// maxLinks is how many links may lead to a manifest, as on Linux.
const maxLinks = 40

// follow returns the file that path leads to, which need not exist: writing
// through a link makes the file it names.
func follow(path string) (string, error) {
	for range maxLinks {
		fi, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", errors.Unwrap(err)
		}
		if fi.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", errors.Unwrap(err)
		}
		if !filepath.IsAbs(target) {
			// ".." in a link means the parent of where the link really is.
			dir, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			target = filepath.Join(dir, target)
		}
		path = target
	}
	return "", syscall.ELOOP
}
