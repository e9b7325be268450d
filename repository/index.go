package repository

import (
	"errors"
	"maps"
	"math"
	"slices"
)

// An index finds versions by name.
type index map[string]*series

// A series is the versions of one name.
type series struct {
	versions []*entry // by time of creation; those of one time as in the manifest
	broken   []*entry // that cannot be read
	highest  int      // number in use
	taken    *taken   // nil until it is asked for: searches need none of it
}

// Taken is what a new version cannot have.
type taken struct {
	numbers map[int]bool
	files   map[string]bool
}

// index returns the index of all entries. The lock is held.
func (r *Repository) index() index {
	if r.names != nil {
		return r.names
	}
	r.names = index{}
	for e := range r.entries() {
		r.names.add(e)
	}
	for _, s := range r.names {
		if !slices.IsSortedFunc(s.versions, byCreation) {
			slices.SortStableFunc(s.versions, byCreation)
		}
	}
	return r.names
}

func byCreation(a, b *entry) int { return a.meta.CreatedAt.Compare(b.meta.CreatedAt) }

// add takes in an entry, at the end. An entry that cannot be read still has its
// number and its file, as far as they are known.
func (x index) add(e *entry) {
	s := x[e.meta.Name]
	if s == nil {
		s = &series{}
		x[e.meta.Name] = s
	}
	s.highest = max(s.highest, e.meta.Version)
	if e.err == nil {
		s.versions = append(s.versions, e)
	} else {
		s.broken = append(s.broken, e)
	}
	if s.taken != nil {
		s.taken.add(e)
	}
}

// hasNumber reports whether a version has a number. A nil series has none.
func (s *series) hasNumber(n int) bool { return s != nil && s.inUse().numbers[n] }

// hasFile reports whether a version has a file of a name.
func (s *series) hasFile(name string) bool { return s != nil && s.inUse().files[name] }

func (s *series) inUse() *taken {
	if s.taken == nil {
		s.taken = &taken{map[int]bool{}, map[string]bool{}}
		for _, list := range [][]*entry{s.versions, s.broken} {
			for _, e := range list {
				s.taken.add(e)
			}
		}
	}
	return s.taken
}

func (t *taken) add(e *entry) {
	t.numbers[e.meta.Version], t.files[e.meta.FileName] = true, true
}

// next returns the number of a new version. A file may say that the highest
// number there is has been given.
func (x index) next(name string) (int, error) {
	s := x[name]
	switch {
	case s == nil:
		return 0, nil
	case s.highest == math.MaxInt:
		return 0, errors.New("no number is left")
	}
	return s.highest + 1, nil
}

// known returns the series of a name that has versions which can be read.
func (x index) known(name string) (*series, bool) {
	s := x[name]
	return s, s != nil && len(s.versions) > 0
}

// sortedNames returns the names that have versions, in order of their code
// points.
func (x index) sortedNames() []string {
	names := slices.Sorted(maps.Keys(x))
	return slices.DeleteFunc(names, func(name string) bool {
		_, ok := x.known(name)
		return !ok
	})
}

// numbered returns the first version with a number.
func (s *series) numbered(n int) *entry {
	for _, e := range s.versions {
		if e.meta.Version == n {
			return e
		}
	}
	return nil
}
