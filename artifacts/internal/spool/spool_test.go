package spool

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"
)

// stream hides what else a reader can do.
type stream struct{ io.Reader }

func TestFile(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, size := range []int{0, 10, inMemory, inMemory + 1, 3 * inMemory} {
		want := bytes.Repeat([]byte("ab"), size/2+1)[:size]
		f, done, err := File(t.Context(), stream{bytes.NewReader(want)}, "x")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes are %d, %v", size, len(got), err)
		}
		done()
		empty(t)
	}
	whole := bytes.NewReader([]byte("abc"))
	if f, _, err := File(t.Context(), whole, "x"); f != whole || err != nil {
		t.Errorf("a file is copied: %v", err)
	}
}

func TestBrokenStreams(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	broken := errors.New("broken")
	for _, size := range []int{0, 2 * inMemory} {
		r := io.MultiReader(bytes.NewReader(make([]byte, size)), iotest.ErrReader(broken))
		if _, _, err := File(t.Context(), r, "x"); !errors.Is(err, broken) {
			t.Errorf("a stream that breaks after %d bytes: %v", size, err)
		}
		empty(t)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := File(ctx, stream{bytes.NewReader([]byte("abc"))}, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

// empty fails if temporary files are left.
func empty(t *testing.T) {
	t.Helper()
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
