package hashing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

// random returns bytes that repeat nowhere, so that a block in the wrong place is
// found.
func random(n int) []byte {
	text := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(text) // never fails
	return text
}

func want(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// sizes lie around those at which a Writer does something else.
var sizes = []int{0, 1, BlockSize - 1, BlockSize, BlockSize + 1, 2 * BlockSize, 2*BlockSize + 1, 5*BlockSize - 7, 16 * BlockSize}

func TestSums(t *testing.T) {
	ways := map[string]func(h *Writer, text []byte) error{
		"at once": func(h *Writer, text []byte) error {
			_, err := h.Write(text)
			return err
		},
		"in pieces": func(h *Writer, text []byte) error {
			// One buffer for all, as copies of files have it: Write must not keep it.
			_, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{bytes.NewReader(text)}, make([]byte, 70_001))
			return err
		},
		"read": func(h *Writer, text []byte) error {
			n, err := h.ReadFrom(iotest.DataErrReader(bytes.NewReader(text)))
			if err == nil && n != int64(len(text)) {
				return errors.New("ReadFrom miscounts")
			}
			return err
		},
		"written, then read": func(h *Writer, text []byte) error {
			if _, err := h.Write(text[:len(text)/3]); err != nil {
				return err
			}
			_, err := h.ReadFrom(iotest.HalfReader(bytes.NewReader(text[len(text)/3:])))
			return err
		},
		"read, then written": func(h *Writer, text []byte) error {
			if _, err := h.ReadFrom(bytes.NewReader(text[:len(text)/3])); err != nil {
				return err
			}
			_, err := h.Write(text[len(text)/3:])
			return err
		},
		"with a sum between": func(h *Writer, text []byte) error {
			half := len(text) / 2
			if _, err := h.Write(text[:half]); err != nil {
				return err
			}
			if got := h.Sum(); got != want(text[:half]) {
				return errors.New("the sum of the first half is " + got)
			}
			_, err := h.Write(text[half:])
			return err
		},
	}
	ways["copied to two places"] = func(h *Writer, text []byte) error {
		if h.to != nil {
			_, err := h.Write(text) // it has its place
			return err
		}
		var first, second bytes.Buffer
		parts := []struct {
			to   *bytes.Buffer
			text []byte
		}{{nil, text[:len(text)/5]}, {&first, text[len(text)/5 : len(text)/2]}, {&second, text[len(text)/2:]}}
		for _, part := range parts {
			if part.to == nil {
				_, _ = h.Write(part.text)
				continue
			}
			n, err := h.Copy(part.to, bytes.NewReader(part.text))
			if err != nil || n != int64(len(part.text)) || !bytes.Equal(part.to.Bytes(), part.text) {
				return fmt.Errorf("copies %d of %d bytes, %w", n, len(part.text), err)
			}
		}
		return nil
	}
	all := random(sizes[len(sizes)-1])
	for name, add := range ways {
		t.Run(name, func(t *testing.T) {
			for _, n := range sizes {
				var passed bytes.Buffer
				for _, h := range []*Writer{New(), NewWriter(&passed)} {
					if err := errors.Join(add(h, all[:n]), h.Flush()); err != nil {
						t.Fatalf("%d bytes: %v", n, err)
					}
					for range 2 { // the second time there is nothing left to add
						if got := h.Sum(); got != want(all[:n]) || h.Size() != int64(n) {
							t.Errorf("%d bytes: sum %s of %d, want %s", n, got, h.Size(), want(all[:n]))
						}
					}
				}
				if !bytes.Equal(passed.Bytes(), all[:n]) {
					t.Errorf("%d bytes: others are passed on", n)
				}
			}
		})
	}
}

// failing takes a number of bytes, then fails.
type failing struct {
	room int
	err  error // nil: it takes less and says nothing
}

func (f *failing) Write(p []byte) (int, error) {
	n := min(len(p), f.room)
	f.room -= n
	if n < len(p) {
		return n, f.err
	}
	return n, nil
}

// TestFails: what comes after an error is not passed on, and each call says so.
func TestFails(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name string
		to   *failing
		want error
	}{
		{"an error", &failing{BlockSize, broken}, broken},
		{"a short write", &failing{BlockSize, nil}, io.ErrShortWrite},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := NewWriter(test.to)
			if n, err := w.Write(random(BlockSize)); n != BlockSize || err != nil {
				t.Fatalf("what there is room for: %d, %v", n, err)
			}
			if _, err := w.Write(random(2 * BlockSize)); !errors.Is(err, test.want) {
				t.Errorf("Write: %v, want %v", err, test.want)
			}
			test.to.room = 4 * BlockSize
			_, written := w.Write([]byte("x"))
			_, read := w.ReadFrom(bytes.NewReader(random(2 * BlockSize)))
			for call, err := range map[string]error{"Write": written, "ReadFrom": read, "Flush": w.Flush()} {
				if !errors.Is(err, test.want) {
					t.Errorf("%s afterwards: %v, want %v", call, err, test.want)
				}
			}
			if test.to.room != 4*BlockSize {
				t.Error("something was passed on after the error")
			}
		})
	}
}

func TestReadFromFails(t *testing.T) {
	broken := errors.New("broken")
	h := New()
	n, err := h.ReadFrom(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)))
	if n != 3 || !errors.Is(err, broken) {
		t.Errorf("ReadFrom gives %d, %v", n, err)
	}
	if got := h.Sum(); got != want([]byte("abc")) {
		t.Errorf("what was read before has sum %s", got)
	}
}

// TestCopyFails: a place that fails, and a file that does, are told apart from what
// is added afterwards.
func TestCopyFails(t *testing.T) {
	broken := errors.New("broken")
	text := random(2 * BlockSize)
	h := New()
	if _, err := h.Copy(&failing{10, broken}, bytes.NewReader(text)); !errors.Is(err, broken) {
		t.Errorf("a place without room: %v", err)
	}
	if _, err := h.Write(text); err != nil || h.Flush() != nil {
		t.Errorf("after it: %v", err)
	}
	if h.Sum() != want(append(text[:BlockSize:BlockSize], text...)) {
		t.Error("the sum is not that of the block that was read, and of what was added after it")
	}
	h = New()
	var got bytes.Buffer
	n, err := h.Copy(&got, io.MultiReader(bytes.NewReader(text[:9]), iotest.ErrReader(broken)))
	if n != 9 || !errors.Is(err, broken) || !bytes.Equal(got.Bytes(), text[:9]) {
		t.Errorf("a file that fails: %d bytes, %v, %q", n, err, &got)
	}
	if h.Sum() != want(text[:9]) {
		t.Error("the sum is not that of what was read")
	}
}

// TestCopyPanics: what was read is hashed, and what is added afterwards goes nowhere
// else.
func TestCopyPanics(t *testing.T) {
	for _, n := range []int{9, BlockSize, 2*BlockSize + 9} {
		text := random(n)
		h := New()
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d bytes: no panic", n)
				}
			}()
			_, _ = h.Copy(nowhere{}, bytes.NewReader(text))
		}()
		rest := text[min(n, BlockSize):]
		if _, err := h.Write(rest); err != nil || h.Sum() != want(text) {
			t.Errorf("%d bytes: %v, or another sum", n, err)
		}
	}
}

type nowhere struct{}

func (nowhere) Write([]byte) (int, error) { panic("nowhere") }

// TestGivenUp: a Writer that nobody asks for its sum leaves no goroutine. Leaving
// one in the bubble would be a deadlock.
func TestGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New()
		if _, err := h.Write(random(9 * BlockSize)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		select {
		case <-h.last:
		default:
			t.Error("a block was never hashed")
		}
	})
}

// TestSmallAllocatesNothing: most files are smaller than a block.
func TestSmallAllocatesNothing(t *testing.T) {
	text := random(BlockSize)
	h := New()
	allocs := testing.AllocsPerRun(10, func() {
		h.n = 0
		_, _ = h.Write(text)
	})
	if taken := h.ring[0].bytes != nil; allocs != 0 || taken {
		t.Errorf("%v allocations for a block; one was taken: %t", allocs, taken)
	}
}

func BenchmarkWrite(b *testing.B) {
	text := random(32 << 10)
	for name, to := range map[string]io.Writer{"Writer": New(), "sha256": sha256.New()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_, _ = to.Write(text)
			}
		})
	}
}
