package artifacts

import (
	"context"
	"io"
)

// contextReader ends the reading of r when ctx ends, between two reads.
func contextReader(ctx context.Context, r io.Reader) io.Reader { return &contextual{ctx, r} }

type contextual struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextual) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// A copier is a reader that copies what it holds by itself, in pieces: as what
// hashes a file does best.
type copier interface {
	CopyTo(w io.Writer) (int64, error)
}

func (c *contextual) WriteTo(w io.Writer) (int64, error) {
	from, ok := c.r.(copier) // no io.WriterTo: those write all at once
	if !ok {
		return io.Copy(w, struct{ io.Reader }{c})
	}
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return from.CopyTo(&contextWriter{c.ctx, w})
}

// contextWriter ends writing when ctx ends, between two writes.
type contextWriter struct {
	ctx context.Context
	w   io.Writer
}

func (c *contextWriter) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(p)
}
