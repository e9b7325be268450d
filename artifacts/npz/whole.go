package npz

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// inMemory is the number of bytes of a stream that are kept without a file.
const inMemory = 1 << 20

// whole returns all of r as a file: itself, if it is one. done lets go of it.
func whole(ctx context.Context, r io.Reader) (file artifacts.File, done func(), err error) {
	if file, ok := r.(artifacts.File); ok {
		return file, func() {}, nil
	}
	var start bytes.Buffer
	switch _, err := io.CopyN(&start, r, inMemory); {
	case errors.Is(err, io.EOF):
		return bytes.NewReader(start.Bytes()), func() {}, ctx.Err()
	case err != nil:
		return nil, nil, err
	}
	f, err := os.CreateTemp("", "lazyscribe-*.npz")
	if err != nil {
		return nil, nil, err
	}
	done = func() { // nothing can be done about what is left of a temporary file
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	size, err := io.Copy(f, io.MultiReader(&start, ctxio.Reader(ctx, r)))
	if err != nil {
		done()
		return nil, nil, err
	}
	return io.NewSectionReader(f, 0, size), done, nil
}
