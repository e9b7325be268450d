package store_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// writes remembers the lengths of writes, and fails after some bytes.
type writes struct {
	bytes.Buffer
	lengths []int
	room    int
}

var errFull = errors.New("full")

func (w *writes) Write(p []byte) (int, error) {
	w.lengths = append(w.lengths, len(p))
	if len(p) > w.room {
		p = p[:w.room]
	}
	w.room -= len(p)
	n, _ := w.Buffer.Write(p)
	if w.room == 0 {
		return n, errFull
	}
	return n, nil
}

// A text arrives whole whatever its pieces are, in writes that are neither tiny
// nor larger than 64 KiB.
func TestTextWriteTo(t *testing.T) {
	const part = 64 << 10
	large := bytes.Repeat([]byte("0123456789abcde\n"), 3*part/16+1)
	small := []byte(",\n    ")
	for name, c := range map[string]struct {
		text   store.Text
		writes int // at most
	}{
		"none":              {nil, 0},
		"empty":             {store.Text{{}, nil}, 0},
		"one small":         {store.Text{small}, 1},
		"one large":         {store.Text{large}, 4},
		"a part":            {store.Text{large[:part]}, 1},
		"large between":     {store.Text{small, large, small, large, small}, 11},
		"many small":        {store.Text(bytes.SplitAfter(large, []byte("\n"))), 7},
		"empty among large": {store.Text{large, {}, large}, 8},
	} {
		t.Run(name, func(t *testing.T) {
			want := c.text.Bytes()
			w := &writes{room: 1 << 30}
			n, err := c.text.WriteTo(w)
			if err != nil || n != int64(len(want)) || !bytes.Equal(w.Bytes(), want) {
				t.Fatalf("%d bytes of %d written, %v", n, len(want), err)
			}
			if len(w.lengths) > c.writes {
				t.Errorf("%d writes, want at most %d: %v", len(w.lengths), c.writes, w.lengths)
			}
			for _, n := range w.lengths {
				if n > part {
					t.Errorf("a write of %d bytes", n)
				}
			}
			for room := 1; room < len(want); room += len(want)/5 + 1 {
				w := &writes{room: room}
				if _, err := c.text.WriteTo(w); !errors.Is(err, errFull) || !bytes.Equal(w.Bytes(), want[:room]) {
					t.Errorf("room for %d: %d bytes, %v", room, w.Len(), err)
				}
			}
		})
	}
}
