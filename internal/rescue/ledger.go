package rescue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// A Ledger keeps the values of one session and remembers in which files, so that
// these are removed when they are not needed any more.
type Ledger struct {
	Folder

	mu    sync.Mutex
	files map[*payload.Value][]string // IDs
	stale []string                    // of files to be removed
}

// Keep keeps a value that failed with the error given, if there is a point in
// it. A file in which the value was kept before gives way.
func (l *Ledger) Keep(ctx context.Context, about artifacts.Rescued, v *payload.Value, failure error) artifacts.Kept {
	if !v.Rescuable(failure) {
		return artifacts.Kept{}
	}
	about.Error = failure.Error()
	id, err := l.Folder.Keep(ctx, about, v)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		l.stale = append(l.stale, l.files[v]...)
		delete(l.files, v)
	case !errors.Is(err, artifacts.ErrOutcomeUnknown):
		return artifacts.Kept{Err: err}
	}
	l.note(v, id)
	if err != nil {
		return artifacts.Kept{Err: err}
	}
	return artifacts.Kept{ID: id, URL: l.Store.URL(l.Key(id))}
}

// Note records that a value is that of a file.
func (l *Ledger) Note(v *payload.Value, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.note(v, id)
}

func (l *Ledger) note(v *payload.Value, id string) {
	if l.files == nil {
		l.files = map[*payload.Value][]string{}
	}
	l.files[v] = append(l.files[v], id)
}

// Has reports whether a value is in a file, so that another program may have
// completed its artifact.
func (l *Ledger) Has(v *payload.Value) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.files[v]) > 0
}

// Holds reports whether a value is in the file with an ID.
func (l *Ledger) Holds(v *payload.Value, id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.files[v], id)
}

// Sweep removes the files of values that are not waiting any more. What could
// not be removed is tried again the next time. waiting is called only if there
// are files, and without a lock.
func (l *Ledger) Sweep(ctx context.Context, waiting func() map[*payload.Value]bool) error {
	var errs []error
	var left []string
	for _, id := range l.settle(waiting) {
		if err := l.Remove(ctx, id); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			errs = append(errs, fmt.Errorf("clean up: %w", err))
			left = append(left, id)
		}
	}
	l.mu.Lock()
	l.stale = append(l.stale, left...)
	l.mu.Unlock()
	return errors.Join(errs...)
}

// settle forgets the files that are to be removed, and returns their IDs.
func (l *Ledger) settle(waiting func() map[*payload.Value]bool) []string {
	l.mu.Lock()
	known := slices.Collect(maps.Keys(l.files)) // what is noted from here on is not asked about
	l.mu.Unlock()
	var wait map[*payload.Value]bool
	if len(known) > 0 {
		wait = waiting()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range known {
		if !wait[v] {
			l.stale = append(l.stale, l.files[v]...)
			delete(l.files, v)
		}
	}
	stale := l.stale
	l.stale = nil
	return stale
}
