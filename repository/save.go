package repository

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Save writes what this session added and changed: first the files of new
// versions, then the manifest, in one atomic step that keeps what others saved
// meanwhile. A number that another writer took gives way to the next one; from
// then on it is final. With nothing to write it touches nothing.
//
// A value that its handler cannot encode does not hold back the rest: it stays
// pending, and Save returns [artifacts.ErrIncomplete] with an [*ArtifactError]
// for each. With [Options].AllOrNothing nothing is written then.
//
// If that was not the value's fault and the handler is an [artifacts.Rescuer],
// the value is also kept in a file, so that it outlives the program: the next
// Save that succeeds removes the file, and [Repository.Retry] makes the version
// of it in another program.
//
// After any other error nothing was written, everything is still pending and
// the files of this attempt are removed again; after
// [artifacts.ErrOutcomeUnknown] nothing was removed, and the next Save finds
// out. The exception is an error that begins "saved, but": files that nothing
// names could not be removed. Other errors: [artifacts.ErrReadOnly],
// [*ConflictError].
func (r *Repository) Save(ctx context.Context) error {
	if r.opts.Mode == ReadOnly {
		return fmt.Errorf("save repository %q: it is opened %w", r.url, artifacts.ErrReadOnly)
	}
	r.saving.Lock()
	defer r.saving.Unlock()
	if err := r.save(ctx); err != nil {
		return fmt.Errorf("save repository %q: %w", r.url, err)
	}
	return nil
}

func (r *Repository) save(ctx context.Context) error {
	s, err := r.snapshot()
	if err != nil || s == nil {
		return err
	}
	s.meter = progress.Start("save", r.opts.Progress)
	defer s.meter.End()
	if err := s.writeFiles(ctx); err != nil {
		return errors.Join(saving.Untouched(err), s.undo(ctx))
	}
	switch {
	case len(s.failed) > 0 && r.opts.AllOrNothing:
		return errors.Join(s.incomplete(), s.undo(ctx))
	case len(s.failed) > 0 && !s.worthwhile():
		s.rescue(ctx)
		return errors.Join(s.incomplete(), s.undo(ctx), r.rescues.Sweep(ctx, r.waitingValues))
	}
	err = saving.Commit(ctx, r.store, r.key, s.known, saving.Steps{Edit: s.edit, Remember: s.remember, Undo: s.undo})
	if err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	s.rescue(ctx)
	err = errors.Join(saving.Remove(ctx, r.store, keysOf(s.dropped)), r.rescues.Sweep(ctx, r.waitingValues))
	if err != nil {
		err = fmt.Errorf("saved, but files that are not needed any more are still there: %w", err)
	}
	return errors.Join(err, s.incomplete())
}

// A session is one save under way.
type session struct {
	r       *Repository
	known   store.Text // the manifest as it was when the save began
	meter   *progress.Meter
	items   []*item    // what is added or replaced, in the order of the repository
	failed  []*failure // values that could not be encoded
	dropped []*item    // found saved already

	next   []*entry // of the new manifest, once edit has run
	places []manifest.Place
	text   store.Text // what it was composed into
}

// An item is one entry that is added or replaced.
type item struct {
	e       *entry
	attempt                    // what is being saved
	at      manifest.Place     // of its text
	file    artifacts.Artifact // what is known of the file this save made
	key     string             // of that file; "" without one
	broken  bool               // its value could not be encoded
}

// snapshot collects what there is to save, nil if nothing is.
func (r *Repository) snapshot() (*session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, errClosed
	}
	s := &session{r: r, known: r.text}
	for e := range r.entries() {
		if e.state != clean {
			s.items = append(s.items, &item{e: e, attempt: attempt{meta: e.meta}})
		}
	}
	if len(s.items) == 0 && r.exists && !r.truncate {
		return nil, nil
	}
	return s, nil
}

// worthwhile reports whether the manifest would say anything new: values that
// failed again are no reason to write it.
func (s *session) worthwhile() bool {
	return s.r.truncate || !s.r.exists || slices.ContainsFunc(s.items, func(it *item) bool { return !it.broken })
}

// writeFiles writes the files of new versions. Values that cannot be encoded are
// noted in failed; any other error ends it.
func (s *session) writeFiles(ctx context.Context) error {
	g := saving.NewGroup(ctx, s.r.store)
	g.Meter = s.meter
	for _, it := range s.items {
		if it.e.state == fresh {
			g.Meter.Expect(1, 0)
			g.Write(it.meta, it.e.value, s.r.locate, func(w saving.Written) error { return s.wrote(it, w) })
		}
	}
	return g.Wait()
}

// wrote takes note of a file that was written, or could not be.
func (s *session) wrote(it *item, w saving.Written) error {
	if w.Err == nil {
		it.key, it.file = w.Key, w.Meta
		return nil
	}
	failed := &failure{it.e, ArtifactError{Name: w.Meta.Name, Version: w.Meta.Version, Handler: w.Meta.Handler, Err: w.Err}}
	if !w.Skip {
		return &failed.err
	}
	it.broken = true
	s.failed = append(s.failed, failed)
	return nil
}

// undo removes the files of a save that came to nothing.
func (s *session) undo(ctx context.Context) error {
	return saving.Undo(ctx, s.r.store, append(keysOf(s.items), keysOf(s.dropped)...))
}

func keysOf(items []*item) []string {
	var keys []string
	for _, it := range items {
		if it.key != "" {
			keys = append(keys, it.key)
		}
	}
	return keys
}

// settle makes what was written the state of the repository.
func (s *session) settle() error {
	r := s.r
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, it := range s.items {
		errs = append(errs, it.e.saved(&it.attempt, it.at))
	}
	r.added = slices.DeleteFunc(r.added, func(e *entry) bool { return e.state != fresh })
	r.manifest, r.names = s.next, nil
	r.text, r.exists, r.truncate, r.opened = s.text, true, false, nil
	return errors.Join(errs...)
}

// remember keeps what was tried, for a later save to recognise.
func (s *session) remember() {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	for _, it := range s.items {
		it.e.attempts = append(it.e.attempts, it.attempt)
	}
}
