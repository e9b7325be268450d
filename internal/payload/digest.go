package payload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Digest returns the SHA-256 of what r holds, in hexadecimal digits.
func Digest(ctx context.Context, r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, Cancelable(ctx, r)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
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
