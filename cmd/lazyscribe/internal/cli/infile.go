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

// checkFile finds out whether a file is in a handler's format. Formats that
// cannot be read, or only into types this program does not have, are believed.
func checkFile(ctx context.Context, h artifacts.Handler, name string) error {
	if h.Format().OutputOnly {
		f, err := openFile(name)
		if err != nil {
			return err
		}
		return f.Close()
	}
	// A format whose value is its bytes need not be held in memory.
	err := decodeFile(ctx, h, name, io.Discard)
	if errors.Is(err, artifacts.ErrTargetType) {
		var v any
		err = decodeFile(ctx, h, name, &v)
	}
	if errors.Is(err, artifacts.ErrNeedsType) {
		return nil
	}
	return err
}

func decodeFile(ctx context.Context, h artifacts.Handler, name string, target any) error {
	f, err := openFile(name)
	if err != nil {
		return err
	}
	if err := errors.Join(h.Decode(ctx, f, target), f.Close()); err != nil {
		err = fmt.Errorf("read file %q as %s: %w", name, h.Format().Alias, err)
		if errors.Is(err, artifacts.ErrCorrupt) {
			return withHint(err, "correct the file, or name the handler of another format")
		}
		return err
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
