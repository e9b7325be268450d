// Package ctxio ends reading and writing when a context ends.
package ctxio

import (
	"context"
	"io"
)

// A copier is a reader that copies what it holds by itself, in pieces: as what
// hashes a file does best.
type copier interface {
	CopyTo(w io.Writer) (int64, error)
}

// Reader returns a reader of r that fails with the context's error once ctx has
// ended. It looks before each read, or before each write of an r with a method
// CopyTo(io.Writer) (int64, error): one that blocks is not interrupted.
func Reader(ctx context.Context, r io.Reader) io.Reader { return &reader{ctx, r} }

type reader struct {
	ctx context.Context
	r   io.Reader
}

func (c *reader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

func (c *reader) WriteTo(w io.Writer) (int64, error) {
	from, ok := c.r.(copier) // no io.WriterTo: those write all at once
	if !ok {
		return io.Copy(w, struct{ io.Reader }{c})
	}
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return from.CopyTo(Writer(c.ctx, w))
}

// Writer is the same for writing.
func Writer(ctx context.Context, w io.Writer) io.Writer { return &writer{ctx, w} }

type writer struct {
	ctx context.Context
	w   io.Writer
}

func (c *writer) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(p)
}
