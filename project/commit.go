package project

import (
	"context"
	"errors"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// lostRaces is how many other writers may replace the manifest first before
// new records go into a segment, in [CommitAuto] mode on storage without locks.
const lostRaces = 4

// errFoldFirst: a segment holds a record that is to be removed. Were it removed
// from the manifest alone, folding that segment would bring it back.
var errFoldFirst = errors.New("segments must be folded first")

// commit makes what was collected, and whose files are written, the state of the
// project. After an error nothing is, but for one of an unknown outcome.
func (s *session) commit(ctx context.Context) error {
	if s.p.opts.Commit == CommitSegments && s.mayWriteSegment() {
		return s.commitSegment(ctx)
	}
	return s.commitManifest(ctx)
}

func (s *session) mayWriteSegment() bool {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	return s.fitsSegment()
}

// commitManifest replaces the manifest. It folds all segments on the way.
func (s *session) commitManifest(ctx context.Context) error {
	p := s.p
	if err := s.noteRemoved(ctx); err != nil {
		return errors.Join(saving.Untouched(err), s.undo(ctx))
	}
	for {
		s.base, s.rebased = p.knownText(), false
		err := saving.Commit(ctx, p.home.Store, p.home.Manifest, s.base, saving.Steps{Edit: s.edit, Remember: s.remember, Undo: s.giveUp})
		switch {
		case errors.Is(err, errLostRaces):
			return s.commitSegment(ctx)
		case errors.Is(err, errFoldFirst):
			if err := s.foldFirst(ctx); err != nil {
				return errors.Join(saving.Untouched(err), s.undo(ctx))
			}
		case err != nil:
			return err
		default:
			err := s.settle()
			p.retire(ctx, s.segments)
			return err
		}
	}
}

// giveUp takes back what the session wrote, unless it goes on another way.
func (s *session) giveUp(ctx context.Context) error {
	if s.detour != nil {
		return nil
	}
	return s.undo(ctx)
}

// edit makes the text of the new manifest. It runs again if another writer came
// first. No other writer can while it runs, where storage has locks.
//
// Segments are read after the text that is going to be replaced: what they hold
// was not removed from it before.
func (s *session) edit(ctx context.Context, now []byte, same, exists bool) (store.Text, error) {
	p := s.p
	s.detour = nil
	if s.tries++; s.tries > lostRaces && p.opts.Commit == CommitAuto && !p.home.Store.Locks() && s.mayWriteSegment() {
		return nil, s.goOn(errLostRaces)
	}
	set, err := segment.Read(ctx, p.home.Store, p.home.Manifest, p.knownSegments())
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !same || s.rebased || !p.segments.Same(set) {
		if same {
			now = s.base.Bytes()
		}
		if err := s.rebase(&stored{now, exists, set}); err != nil {
			return nil, err
		}
	}
	s.segments = set
	s.follow()
	if err := s.merged(); err != nil {
		return nil, err
	}
	s.drop()
	if s.loses() {
		return nil, s.goOn(errFoldFirst)
	}
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

// goOn says that the session goes on another way.
func (s *session) goOn(detour error) error {
	s.detour = detour
	return detour
}

// rebase makes what was read the state to work on. The lock is held.
func (s *session) rebase(now *stored) error {
	s.rebased = true
	if s.p.truncate {
		return s.p.keepLater(now)
	}
	return s.p.rebase(now)
}

// loses reports whether a record of a segment would not be in the new manifest.
// The lock is held.
func (s *session) loses() bool {
	if len(s.gone) == 0 && !s.p.truncate {
		return false
	}
	records := s.segments.Records()
	if len(records) == 0 {
		return false
	}
	kept := slugSet(s.p.manifest)
	for _, r := range records {
		if !kept[r.Slug()] {
			return true
		}
	}
	return false
}

// foldFirst folds segments that hold what is to be removed, so that no other
// writer can fold them afterwards.
func (s *session) foldFirst(ctx context.Context) error {
	p := s.p
	_, err := p.fold(ctx, 0)
	if err != nil {
		err = p.dropOpened(ctx, err)
	}
	if err != nil {
		return err
	}
	return s.noteRemoved(ctx)
}

// noteRemoved notes what is to be removed where segments are or were in use, so
// that nobody takes it for dropped by accident and brings it back.
func (s *session) noteRemoved(ctx context.Context) error {
	p := s.p
	slugs, truncate := s.slugsToRemove()
	if s.noted != "" || len(slugs) == 0 && !truncate {
		return nil
	}
	l, err := segment.List(ctx, p.home.Store, p.home.Manifest)
	if err != nil || !l.Folded && len(l.Segments) == 0 {
		return err
	}
	if truncate { // nor is anything to come back that was dropped before
		folded, err := segment.ReadFolded(ctx, p.home.Store, p.home.Manifest)
		if err != nil {
			return err
		}
		slugs = append(slugs, folded.Slugs()...)
	}
	key, err := segment.NoteRemoved(ctx, p.home.Store, p.home.Manifest, slugs)
	if err != nil {
		return err
	}
	s.noted = key
	return nil
}

func (s *session) slugsToRemove() (slugs []string, truncate bool) {
	p := s.p
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range s.gone {
		if e.base != nil {
			slugs = append(slugs, e.base.Slug())
		}
	}
	if p.truncate {
		for _, e := range p.opened.readable() {
			if e.rec != nil {
				slugs = append(slugs, e.rec.Slug())
			}
		}
	}
	return slugs, p.truncate
}
