// Package manifest puts the text of a manifest together from the texts of its
// elements: the records of a project, the versions of a repository, releases.
// An element nobody changed goes back as the bytes it was, and so does what
// stands between elements that were neighbours before.
//
// The package knows no element; [pyjson.Split] finds them.
//
// A [Buffer] is filled by one goroutine; from then on neither it nor its places
// change, and both may be shared.
package manifest

import (
	"slices"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Indent is one level of a manifest's indentation, and what stands before each
// element that is written anew.
const Indent = "    "

const (
	head      = "[\n" + Indent
	separator = ",\n" + Indent
	tail      = "\n]"
)

// A Buffer is a text that elements are parts of.
type Buffer struct {
	data     []byte
	whole    bool // the text of a manifest, not of some elements
	elements int
}

// Whole returns the buffer of a manifest as it was read. Its elements are told
// with [Buffer.Element].
func Whole(data []byte) *Buffer { return &Buffer{data: data, whole: true} }

// Element returns the place of the next element of the buffer, by its offsets.
func (b *Buffer) Element(start, end int) Place {
	p := Place{b, start, end, b.elements}
	b.elements++
	return p
}

// Append writes an element behind those the buffer has, as they will stand in a
// manifest if nothing comes between them. encode appends the element's text.
func (b *Buffer) Append(encode func(dst []byte) ([]byte, error)) (Place, error) {
	data := b.data
	if len(data) > 0 {
		data = append(data, separator...)
	}
	start := len(data)
	data, err := encode(data)
	if err != nil {
		return Place{}, err
	}
	b.data = data
	return b.Element(start, len(data)), nil
}

// Len returns the bytes of the buffer.
func (b *Buffer) Len() int { return len(b.data) }

// Grow makes room for n more bytes.
func (b *Buffer) Grow(n int) { b.data = slices.Grow(b.data, n) }

// A Place is where in a buffer an element stands. The zero Place is nowhere.
type Place struct {
	buf        *Buffer
	start, end int
	seq        int // number of the element in the buffer
}

// Alone returns the place of an element that is a text by itself.
func Alone(text []byte) Place { return (&Buffer{data: text}).Element(0, len(text)) }

// Text returns the element's text, which must not be changed.
func (p Place) Text() []byte { return p.buf.data[p.start:p.end:p.end] }

// follows reports whether p is the element after q in one buffer, so that the
// text from one to the other can be kept as it is.
func (p Place) follows(q Place) bool { return p.buf == q.buf && p.seq == q.seq+1 }

// Compose makes the text of a manifest out of the places of its elements. What
// stands between two elements that were neighbours before is kept as it was;
// neighbours are one piece, however many they are. The pieces share memory with
// the buffers.
func Compose(places []Place) store.Text {
	if len(places) == 0 {
		return store.Text{[]byte("[]")}
	}
	var text store.Text
	for i := 0; i < len(places); {
		first := places[i]
		last := first
		for i++; i < len(places) && places[i].follows(last); i++ {
			last = places[i]
		}
		start, end := first.start, last.end
		switch {
		case len(text) > 0:
			text = append(text, []byte(separator))
		case first.buf.whole && first.seq == 0:
			start = 0
		default:
			text = append(text, []byte(head))
		}
		closed := i == len(places) && last.buf.whole && last.seq == last.buf.elements-1
		if closed {
			end = len(last.buf.data)
		}
		text = append(text, first.buf.data[start:end:end])
		if i == len(places) && !closed {
			text = append(text, []byte(tail))
		}
	}
	return text
}
