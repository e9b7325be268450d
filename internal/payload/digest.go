package payload

import (
	"context"
	"io"

	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
)

// Digest returns the SHA-256 of what r holds, in hexadecimal digits.
func Digest(ctx context.Context, r io.Reader) (string, error) {
	h := hashing.New()
	if _, err := h.ReadFrom(Cancelable(ctx, r)); err != nil {
		return "", err
	}
	return h.Sum(), nil
}

// Cancelable returns a reader that ends when the context ends.
func Cancelable(ctx context.Context, r io.Reader) io.Reader { return &cancelable{ctx, r} }

type cancelable struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
