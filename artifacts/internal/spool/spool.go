// Package spool makes files of streams, for formats that say at the end of a file,
// or anywhere in it, where everything is.
package spool

import (
	"bytes"
	"context"
	"io"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// inMemory is the number of bytes of a stream that are kept without a file.
const inMemory = 1 << 20

// File returns all of r as a file, and a function that lets go of it: r itself, if
// it is a file, else what it reads, in memory or in a temporary file whose name
// ends in a suffix.
func File(ctx context.Context, r io.Reader, suffix string) (artifacts.File, func(), error) {
	if f, ok := r.(artifacts.File); ok {
		return f, func() {}, nil
	}
	r = ctxio.Reader(ctx, r)
	head, err := io.ReadAll(io.LimitReader(r, inMemory+1))
	if err != nil {
		return nil, nil, err
	}
	if len(head) <= inMemory {
		return bytes.NewReader(head), func() {}, nil
	}
	return spill(head, r, suffix)
}

func spill(head []byte, rest io.Reader, suffix string) (artifacts.File, func(), error) {
	f, err := os.CreateTemp("", "lazyscribe-*."+suffix)
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
