package repository

import (
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue"
	"github.com/lazyscribe-go/lazyscribe/internal/safepath"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A Repository is the versions of artifacts kept in one manifest.
type Repository struct {
	opts   Options
	url    string // as given
	store  *store.Store
	key    string // of the manifest
	loader payload.Loader
	users  *atomic.Int32 // repositories that share the store (filters); the last one closes it
	part   bool          // a filter's result: what it shows is in no manifest

	rescues rescue.Ledger // values that could not be encoded

	saving sync.Mutex // held by whoever replaces what mu guards as a whole

	mu       sync.Mutex
	text     store.Text // of the manifest as last known
	exists   bool       // there is a manifest
	truncate bool       // the first save replaces what was there
	opened   []byte     // that, until then
	manifest []*entry   // as in the manifest, in its order
	added    []*entry   // not in the manifest yet, in order of their logging
	names    index      // of both; nil when they changed
	handed   map[handle]*entry
	closed   bool
}

// handle is what tells one version from another in what this session returned
// before it was saved.
type handle struct {
	identity
	version int
}

func handleOf(a artifacts.Artifact) handle {
	return handle{identity{a.Name, a.FileName}, a.Version}
}

func (r *Repository) now() time.Time { return r.opts.Now() }

// URL is where the manifest is, as it was given to Open.
func (r *Repository) URL() string { return r.url }

// Mode is what may be done to the repository.
func (r *Repository) Mode() Mode { return r.opts.Mode }

// Exists reports whether the manifest was there when it was last read or
// written.
func (r *Repository) Exists() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.exists
}

// SingleWriter reports that the storage cannot tell two writers apart, so that
// only one may save at a time.
func (r *Repository) SingleWriter() bool { return r.store.SingleWriter() }

// Pending reports whether there is anything to save.
func (r *Repository) Pending() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pending()
}

// pending is Pending with the lock held.
func (r *Repository) pending() bool {
	for e := range r.entries() {
		if e.state != clean {
			return true
		}
	}
	return false
}

// entries ranges over what is in the manifest, and then what is not yet. The
// lock is held.
func (r *Repository) entries() iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		for _, list := range [...][]*entry{r.manifest, r.added} {
			for _, e := range list {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// locate returns the key of an artifact's file.
func (r *Repository) locate(a artifacts.Artifact) (string, error) {
	name, err := r.fileName(a)
	if err != nil {
		return "", err
	}
	return safepath.Join(r.key, a.Name, name)
}

// Close releases what the repository holds open. It does not save; unsaved
// values are dropped.
func (r *Repository) Close() error {
	r.saving.Lock()
	defer r.saving.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	var errs []error
	for e := range r.entries() {
		if e.value != nil {
			errs = append(errs, e.value.Close())
		}
	}
	if r.users.Add(-1) == 0 {
		errs = append(errs, r.store.Close())
	}
	return errors.Join(errs...)
}

// writable returns an error if nothing can be changed. The lock is held.
func (r *Repository) writable() error {
	switch {
	case r.opts.Mode == ReadOnly:
		return fmt.Errorf("repository %q is opened %w", r.url, artifacts.ErrReadOnly)
	case r.closed:
		return errClosed
	}
	return nil
}
