package project

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/slab"
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
	if err := p.enter(ctx); err != nil {
		return fmt.Errorf("save project %q: %w", p.url, err)
	}
	defer p.saving.unlock()
	if err := p.save(ctx); err != nil {
		return fmt.Errorf("save project %q: %w", p.url, err)
	}
	return nil
}

func (p *Project) save(ctx context.Context) error {
	s := p.snapshot()
	if s.empty() { // but there may be no manifest yet
		if err := p.load(ctx); err != nil {
			return err
		}
		if p.begun() {
			return nil
		}
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
	if err := s.commit(ctx); err != nil {
		return err
	}
	s.rescue(ctx)
	err := errors.Join(p.removeFiles(ctx, s.removed), saving.Remove(ctx, p.home.Store, createdKeys(s.dropped)), p.rescues.Sweep(ctx, p.waiting))
	if err != nil {
		err = fmt.Errorf("saved, but files that are not needed any more are still there: %w", err)
	}
	return errors.Join(err, s.incomplete())
}

// begun reports whether there is a project, and not one to be begun.
func (p *Project) begun() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exists && !p.truncate
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

	whole bool   // it must go into the manifest
	noted string // key of the note of what is removed

	base     store.Text       // of the manifest, when the commit began
	tries    int              // of replacing it
	rebased  bool             // the project is not at base any more
	detour   error            // why edit gave up, if not for good
	segments *segment.Set     // that the new manifest folds
	places   []manifest.Place // of it, once edit has run
	next     []*entry         // its entries
	text     store.Text       // what it was composed into
}

// An item is one entry that is added or replaced.
type item struct {
	e       *entry
	attempt                // what is being saved
	at      manifest.Place // of its text
	placed  bool           // it is in the new manifest: nothing removed it meanwhile
	retry   bool           // it is here for artifacts that failed before, and nothing else
	files   []*createdFile // that this save made

	// moved holds, for artifacts that came from another project, those that
	// take their place because their files had to be renamed.
	moved map[*record.Artifact]*record.Artifact
}

// snapshot collects what there is to save.
func (p *Project) snapshot() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &session{p: p, slugs: map[*record.Cell]string{}}
	items := slab.Expecting[item](len(p.added))
	for _, list := range [][]*entry{p.manifest, p.added} {
		for _, e := range list {
			switch e.state {
			case fresh, edited:
				s.items = append(s.items, s.fill(items.Next(), e))
			case gone:
				s.gone = append(s.gone, e)
			case clean:
			}
		}
	}
	s.removed = slices.Clone(s.gone)
	return s
}

func (s *session) empty() bool { return len(s.items)+len(s.gone) == 0 }

// fill makes it the item of an entry.
func (s *session) fill(it *item, e *entry) *item {
	it.e, it.rec, it.body = e, e.rec, e.rec.Body()
	it.plan = record.Plan{Slugs: s.slugs}
	if it.body.Pending() > 0 {
		it.retry = e.retry
		it.plan.Files, it.plan.Skip = map[*record.Artifact]artifacts.Artifact{}, map[*record.Artifact]bool{}
	}
	return it
}

// worthwhile reports whether the manifest would say anything new: artifacts that
// failed again are no reason to write it.
func (s *session) worthwhile() bool {
	if len(s.gone) > 0 || !s.p.begun() {
		return true
	}
	return slices.ContainsFunc(s.items, func(it *item) bool { return !it.retry || len(it.files) > 0 })
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
	items := make(map[*entry]*item, len(s.items))
	added := make([]*entry, 0, len(s.items))
	for _, it := range s.items {
		items[it.e], it.placed = it, false
		if it.e.state == fresh {
			added = append(added, it.e)
		}
	}
	list := weave(s.p.manifest, added)
	s.next, s.places = make([]*entry, 0, len(list)), make([]manifest.Place, 0, len(list))
	for _, e := range list {
		if e.state == gone {
			continue
		}
		at := e.place
		if it := items[e]; it != nil {
			at, it.placed = it.at, true
		}
		s.next, s.places = append(s.next, e), append(s.places, at)
	}
}

// settle makes what was written the state of the project.
func (s *session) settle() error {
	p := s.p
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	records := slab.Expecting[record.Record](len(s.items))
	for _, it := range s.items {
		if it.placed {
			errs = append(errs, it.e.saved(&it.attempt, it.at, p.home, records.Next()))
		}
	}
	p.added = slices.DeleteFunc(p.added, func(e *entry) bool { return e.base != nil || e.state == gone })
	p.manifest, p.text, p.exists, p.truncate, p.opened = s.next, s.text, true, false, nil
	p.segments = s.segments
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
