package project

import (
	"errors"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// slab is how many records are allocated at once, at most: a large project has
// as many records as it has lines, and one allocation each would cost more than
// reading them. A small one begins with the first few.
const slab, firstSlab = 512, 8

// parse splits the text of a manifest into entries. Records that cannot be read
// become entries with an error; a text that is not a list of anything is an
// error of parse.
func parse(data []byte) ([]*entry, error) {
	buf := manifest.Whole(data)
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
		e.place = buf.Element(r.Start, r.End)
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
