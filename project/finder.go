package project

import (
	"slices"

	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// finder finds entries by slug and keeps them in order. It is guarded by the
// project's lock; whoever changes the lists says so with reset or add.
type finder struct {
	view    []*entry // sorted by creation; nil: to be made
	lookups int
	full    index // by slug, newest; nil: to be made
	short   index // by short slug
}

// An index leads from slugs to the newest entry that has them.
type index map[string]*entry

// indexAfter is how many searches go through the list before an index is made:
// one look at a large project should not pay for it.
const indexAfter = 4

func (f *finder) reset() { *f = finder{lookups: f.lookups} }

// settled takes note of a save. Only slugs that changed, and entries that went,
// make what was found before wrong.
func (f *finder) settled(items []*item, removed bool) {
	if removed {
		f.reset()
		return
	}
	for _, it := range items {
		if f.full != nil && f.full[it.body.Slug] != it.e {
			f.reset()
			return
		}
	}
}

// sorted returns the readable entries by time of creation, stable.
func (f *finder) sorted(manifest, added []*entry) []*entry {
	if f.view != nil {
		return f.view
	}
	view := make([]*entry, 0, len(manifest)+len(added))
	for _, list := range [][]*entry{manifest, added} {
		for _, e := range list {
			if e.rec != nil && e.state != gone {
				view = append(view, e)
			}
		}
	}
	if !slices.IsSortedFunc(view, byCreation) {
		slices.SortStableFunc(view, byCreation)
	}
	f.view = view
	return view
}

func byCreation(a, b *entry) int { return a.rec.CreatedAt().Compare(b.rec.CreatedAt()) }

// add puts an entry into what was made already.
func (f *finder) add(e *entry) {
	if f.view != nil {
		n := len(f.view)
		if n == 0 || byCreation(f.view[n-1], e) <= 0 {
			f.view = append(f.view, e) // beyond what anybody holds of it
		} else {
			f.reset()
			return
		}
	}
	if f.full != nil {
		f.full.add(e.rec.Slug(), e)
	}
	if f.short != nil {
		f.short.add(e.rec.ShortSlug(), e)
	}
}

// find returns the newest entry with that full slug, else the newest with that
// short slug. view is what sorted returned.
func (f *finder) find(view []*entry, slug string) *entry {
	if e := f.taken(view, slug); e != nil {
		return e
	}
	if f.full == nil {
		return last(view, slug, (*record.Record).HasShortSlug)
	}
	if f.short == nil {
		f.short = newIndex(view, (*record.Record).ShortSlug)
	}
	return f.short[slug]
}

// taken returns the newest entry that has this full slug.
func (f *finder) taken(view []*entry, slug string) *entry {
	f.lookups++
	if f.full == nil && f.lookups > indexAfter {
		f.full = newIndex(view, (*record.Record).Slug)
	}
	if f.full == nil {
		return last(view, slug, (*record.Record).HasSlug)
	}
	return f.full[slug]
}

// search is find for any list, without an index.
func search(list []*entry, slug string) *entry {
	if e := last(list, slug, (*record.Record).HasSlug); e != nil {
		return e
	}
	return last(list, slug, (*record.Record).HasShortSlug)
}

func last(list []*entry, slug string, has func(*record.Record, string) bool) *entry {
	for _, e := range slices.Backward(list) {
		if has(e.rec, slug) {
			return e
		}
	}
	return nil
}

func newIndex(view []*entry, slug func(*record.Record) string) index {
	x := make(index, len(view))
	for _, e := range view {
		x.add(slug(e.rec), e)
	}
	return x
}

// add makes e the one its slug leads to, unless a newer one has it.
func (x index) add(slug string, e *entry) {
	if had := x[slug]; had == nil || byCreation(had, e) <= 0 {
		x[slug] = e
	}
}
