package project

import "slices"

// finder finds entries by slug and keeps them in order. It is guarded by the
// project's lock; whoever changes the lists says so with reset or add.
type finder struct {
	view    []*entry // sorted by creation; nil: to be made
	lookups int
	full    map[string]*entry // by slug, newest; nil: to be made
	short   map[string]*entry // by short slug, newest
}

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
		f.index(e)
	}
}

// index makes e the one its slugs lead to, unless a newer one has them.
func (f *finder) index(e *entry) {
	lead(f.full, e.rec.Slug(), e)
	lead(f.short, e.rec.ShortSlug(), e)
}

func lead(to map[string]*entry, slug string, e *entry) {
	if had := to[slug]; had == nil || byCreation(had, e) <= 0 {
		to[slug] = e
	}
}

// find returns the newest entry with that full slug, else the newest with that
// short slug. view is what sorted returned.
func (f *finder) find(view []*entry, slug string) *entry {
	f.lookups++
	if f.full == nil && f.lookups > indexAfter {
		f.full, f.short = make(map[string]*entry, len(view)), make(map[string]*entry, len(view))
		for _, e := range view {
			f.index(e)
		}
	}
	if f.full != nil {
		if e := f.full[slug]; e != nil {
			return e
		}
		return f.short[slug]
	}
	return search(view, slug)
}

// search is find without an index.
func search(view []*entry, slug string) *entry {
	var short *entry
	for _, e := range slices.Backward(view) {
		if e.rec.HasSlug(slug) {
			return e
		}
		if short == nil && e.rec.HasShortSlug(slug) {
			short = e
		}
	}
	return short
}

// taken returns the entry that has this full slug.
func (f *finder) taken(view []*entry, slug string) *entry {
	if e := f.find(view, slug); e != nil && e.rec.HasSlug(slug) {
		return e
	}
	return nil
}
