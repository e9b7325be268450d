package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Save writes what this session added, changed and removed: first the files of
// new artifacts, then the manifest, in one atomic step that keeps what others
// saved meanwhile. With nothing to write it touches nothing.
//
// An artifact that its handler cannot encode does not hold back the rest: its
// experiment is saved without it, the artifact stays pending, and Save returns
// [artifacts.ErrIncomplete] with an [*ArtifactError] for each. With
// [Options].AllOrNothing nothing is written then.
//
// If that was not the value's fault and the handler is an [artifacts.Rescuer],
// the value is also kept in a file, so that it outlives the program: the next
// Save that succeeds removes the file, and [Project.Retry] makes the artifact of
// it in another program.
//
// After any other error nothing was written, everything is still pending and
// the files of this attempt are removed again; after
// [artifacts.ErrOutcomeUnknown] nothing was removed, and the next Save finds
// out. The exception is an error that begins "saved, but": files that nothing
// names any more could not be removed, which is left to [Project.GC]. Other
// errors: [artifacts.ErrReadOnly], [*ConflictError].
func (p *Project) Save(ctx context.Context) error {
	if p.opts.Mode == ReadOnly {
		return fmt.Errorf("save project %q: it is opened %w", p.url, artifacts.ErrReadOnly)
	}
	p.saving.Lock()
	defer p.saving.Unlock()
	if err := p.save(ctx); err != nil {
		return fmt.Errorf("save project %q: %w", p.url, err)
	}
	return nil
}

func (p *Project) save(ctx context.Context) error {
	s, err := p.snapshot()
	if err != nil || s == nil {
		return err
	}
	if err := s.writeFiles(ctx); err != nil {
		return errors.Join(saving.Untouched(err), s.undo(ctx))
	}
	switch {
	case len(s.failed) > 0 && p.opts.AllOrNothing:
		return errors.Join(s.incomplete(), s.undo(ctx))
	case len(s.failed) > 0 && !s.worthwhile():
		s.rescue(ctx)
		return errors.Join(s.incomplete(), s.undo(ctx), p.rescues.Sweep(ctx, p.waiting))
	}
	err = saving.Commit(ctx, p.home.Store, p.home.Manifest, p.knownText(), saving.Steps{Edit: s.edit, Remember: s.remember, Undo: s.undo})
	if err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	s.rescue(ctx)
	err = errors.Join(p.removeFiles(ctx, s.removed), saving.Remove(ctx, p.home.Store, createdKeys(s.dropped)), p.rescues.Sweep(ctx, p.waiting))
	if err != nil {
		err = fmt.Errorf("saved, but files that are not needed any more are still there: %w", err)
	}
	return errors.Join(err, s.incomplete())
}

func (p *Project) knownText() store.Text {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text
}

// A session is one save under way.
type session struct {
	p       *Project
	items   []*item                 // what is added or replaced
	gone    []*entry                // what is to be removed
	removed []*entry                // the same, and what turned out to be removed already
	failed  []*failure              // artifacts that could not be encoded
	dropped []*item                 // found saved already, or overruled
	slugs   map[*record.Cell]string // of what had to be renamed

	places []manifest.Place // of the new manifest, once edit has run
	next   []*entry         // its entries
	text   store.Text       // what it was composed into
}

// An item is one entry that is added or replaced.
type item struct {
	e       *entry
	attempt                // what is being saved
	at      manifest.Place // of its text
	retry   bool           // it is here for artifacts that failed before, and nothing else
	files   []*createdFile // that this save made

	// moved holds, for artifacts that came from another project, those that
	// take their place because their files had to be renamed.
	moved map[*record.Artifact]*record.Artifact
}

// snapshot collects what there is to save, nil if nothing is.
func (p *Project) snapshot() (*session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	s := &session{p: p, slugs: map[*record.Cell]string{}}
	for _, list := range [][]*entry{p.manifest, p.added} {
		for _, e := range list {
			switch e.state {
			case fresh, edited:
				s.items = append(s.items, s.newItem(e))
			case gone:
				s.gone = append(s.gone, e)
			case clean:
			}
		}
	}
	if len(s.items)+len(s.gone) == 0 && p.exists && !p.truncate {
		return nil, nil
	}
	s.removed = slices.Clone(s.gone)
	return s, nil
}

func (s *session) newItem(e *entry) *item {
	it := &item{e: e, retry: e.retry && e.rec.Body().Pending() > 0}
	it.rec, it.body = e.rec, e.rec.Body()
	it.plan = record.Plan{Slugs: s.slugs}
	if it.body.Pending() > 0 {
		it.plan.Files, it.plan.Skip = map[*record.Artifact]artifacts.Artifact{}, map[*record.Artifact]bool{}
	}
	return it
}

// worthwhile reports whether the manifest would say anything new: artifacts that
// failed again are no reason to write it.
func (s *session) worthwhile() bool {
	if len(s.gone) > 0 || s.p.truncate || !s.p.exists {
		return true
	}
	return slices.ContainsFunc(s.items, func(it *item) bool { return !it.retry || len(it.files) > 0 })
}

// edit makes the text of the new manifest. It runs again if another writer came
// first. No other writer can while it runs, where storage has locks.
func (s *session) edit(ctx context.Context, now []byte, same, exists bool) (store.Text, error) {
	p := s.p
	p.mu.Lock()
	defer p.mu.Unlock()
	if !same {
		var err error
		if p.truncate {
			err = p.keepLater(now, exists)
		} else {
			err = p.rebase(now, exists)
		}
		if err != nil {
			return nil, err
		}
	}
	s.follow()
	if err := s.merged(); err != nil {
		return nil, err
	}
	s.drop()
	if err := s.identify(ctx); err != nil {
		return nil, err
	}
	if err := s.encode(); err != nil {
		return nil, err
	}
	s.arrange()
	s.text = manifest.Compose(s.places)
	return s.text, nil
}

// merged settles items that came from another project, under a slug that is
// taken by now: they keep it, so the rule of merging decides. The lock is held.
func (s *session) merged() error {
	p := s.p
	for _, it := range s.items {
		if it.e.state != fresh || it.e.from == nil {
			continue
		}
		at := newest(p.manifest, it.body.Slug)
		if at < 0 {
			continue
		}
		theirs := p.manifest[at]
		switch err := p.mayChange(theirs); {
		case record.Equal(it.rec, theirs.rec), !it.rec.LastUpdated().After(theirs.rec.LastUpdated()):
			it.e.state = clean
		case err != nil:
			return fmt.Errorf("experiment %q is there by now, and older: %w", it.body.Slug, err)
		default:
			it.e.state, it.e.place, it.e.base = edited, theirs.place, theirs.rec
			p.manifest = slices.Clone(p.manifest)
			p.manifest[at] = it.e
		}
		p.added = without(p.added, it.e)
		p.finder.reset()
	}
	return nil
}

// drop forgets items that were found saved already, or overruled.
func (s *session) drop() {
	kept := s.items[:0:0]
	for _, it := range s.items {
		if it.e.state == clean {
			s.dropped = append(s.dropped, it)
		} else {
			kept = append(kept, it)
		}
	}
	s.items = kept
	s.gone = slices.DeleteFunc(s.gone, func(e *entry) bool { return e.state != gone })
}

// arrange lists the entries of the new manifest and their places: those of the
// present one in their order, new ones behind all that are not younger.
func (s *session) arrange() {
	replaced := make(map[*entry]manifest.Place, len(s.items))
	var added []*item
	for _, it := range s.items {
		replaced[it.e] = it.at
		if it.e.state == fresh {
			added = append(added, it)
		}
	}
	base := s.p.manifest
	s.next, s.places = make([]*entry, 0, len(base)+len(added)), make([]manifest.Place, 0, len(base)+len(added))
	put := func(e *entry) {
		at, ok := replaced[e]
		if !ok {
			at = e.place
		}
		s.next, s.places = append(s.next, e), append(s.places, at)
	}
	slices.SortStableFunc(added, func(a, b *item) int { return a.body.CreatedAt.Compare(b.body.CreatedAt) })
	positions := insertions(base, added)
	for i := 0; i <= len(base); i++ {
		for len(added) > 0 && positions[0] == i {
			put(added[0].e)
			added, positions = added[1:], positions[1:]
		}
		if i < len(base) && base[i].state != gone {
			put(base[i])
		}
	}
}

// insertions returns, for each new item, before which entry it goes: behind the
// last one that is not younger. items are sorted by creation.
func insertions(base []*entry, items []*item) []int {
	positions := make([]int, len(items))
	at := len(base)
	for i, it := range slices.Backward(items) {
		for at > 0 && youngerThan(base[at-1], it.body.CreatedAt) {
			at--
		}
		positions[i] = at
	}
	return positions
}

// youngerThan is false for an entry that could not be read: what was added goes
// behind it, and it stays where it is.
func youngerThan(e *entry, t time.Time) bool {
	return e.rec != nil && e.rec.CreatedAt().After(t)
}

// settle makes what was written the state of the project.
func (s *session) settle() error {
	p := s.p
	p.mu.Lock()
	defer p.mu.Unlock()
	byEntry := make(map[*entry]*item, len(s.items))
	for _, it := range s.items {
		byEntry[it.e] = it
	}
	var errs []error
	for i, e := range s.next {
		if it := byEntry[e]; it != nil {
			errs = append(errs, e.saved(&it.attempt, s.places[i], p.home))
		}
	}
	p.added = slices.DeleteFunc(p.added, func(e *entry) bool { return byEntry[e] != nil || e.state == gone })
	p.manifest, p.text, p.exists, p.truncate, p.opened = s.next, s.text, true, false, nil
	p.finder.settled(s.items, len(s.gone) > 0)
	return errors.Join(errs...)
}

// remember keeps what was tried, for a later save to recognise.
func (s *session) remember() {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	for _, it := range s.items {
		it.e.attempts = append(it.e.attempts, it.attempt)
	}
}
