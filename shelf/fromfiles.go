package shelf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// FromFiles makes a kind of several files of functions that save a value to a
// folder of the local disk and load it from there, as many libraries have them.
//
// save writes into dir, which is empty, and returns the names of the files that
// are the value: paths relative to dir. load finds the files of those names in
// dir. Each call has a temporary folder of its own, which is removed after it.
func FromFiles[T any](format artifacts.Format, save func(dir string, value T) (names []string, err error), load func(dir string, names []string) (T, error)) Kind[T] {
	return Kind[T]{
		Format:  format,
		Several: true,
		Write: func(ctx context.Context, out Out, value T) error {
			return inFolder(func(dir string) error {
				names, err := save(dir, value)
				if err != nil {
					return err
				}
				return upload(ctx, out, dir, names)
			})
		},
		Read: func(ctx context.Context, in In) (value T, err error) {
			err = inFolder(func(dir string) error {
				if err := download(ctx, in, dir); err != nil {
					return err
				}
				value, err = load(dir, in.Names())
				return err
			})
			return value, err
		},
	}
}

// inFolder runs do with a folder that is removed after it, also after a panic.
func inFolder(do func(dir string) error) (err error) {
	dir, err := os.MkdirTemp("", "lazyscribe-shelf-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return do(dir)
}

// upload copies the files that were saved in a folder. A name that leads out of
// it, through a link too, is refused.
func upload(ctx context.Context, out Out, dir string, names []string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range names {
		name = filepath.ToSlash(filepath.Clean(name))
		if !fs.ValidPath(name) || name == "." {
			return fmt.Errorf("file %q: %w", name, artifacts.ErrUnsafePath)
		}
		f, err := root.Open(filepath.FromSlash(name))
		if err != nil {
			return err
		}
		err = copyTo(ctx, out, name, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

func copyTo(ctx context.Context, out Out, name string, from io.Reader) error {
	w, err := out.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, payload.Cancelable(ctx, from)); err != nil {
		return err
	}
	return w.Close()
}

// download copies the files of a value into a folder.
func download(ctx context.Context, in In, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range in.Names() {
		if err := downloadOne(ctx, in, root, name); err != nil {
			return err
		}
	}
	return nil
}

func downloadOne(ctx context.Context, in In, root *os.Root, name string) (err error) {
	from, err := in.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	path := filepath.FromSlash(name)
	if err := root.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	to, err := root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, payload.Cancelable(ctx, from))
	return errors.Join(err, to.Close())
}
