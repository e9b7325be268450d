package parquet

import (
	"bytes"
	"context"
	"io"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// spoolMemory is the number of bytes that are kept in memory of a reader that
// cannot be read at any place. More goes to a temporary file.
const spoolMemory = 4 << 20

// seekable returns a file with what r reads, and a function that frees it. The
// end of a Parquet file says where everything is.
func seekable(ctx context.Context, r io.Reader) (artifacts.File, func(), error) {
	if f, ok := r.(artifacts.File); ok {
		return f, func() {}, nil
	}
	r = ctxio.Reader(ctx, r)
	head, err := io.ReadAll(io.LimitReader(r, spoolMemory+1))
	if err != nil {
		return nil, nil, err
	}
	if len(head) <= spoolMemory {
		return bytes.NewReader(head), func() {}, nil
	}
	return spill(head, r)
}

func spill(head []byte, rest io.Reader) (_ artifacts.File, _ func(), err error) {
	f, err := os.CreateTemp("", "lazyscribe-*.parquet")
	if err != nil {
		return nil, nil, err
	}
	// Removed at once where the system allows it, so that a program that is
	// killed leaves nothing behind.
	removed := os.Remove(f.Name()) == nil
	done := func() {
		_ = f.Close() // only read from
		if !removed {
			_ = os.Remove(f.Name())
		}
	}
	n, err := io.Copy(f, io.MultiReader(bytes.NewReader(head), rest))
	if err != nil {
		done()
		return nil, nil, err
	}
	return io.NewSectionReader(f, 0, n), done, nil
}
