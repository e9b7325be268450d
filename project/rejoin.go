package project

import (
	"slices"

	metadata "github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// rejoin carries artifacts that could not be encoded, and nothing else, over to
// what another writer made of their experiment: that is no conflict, since most
// likely the other writer made artifacts of the values that were kept. Those it
// has are not pending any more. It reports false if the two do not go together.
func rejoin(mine, theirs *record.Record) (*record.Record, bool) {
	if theirs.Body().Err() != nil {
		return nil, false
	}
	old, body := mine.Body(), theirs.Body().Clone()
	together, carried := true, false
	old.AllArtifacts(func(t *record.Test, a *record.Artifact) {
		if a.Pending() == nil || !together {
			return
		}
		list := &body.Artifacts
		if t != nil {
			if list = body.TestArtifacts(t.Name, old.TestIndex(t)); list == nil {
				together = false
				return
			}
		}
		at := slices.IndexFunc(*list, func(x *record.Artifact) bool { return x.Meta().Name == a.Meta().Name })
		if at < 0 {
			*list = append(*list, a)
			carried = true
		} else {
			together = metadata.Same((*list)[at].Meta(), a.Meta())
		}
	})
	switch {
	case !together:
		return nil, false
	case !carried:
		return theirs, true
	}
	return record.FromBody(body), true
}

// rejoined makes rec, which is what rejoin made of an entry's record, the record
// of the entry. The lock is held.
func (p *Project) rejoined(e *entry, rec *record.Record) {
	was := e.rec
	e.rec = rec
	e.changes++ // a draft of what it was no longer fits
	if rec.Pending() == 0 {
		e.state, e.retry = clean, false
	}
	for _, c := range e.cells {
		if c.Record() == was {
			c.Set(rec, p.home)
		}
	}
	waiting := pendingOf(rec.Body())
	for a := range pendingOf(was.Body()) {
		if !waiting[a] {
			_ = a.Pending().Close() // only a temporary copy is lost
		}
	}
}

// pendingOf returns the artifacts of a body that are still to be saved.
func pendingOf(body *record.Body) map[*record.Artifact]bool {
	set := map[*record.Artifact]bool{}
	body.AllArtifacts(func(_ *record.Test, a *record.Artifact) {
		if a.Pending() != nil {
			set[a] = true
		}
	})
	return set
}

// follow takes note of items that were rejoined while the manifest was read
// again. Files of artifacts that are there by now are not needed. The lock is
// held.
func (s *session) follow() {
	for _, it := range s.items {
		if !it.retry || !it.e.retry || it.e.rec == it.rec {
			continue
		}
		it.rec, it.body = it.e.rec, it.e.rec.Body()
		waiting, surplus := pendingOf(it.body), &item{}
		it.files = slices.DeleteFunc(it.files, func(f *createdFile) bool {
			if waiting[f.of] {
				return false
			}
			surplus.files = append(surplus.files, f)
			delete(it.plan.Files, f.of)
			return true
		})
		s.dropped = append(s.dropped, surplus)
	}
}
