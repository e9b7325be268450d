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
	highest  int      // number in use
	numbers  map[int]bool
	files    map[string]bool
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
		slices.SortStableFunc(s.versions, byCreation)
	}
	return r.names
}

func byCreation(a, b *entry) int { return a.meta.CreatedAt.Compare(b.meta.CreatedAt) }

// add takes in an entry, at the end. An entry that cannot be read still has its
// number and its file, as far as they are known.
func (x index) add(e *entry) {
	s := x[e.meta.Name]
	if s == nil {
		s = &series{numbers: map[int]bool{}, files: map[string]bool{}}
		x[e.meta.Name] = s
	}
	s.highest = max(s.highest, e.meta.Version)
	s.numbers[e.meta.Version], s.files[e.meta.FileName] = true, true
	if e.err == nil {
		s.versions = append(s.versions, e)
	}
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
