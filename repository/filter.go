package repository

import (
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Pick is one version to be picked.
type Pick struct {
	Name    string
	Version Version
}

// FilterAsOf returns a read-only repository that has, of each name, the version
// [AsOf] finds, in order of the names. Names without one are left out; the
// logger is told which.
//
// Everything must be saved, or the error is [artifacts.ErrNotSaved]. The result
// shows what there is now, whatever is saved later; it shares the files, and is
// closed like any other repository.
func (r *Repository) FilterAsOf(t time.Time) (*Repository, error) {
	return r.filter(func() ([]*entry, error) {
		var list []*entry
		for _, name := range r.index().sortedNames() {
			e, err := r.find(name, AsOf(t))
			if err != nil {
				r.opts.Logger.Warn("left out by the filter", "cause", err)
				continue
			}
			list = append(list, e)
		}
		return list, nil
	})
}

// FilterPicks returns a read-only repository that has the versions picked, in
// the order of the picks, repetitions included. If one is not found, the error is
// a [*VersionError]. Otherwise as FilterAsOf.
func (r *Repository) FilterPicks(picks ...Pick) (*Repository, error) {
	return r.filter(func() ([]*entry, error) { return r.pick(picks) })
}

// pick finds versions. The lock is held.
func (r *Repository) pick(picks []Pick) ([]*entry, error) {
	list := make([]*entry, len(picks))
	for i, p := range picks {
		var err error
		if list[i], err = r.find(p.Name, p.Version); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (r *Repository) filter(choose func() ([]*entry, error)) (*Repository, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.settled(); err != nil {
		return nil, fmt.Errorf("filter repository %q: %w", r.url, err)
	}
	chosen, err := choose()
	if err != nil {
		return nil, fmt.Errorf("filter repository %q: %w", r.url, err)
	}
	o := r.opts
	o.Mode = ReadOnly
	part := newRepository(r.store, r.key, r.url, o)
	part.part, part.exists, part.users = true, r.exists, r.users
	part.users.Add(1)
	for _, e := range chosen {
		part.manifest = append(part.manifest, &entry{place: e.place, meta: e.meta})
	}
	return part, nil
}

// settled returns an error if the repository is closed, or has anything to save.
// The lock is held.
func (r *Repository) settled() error {
	switch {
	case r.closed:
		return errClosed
	case r.pending():
		return errUnsaved
	}
	return nil
}

var errUnsaved = fmt.Errorf("changes are %w", artifacts.ErrNotSaved)
