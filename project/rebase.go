package project

import (
	"bytes"

	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// rebase makes what was read the state this session works on. What the session
// holds pending is carried over; a change that cannot be is a [*ConflictError]
// and leaves the project as it was. The lock is held.
func (p *Project) rebase(now *stored) error {
	list, err := now.entries()
	if err != nil {
		return err
	}
	if err := p.carry(list); err != nil {
		return err
	}
	p.know(now)
	return nil
}

// link says that an entry of this session is the one a manifest just read has
// at a place in its list.
type link struct {
	mine   *entry
	at     int
	how    *attempt       // it was saved by an attempt whose outcome was not known
	joined *record.Record // what rejoin made of both
}

// carry replaces the manifest's entries by those just read, and keeps the
// objects of those somebody holds on to. The lock is held.
func (p *Project) carry(now []*entry) error {
	links, left := p.match(now)
	var detached []*entry
	for _, e := range left {
		if e.state == clean {
			detached = append(detached, e)
			continue
		}
		theirs := newest(now, e.base.Slug())
		if theirs >= 0 && e.state == edited && e.retry {
			if rec, ok := rejoin(e.rec, now[theirs].rec); ok {
				links = append(links, link{mine: e, at: theirs, joined: rec})
				continue
			}
		}
		switch {
		case e.state == gone && theirs < 0:
			detached = append(detached, e)
		case theirs < 0 || p.opts.OnConflict != KeepNewest:
			return p.conflict(e, now, theirs)
		case e.state == edited && e.rec.LastUpdated().After(now[theirs].rec.LastUpdated()):
			links = append(links, link{mine: e, at: theirs})
		default:
			detached = append(detached, e)
		}
	}
	p.manifest = now
	for _, l := range links {
		if err := p.relink(l); err != nil {
			return err
		}
	}
	for _, e := range detached {
		e.changes++ // a draft of it no longer fits
		if e.state == edited {
			_ = dropValues(e.rec) // another change won, as KeepNewest asks
		}
		e.state = clean
	}
	p.finder.reset()
	return nil
}

// match finds which entries of this session a manifest just read still has, and
// which it has not, or not as this session knows them.
func (p *Project) match(now []*entry) (links []link, left []*entry) {
	mine := map[string][]*entry{}
	for _, e := range p.manifest {
		if e.rec != nil && e.known() {
			mine[e.base.Slug()] = append(mine[e.base.Slug()], e)
		}
	}
	for _, e := range p.added {
		for i := range e.attempts {
			slug := e.attempts[i].body.Slug // not e's own, if it was renamed
			mine[slug] = append(mine[slug], e)
		}
	}
	if len(mine) == 0 {
		return nil, nil
	}
	linked := map[*entry]bool{}
	for i, theirs := range now {
		if theirs.rec == nil {
			continue
		}
		for _, e := range mine[theirs.rec.Slug()] {
			if linked[e] {
				continue
			}
			if same, how := e.is(theirs); same {
				links = append(links, link{mine: e, at: i, how: how})
				linked[e] = true
				break
			}
		}
	}
	for _, e := range p.manifest {
		if e.rec != nil && e.known() && !linked[e] {
			left = append(left, e)
		}
	}
	return links, left
}

// is reports whether theirs is what e was read or saved as, perhaps in an
// attempt whose outcome was not known.
func (e *entry) is(theirs *entry) (same bool, how *attempt) {
	for i := range e.attempts {
		if bytes.Equal(e.attempts[i].text, theirs.place.Text()) {
			return true, &e.attempts[i]
		}
	}
	return e.base != nil && record.Equal(e.base, theirs.rec), nil
}

// relink puts an entry of this session in the place of the one just read.
func (p *Project) relink(l link) error {
	e, theirs := l.mine, p.manifest[l.at]
	p.manifest[l.at] = e
	if l.how != nil {
		p.added = without(p.added, e)
		return e.saved(l.how, theirs.place, p.home, new(record.Record))
	}
	was := e.base
	e.place, e.base = theirs.place, theirs.rec
	if l.joined != nil {
		p.rejoined(e, l.joined)
		return nil
	}
	if e.state == clean && e.rec == was { // what is known of digests may have changed
		e.rec = theirs.rec
		for _, c := range e.cells {
			if c.Record() == was {
				c.Set(e.rec, p.home)
			}
		}
	}
	return nil
}

// conflict is the error of an entry this session changed and another writer
// changed too (at >= 0) or removed.
func (p *Project) conflict(e *entry, now []*entry, at int) error {
	c := &ConflictError{Slug: e.base.Slug(), Removed: at < 0,
		Mine: e.rec.LastUpdated(), MineBy: e.rec.LastUpdatedBy()}
	if e.state == gone {
		c.Mine, c.MineBy = p.now(), p.opts.Author
	}
	if at >= 0 {
		c.Theirs, c.TheirsBy = now[at].rec.LastUpdated(), now[at].rec.LastUpdatedBy()
	}
	return c
}

// newest returns the index of the last entry with a slug that is to stay, -1
// without any.
func newest(list []*entry, slug string) int {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].rec != nil && list[i].state != gone && list[i].rec.HasSlug(slug) {
			return i
		}
	}
	return -1
}

func without(list []*entry, e *entry) []*entry {
	kept := make([]*entry, 0, len(list))
	for _, x := range list {
		if x != e {
			kept = append(kept, x)
		}
	}
	return kept
}
