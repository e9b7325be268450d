package ctxio_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// counted is a reader that ends a context after some reads.
type counted struct {
	left int
	end  func()
}

func (c *counted) Read(p []byte) (int, error) {
	if c.left--; c.left < 0 {
		c.end()
	}
	return len(p), nil
}

// copier is a reader that copies itself, as one that a digest is taken of does.
type copier struct{ *counted }

func (r copier) CopyTo(w io.Writer) (n int64, err error) {
	for err == nil {
		m, _ := r.Read(make([]byte, 10)) // never fails
		_, err = w.Write(make([]byte, m))
		n += int64(m)
	}
	return n, err
}

func TestCopyEnds(t *testing.T) {
	for name, of := range map[string]func(*counted) io.Reader{
		"read":          func(c *counted) io.Reader { return c },
		"copies itself": func(c *counted) io.Reader { return copier{c} },
	} {
		ctx, end := context.WithCancel(t.Context())
		c := &counted{left: 3, end: end}
		if _, err := io.Copy(io.Discard, ctxio.Reader(ctx, of(c))); !errors.Is(err, context.Canceled) || c.left != -1 {
			t.Errorf("%s: %v, %d reads after the end of the context", name, err, -1-c.left)
		}
		if _, err := io.Copy(io.Discard, ctxio.Reader(ctx, of(c))); !errors.Is(err, context.Canceled) || c.left != -1 {
			t.Errorf("%s, begun after the end: %v, %d reads", name, err, -1-c.left)
		}
	}
}

func TestCopyIsWhole(t *testing.T) {
	for name, r := range map[string]io.Reader{
		"read":          struct{ io.Reader }{strings.NewReader("content")},
		"writes itself": strings.NewReader("content"),
	} {
		var got bytes.Buffer
		if n, err := io.Copy(ctxio.Writer(t.Context(), &got), ctxio.Reader(t.Context(), r)); n != 7 || err != nil || got.String() != "content" {
			t.Errorf("%s: %q, %d, %v", name, &got, n, err)
		}
	}
}
