package store_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

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

// A text equals a file of the same bytes, whatever its pieces are and however the
// file is read, and no other.
func TestTextEqual(t *testing.T) {
	large := bytes.Repeat([]byte("0123456789abcde\n"), 3*(64<<10)/16+1)
	changed := bytes.Clone(large)
	changed[len(changed)-2] = 'x'
	for name, c := range map[string]struct {
		text store.Text
		file []byte
		want bool
	}{
		"none":           {nil, nil, true},
		"empty":          {store.Text{{}}, nil, true},
		"nothing more":   {store.Text{[]byte("a")}, nil, false},
		"more than none": {nil, []byte("a"), false},
		"one piece":      {store.Text{large}, large, true},
		"pieces":         {store.Text{large[:1], nil, large[1:100_000], large[100_000:]}, large, true},
		"lines":          {store.Text(bytes.SplitAfter(large, []byte("\n"))), large, true},
		"a byte less":    {store.Text{large[:5], large[5:]}, large[:len(large)-1], false},
		"a byte more":    {store.Text{large[:5], large[5 : len(large)-1]}, large, false},
		"another byte":   {store.Text{large[:5], large[5:]}, changed, false},
		"a block":        {store.Text{large[:64<<10]}, large[:64<<10], true},
		"more than that": {store.Text{large[:64<<10]}, large[:64<<10+1], false},
	} {
		for how, r := range map[string]io.Reader{"at once": bytes.NewReader(c.file), "by halves": iotest.HalfReader(bytes.NewReader(c.file)), "end with data": iotest.DataErrReader(bytes.NewReader(c.file))} {
			if got, err := c.text.Equal(r); got != c.want || err != nil {
				t.Errorf("%s, %s: %v, %v, want %v", name, how, got, err, c.want)
			}
		}
	}
	broken := io.MultiReader(bytes.NewReader(large[:100]), iotest.ErrReader(errFull))
	if same, err := (store.Text{large}).Equal(broken); same || !errors.Is(err, errFull) {
		t.Errorf("of a reader that fails: %v, %v", same, err)
	}
	// A manifest that many records were added to, one at a time, has a piece for each.
	r := &counted{r: bytes.NewReader(large)}
	if same, err := store.Text(bytes.SplitAfter(large, []byte("\n"))).Equal(r); !same || err != nil || r.reads > 6 {
		t.Errorf("%v, %v, in %d reads of 3 blocks and a line", same, err, r.reads)
	}
}

// counted counts reads.
type counted struct {
	r     io.Reader
	reads int
}

func (c *counted) Read(p []byte) (int, error) {
	c.reads++
	return c.r.Read(p)
}
