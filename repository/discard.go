package repository

import (
	"fmt"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Discard takes back what this session did to a version since the last save: a
// new one vanishes, a changed one is what it was. A version with nothing to take
// back stays as it is. One that may have been saved, or not
// ([artifacts.ErrOutcomeUnknown]), cannot be taken back before Refresh or Save
// found out.
func (r *Repository) Discard(name string, v Version) error {
	r.saving.Lock()
	defer r.saving.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	e, err := r.find(name, v)
	if err == nil {
		err = r.discard(e)
	}
	return inContext("discard changes of artifact", name, v, err)
}

func (r *Repository) discard(e *entry) error {
	if e.state != clean && len(e.attempts) > 0 {
		return fmt.Errorf("save: %w", artifacts.ErrOutcomeUnknown)
	}
	var err error
	switch e.state {
	case fresh:
		r.added = slices.DeleteFunc(r.added, func(x *entry) bool { return x == e })
		err = e.value.Close()
	case edited:
		e.meta, err = decode(e.place.Text())
		e.state = clean
		e.changes++
	case clean:
	}
	r.names = nil
	return err
}
