package segment

import (
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// MaxSize is how many bytes a segment may have. Larger ones are not written, and
// not read either: whatever put them there, reading them could take all memory.
const MaxSize = 256 << 20

// A Record is one record of a segment and the place of its text.
type Record struct {
	*record.Record
	Place manifest.Place
}

// A Segment is one file of records. Err says why it is broken: then it has none.
type Segment struct {
	store.Info
	Records []Record
	Err     error
}

var errTooLarge = fmt.Errorf("it has more than %d bytes", MaxSize)

// parse takes a segment's text apart. All of it must be as lazyscribe writes it:
// what is put into a manifest must not make that unreadable for a stricter
// program.
func (s *Segment) parse(data []byte) error {
	var list []Record
	buf := manifest.Whole(data)
	err := pyjson.Split(data, record.Keys, func(r *pyjson.Record) error {
		rec := new(record.Record)
		err := record.FromText(rec, new(record.Spans), data, r)
		if err == nil && r.Others > 0 {
			err = errors.New("it has keys that no experiment has")
		}
		if err == nil {
			err = rec.Body().Err()
		}
		if err != nil {
			return fmt.Errorf("record %d: %w", len(list), err)
		}
		list = append(list, Record{rec, buf.Element(r.Start, r.End)})
		return nil
	})
	if err != nil {
		return err
	}
	s.Records = list
	return nil
}
