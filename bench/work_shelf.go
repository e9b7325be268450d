package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// shelfPut puts a large file to a path.
func (e *env) shelfPut() *row {
	source, folder := filepath.Join(e.dir, "shelf.txt"), filepath.Join(e.dir, "shelf-put")
	s := fileShelf()
	r := &row{
		key: "shelf-put", work: fmt.Sprintf("put a file of %d MiB to a shelf", e.shelved>>20),
		limit: "cp, and a flush",
		note:  "The shelf also takes the SHA-256, and writes a manifest.",
		ready: func(context.Context) error { return writeText(source, e.shelved) },
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		took, err := timed(func() error {
			_, err := shelf.Put(ctx, s, filepath.Join(folder, "value"), file.Path(source), nil)
			return err
		})
		return took, errors.Join(err, os.RemoveAll(folder))
	}
	r.sides[limit] = cpFlushed(source, filepath.Join(e.dir, "shelf-cp"))
	return r
}

// shelfGet gets it into a file.
func (e *env) shelfGet() *row {
	source, url, got := filepath.Join(e.dir, "shelf.txt"), filepath.Join(e.dir, "shelf-get", "value"), filepath.Join(e.dir, "shelf-got")
	s := fileShelf()
	r := &row{
		key: "shelf-get", work: fmt.Sprintf("get a file of %d MiB from a shelf", e.shelved>>20),
		limit: "cp, and a flush",
		note:  "The shelf also compares the SHA-256.",
	}
	r.ready = func(ctx context.Context) error {
		if err := writeText(source, e.shelved); err != nil {
			return err
		}
		_, err := shelf.Put(ctx, s, url, file.Path(source), nil)
		return err
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		took, err := timed(func() error { return s.GetAs(ctx, url, "file", file.To(file.Path(got)), nil) })
		return took, errors.Join(err, os.Remove(got))
	}
	r.sides[limit] = cpFlushed(url, filepath.Join(e.dir, "shelf-cp"))
	return r
}

// fileShelf returns a shelf for files as they are.
func fileShelf() *shelf.Shelf {
	r := new(shelf.Registry)
	// It fails only for an alias that cannot be one.
	_ = shelf.RegisterAlias[file.Path](r, "file", nil)
	return shelf.New(&shelf.Options{Registry: r})
}

// cpFlushed copies a file with the system's tool and flushes it to the disk.
func cpFlushed(source, dst string) side {
	return func(ctx context.Context) (float64, error) {
		took, err := timed(func() error {
			if err := exec.CommandContext(ctx, "cp", source, dst).Run(); err != nil {
				return err
			}
			f, err := os.Open(dst)
			if err != nil {
				return err
			}
			return errors.Join(f.Sync(), f.Close())
		})
		return took, errors.Join(err, os.Remove(dst))
	}
}
