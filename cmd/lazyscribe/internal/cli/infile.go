package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// openFile opens a file the command line names.
func openFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if path := new(fs.PathError); errors.As(err, &path) {
		err = path.Err // the name is said once, quoted
	}
	if err != nil {
		return nil, fmt.Errorf("open file %q: %w", name, err)
	}
	return f, nil
}

func decodeFile(ctx context.Context, h artifacts.Handler, name string, target any) error {
	return readFile(h, name, func(r io.Reader) error { return h.Decode(ctx, r, target) })
}

// readFile lets a function read a file in the format of a handler, as an
// [artifacts.File]: formats that seek would copy it otherwise.
func readFile(h artifacts.Handler, name string, read func(io.Reader) error) error {
	f, err := openFile(name)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		err = read(io.NewSectionReader(f, 0, info.Size()))
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("read file %q as %s: %w", name, h.Format().Alias, err)
	}
	return nil
}

// readAll reads a stream to its end, or until ctx ends: the user must be able
// to leave while a terminal waits for input.
func readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(r)
		done <- result{data, err}
	}()
	select {
	case got := <-done:
		return got.data, got.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
