package project

import (
	"context"
	"errors"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/slab"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// fitsSegment reports whether a segment can hold all there is to save: new
// records of this session, of which no earlier save is in doubt. The lock is
// held.
func (s *session) fitsSegment() bool {
	if s.whole || len(s.items) == 0 || len(s.gone) > 0 || s.p.truncate {
		return false
	}
	return !slices.ContainsFunc(s.items, func(it *item) bool {
		return it.e.state != fresh || it.e.from != nil || len(it.e.attempts) > 0
	})
}

// commitSegment writes what there is to save into a segment, and makes it the
// state of the project.
func (s *session) commitSegment(ctx context.Context) error {
	p := s.p
	text, err := s.composeSegment()
	if err != nil {
		return errors.Join(saving.Untouched(err), s.undo(ctx))
	}
	if text.Len() > segment.MaxSize {
		s.whole = true
		return s.commitManifest(ctx)
	}
	key, err := s.writeSegment(ctx, text)
	switch {
	case errors.Is(err, artifacts.ErrOutcomeUnknown):
		s.remember()
		return err
	case err != nil:
		return errors.Join(err, s.undo(ctx))
	}
	p.wroteSegment(ctx, key)
	return nil
}

func (s *session) composeSegment() (store.Text, error) {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	if err := s.encode(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(s.items, func(a, b *item) int { return byCreation(a.e, b.e) })
	list := make([]*entry, len(s.items))
	for i, it := range s.items {
		list[i] = &entry{place: it.at}
	}
	return compose(list), nil
}

// writeSegment writes a segment and takes note of what it holds. Nobody reads
// the segments in between: what was not found there would seem to be removed.
func (s *session) writeSegment(ctx context.Context, text store.Text) (key string, err error) {
	p := s.p
	p.loading.Lock()
	defer p.loading.Unlock()
	key, err = segment.Write(ctx, p.home.Store, p.home.Manifest, text)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	seg := &segment.Segment{Info: store.Info{Key: key, Size: text.Len()}}
	saved := make(map[*entry]bool, len(s.items))
	list := make([]*entry, len(s.items))
	var errs []error
	records := slab.Expecting[record.Record](len(s.items))
	for i, it := range s.items {
		errs = append(errs, it.e.saved(&it.attempt, it.at, p.home, records.Next()))
		seg.Records = append(seg.Records, segment.Record{Record: it.e.base, Place: it.at})
		saved[it.e], list[i] = true, it.e
	}
	p.added = slices.DeleteFunc(p.added, func(e *entry) bool { return saved[e] })
	p.manifest = weave(p.manifest, list)
	p.segments, p.exists = p.segments.With(seg), true
	p.finder.settled(s.items, false)
	return key, errors.Join(errs...)
}
