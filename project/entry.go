package project

import (
	"errors"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// An entry is one record of the project: what the manifest holds, and what this
// session made of it. Its fields are guarded by the project's lock.
type entry struct {
	place manifest.Place
	rec   *record.Record // as this session sees it; nil if it could not be read
	base  *record.Record // as the manifest has it; nil if it is not there yet
	err   error          // why it could not be read

	state state
	own   bool // logged by this session
	retry bool // nothing is pending but artifacts that failed before

	from     *record.Home   // where the files are, if in another project (Merge, Append)
	cells    []*record.Cell // handed out; the last one may hold rec
	changes  int            // made to the record from outside this session
	attempts []attempt      // saves whose outcome is not known
	editing  gate           // held while an edit runs; nil: none ran
}

// state is what the next save has to do about an entry.
type state uint8

const (
	clean  state = iota // nothing
	fresh               // add it
	edited              // replace it
	gone                // remove it
)

// attempt is a text of a record that may or may not have got into the manifest.
type attempt struct {
	rec  *record.Record // what was to be saved
	body *record.Body   // the same, under the slug it was to be saved by
	text []byte
	plan record.Plan
}

func newEntry(r *record.Record, s state) *entry {
	return &entry{rec: r, state: s, own: s == fresh}
}

// cell returns the cell of the entry as it is now.
func (e *entry) cell(home *record.Home) *record.Cell {
	if n := len(e.cells); n > 0 && e.cells[n-1].Record() == e.rec {
		return e.cells[n-1]
	}
	if e.from != nil {
		home = e.from
	}
	c := record.NewCell(e.rec, home)
	if e.state == clean && !e.own {
		e.cells = append(e.cells[:0], c) // earlier ones show what they showed
	} else {
		e.cells = append(e.cells, c)
	}
	return c
}

// known reports whether anybody holds on to this entry, so that it must live on
// when the manifest is read again.
func (e *entry) known() bool {
	return e.own || e.state != clean || len(e.cells) > 0 || e.editing != nil
}

// saved takes note that an attempt to save the entry is in the manifest, at a
// place. Artifacts it wrote have their files now; those it skipped are still
// pending. stored becomes the record of what the manifest says. The project's
// lock is held.
func (e *entry) saved(t *attempt, at manifest.Place, home *record.Home, stored *record.Record) error {
	var errs []error
	was := e.rec
	for a, meta := range t.plan.Files {
		errs = append(errs, a.Settle(meta))
	}
	stored.Init(t.body, at.Text())
	e.place, e.base, e.from, e.attempts = at, stored, nil, nil
	complete := t.body.Pending() == 0
	if !complete {
		errs = append(errs, e.rebuildBase())
	}
	switch {
	case e.state == gone: // removed while nobody knew whether it was there
	case !complete:
		e.state, e.retry = edited, e.rec == t.rec
		e.rec = withSlug(e.rec, t.body.Slug)
	case e.rec != t.rec: // edited while it was being saved
		e.state = edited
		e.rec = withSlug(e.rec, t.body.Slug)
	default:
		e.rec, e.state, e.retry = stored, clean, false
	}
	for _, c := range e.cells {
		if c.Record() == was {
			c.Set(e.rec, home)
		} else {
			c.Set(withSlug(c.Record(), t.body.Slug), home)
		}
	}
	if n := len(e.cells); n > 1 {
		e.cells = slices.Delete(e.cells, 0, n-1) // the slug is final: the others have nothing to follow any more
	}
	return errors.Join(errs...)
}

// rebuildBase makes base what the manifest says, which is less than the body
// knows while artifacts are pending.
func (e *entry) rebuildBase() error {
	list, err := parse(append(append([]byte("["), e.place.Text()...), ']'))
	if err == nil && len(list) == 1 && list[0].rec != nil {
		e.base = list[0].base
	}
	return err
}

func withSlug(r *record.Record, slug string) *record.Record {
	if r.Slug() == slug {
		return r
	}
	b := *r.Body()
	b.Slug = slug
	return record.FromBody(&b)
}
