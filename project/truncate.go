package project

import (
	"bytes"
	"context"
	"errors"

	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// keepLater begins a truncated project anew, but for what others added to it
// after it was opened: a save never loses somebody else's save. The lock is held.
func (p *Project) keepLater(now *stored) error {
	var list []*entry
	if p.opened == nil || !p.opened.exists || !bytes.Equal(now.data, p.opened.data) {
		var err error
		if list, err = now.manifestEntries(); err != nil {
			return err
		}
	} // else all of it goes, whatever it is
	list = weave(list, lacking(list, now.segments.Records()))
	before := map[string]*record.Record{}
	unread := map[string]bool{} // texts of records that could not be read
	for _, e := range p.opened.readable() {
		if e.rec != nil {
			before[e.rec.Slug()] = e.rec
		} else {
			unread[string(e.place.Text())] = true
		}
	}
	p.manifest = nil
	for _, e := range list {
		if e.rec == nil {
			if !unread[string(e.place.Text())] {
				p.manifest = append(p.manifest, e)
			}
			continue
		}
		if had := before[e.rec.Slug()]; had == nil || !record.Equal(had, e.rec) {
			p.manifest = append(p.manifest, e)
		}
	}
	p.finder.reset()
	p.know(now)
	return nil
}

// readable returns the entries of a state; of a manifest that is no list there
// are none.
func (s *stored) readable() []*entry {
	if s == nil {
		return nil
	}
	list, err := s.manifestEntries()
	if err != nil {
		list = nil
	}
	return weave(list, lacking(list, s.segments.Records()))
}

// dropOpened retires the segments there were when the project was opened, where
// they cannot be folded because there is no manifest that can be read: that is
// truncated too.
func (p *Project) dropOpened(ctx context.Context, cause error) error {
	syntax := (*SyntaxError)(nil)
	if !errors.As(cause, &syntax) {
		return cause
	}
	p.mu.Lock()
	opened, truncate := p.opened, p.truncate
	p.mu.Unlock()
	if !truncate || opened == nil {
		return cause
	}
	return opened.segments.Retire(ctx, p.home.Store, p.home.Manifest)
}
