package project

import (
	"errors"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/slab"
)

// parse splits the text of a manifest into entries. Records that cannot be read
// become entries with an error; a text that is not a list of anything is an
// error of parse.
func parse(data []byte) ([]*entry, error) {
	buf := manifest.Whole(data)
	var list []*entry
	var entries slab.Of[entry]
	var records slab.Of[record.Record]
	var spans slab.Of[record.Spans]
	err := pyjson.Split(data, record.Keys, func(r *pyjson.Record) error {
		e, rec := entries.Next(), records.Next()
		e.place = buf.Element(r.Start, r.End)
		if e.err = record.FromText(rec, spans.Next(), data, r); e.err == nil {
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
