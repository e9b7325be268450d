package project

import (
	"errors"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// slab is how many records are allocated at once, at most: a large project has
// as many records as it has lines, and one allocation each would cost more than
// reading them. A small one begins with the first few.
const slab, firstSlab = 512, 8

// parse splits the text of a manifest into entries. Records that cannot be read
// become entries with an error; a text that is not a list of anything is an
// error of parse.
func parse(data []byte) ([]*entry, error) {
	buf := &buffer{data: data, whole: true}
	var list []*entry
	var entries []entry
	var records []record.Record
	err := pyjson.Split(data, record.Keys, func(r *pyjson.Record) error {
		if len(entries) == 0 {
			n := min(max(len(list), firstSlab), slab)
			entries, records = make([]entry, n), make([]record.Record, n)
		}
		e, rec := &entries[0], &records[0]
		entries, records = entries[1:], records[1:]
		e.place = place{buf, r.Start, r.End, buf.elements}
		buf.elements++
		if e.err = record.FromText(rec, data, r); e.err == nil {
			e.rec, e.base = rec, rec
		} else {
			var syntax *pyjson.SyntaxError
			if !errors.As(e.err, &syntax) {
				e.err = recordError{e.err}
			}
		}
		list = append(list, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// recordError is a record's own error, which says no place.
type recordError struct{ error }

func (e recordError) Unwrap() error { return e.error }

const (
	head      = "[\n" + record.Indent
	separator = ",\n" + record.Indent
	tail      = "\n]"
)

// compose makes the text of a manifest out of the places of its records. What
// stands between two records that were neighbours before is kept as it was;
// neighbours are one piece, however many they are.
func compose(places []place) store.Text {
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
