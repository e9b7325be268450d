package repository

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// Find returns what is known about a version; versions that are not saved yet
// are found too. If there is none, the error is a [*VersionError].
func (r *Repository) Find(name string, v Version) (artifacts.Artifact, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, err := r.find(name, v)
	if err != nil {
		return artifacts.Artifact{}, fmt.Errorf("find version: %w", err)
	}
	return e.meta.Clone(), nil
}

// find is Find with the lock held.
func (r *Repository) find(name string, v Version) (*entry, error) {
	s, ok := r.index().known(name)
	if !ok {
		return nil, &VersionError{Name: name, Version: v, Why: UnknownName}
	}
	return s.find(name, v, r.now())
}

// find looks for a version among those of a name, as Python's documentation of
// repositories has it.
func (s *series) find(name string, v Version, now time.Time) (*entry, error) {
	none := &VersionError{Name: name, Version: v, Why: UnknownNumber}
	switch v.kind {
	case number:
		if e := s.numbered(v.n); e != nil {
			return e, nil
		}
	case at:
		for _, e := range s.versions {
			if pytime.Seconds(e.meta.CreatedAt).Equal(v.at) {
				return e, nil
			}
		}
	case latest, asOf:
		until, candidates := now, s.versions
		if v.kind == asOf {
			until, candidates = v.at, s.until(v.at)
		}
		for _, e := range slices.Backward(candidates) {
			if !e.expired(until) {
				return e, nil
			}
			if none.Expired.Before(e.meta.Expiry) {
				none.Expired = e.meta.Expiry
			}
		}
		none.Why, none.First = AllExpired, s.versions[0].meta.CreatedAt
		if len(candidates) == 0 {
			none.Why = NoneYet
		}
	}
	return nil, none
}

// until returns the versions that were created until a time, itself included.
func (s *series) until(t time.Time) []*entry {
	end, _ := slices.BinarySearchFunc(s.versions, t, func(e *entry, t time.Time) int {
		if e.meta.CreatedAt.After(t) {
			return 1
		}
		return -1
	})
	return s.versions[:end]
}

// Current returns what became of a version that [Repository.LogArtifact] or
// [Repository.Promote] returned: its number, its file and its digest are final
// once it is saved. Given anything else that this repository returned, it says
// what is known of it now. A version that is not there any more is
// [ErrVersionNotFound].
func (r *Repository) Current(a artifacts.Artifact) (artifacts.Artifact, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	wanted := handleOf(a)
	if e := r.handed[wanted]; e != nil {
		wanted = handleOf(e.meta)
	}
	if s, ok := r.index().known(a.Name); ok {
		for _, e := range s.versions {
			if handleOf(e.meta) == wanted {
				return e.meta.Clone(), nil
			}
		}
	}
	return artifacts.Artifact{}, fmt.Errorf("find version: %w", &VersionError{Name: a.Name, Version: Number(wanted.version), Why: UnknownNumber})
}

// Names returns the names that have versions, in order of their code points.
func (r *Repository) Names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.index().sortedNames()
}

// Contains reports whether there is any version of a name.
func (r *Repository) Contains(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.index().known(name)
	return ok
}

// Len returns the number of versions that can be read, of all names.
func (r *Repository) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, s := range r.index() {
		n += len(s.versions)
	}
	return n
}

// Versions ranges over the versions of a name in order of their creation, those
// of one time in the order of the manifest. It goes over what there is when the
// loop begins; a name without versions has an empty range.
func (r *Repository) Versions(name string) iter.Seq[artifacts.Artifact] {
	return func(yield func(artifacts.Artifact) bool) {
		r.mu.Lock()
		var list []artifacts.Artifact
		if s, ok := r.index().known(name); ok {
			list = metas(s.versions)
		}
		r.mu.Unlock()
		yieldClones(list, yield)
	}
}

// All ranges over all versions in the order of the manifest. It goes over what
// there is when the loop begins.
func (r *Repository) All() iter.Seq[artifacts.Artifact] {
	return func(yield func(artifacts.Artifact) bool) {
		r.mu.Lock()
		var list []*entry
		for e := range r.entries() {
			if e.err == nil {
				list = append(list, e)
			}
		}
		shown := metas(list)
		r.mu.Unlock()
		yieldClones(shown, yield)
	}
}

// metas copies what is known about entries. The lock is held.
func metas(list []*entry) []artifacts.Artifact {
	shown := make([]artifacts.Artifact, len(list))
	for i, e := range list {
		shown[i] = e.meta
	}
	return shown
}

func yieldClones(list []artifacts.Artifact, yield func(artifacts.Artifact) bool) {
	for _, a := range list {
		if !yield(a.Clone()) {
			return
		}
	}
}
