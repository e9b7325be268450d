package project

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// stored is what was read of a project: the text of its manifest and its
// segments.
type stored struct {
	data     []byte
	exists   bool // the manifest does
	segments *segment.Set
}

// read reads what is stored: the segments first and the manifest last, so that
// what is folded meanwhile is in one of them.
func (p *Project) read(ctx context.Context) (*stored, error) {
	p.mu.Lock()
	known := p.segments
	p.mu.Unlock()
	set, err := segment.Read(ctx, p.home.Store, p.home.Manifest, known)
	if err != nil {
		return nil, err
	}
	data, err := p.home.Store.ReadText(ctx, p.home.Manifest)
	missing := errors.Is(err, artifacts.ErrNotFound)
	if err != nil && !missing {
		return nil, err
	}
	return &stored{data, !missing, set}, nil
}

// entries returns those of the manifest, and among them, each behind all that
// are not younger, those of segments whose slugs the manifest lacks.
func (s *stored) entries() ([]*entry, error) {
	list, err := s.manifestEntries()
	if err != nil {
		return nil, err
	}
	return weave(list, lacking(list, s.segments.Records())), nil
}

func (s *stored) manifestEntries() ([]*entry, error) {
	if !s.exists {
		return nil, nil
	}
	return parse(s.data)
}

// lacking returns entries of those records whose slugs a list lacks.
func lacking(list []*entry, records []segment.Record) []*entry {
	if len(records) == 0 {
		return nil
	}
	has := slugSet(list)
	var added []*entry
	for _, r := range records {
		slug := r.Slug()
		if has[slug] {
			continue
		}
		has[slug] = true
		added = append(added, &entry{place: r.Place, rec: r.Record, base: r.Record})
	}
	return added
}

// weave puts new entries into a list: in order of creation, and each behind all
// that are not younger. The rest keeps its order, whatever it is.
func weave(list, added []*entry) []*entry {
	if len(added) == 0 {
		return list
	}
	added = slices.Clone(added)
	slices.SortStableFunc(added, byCreation)
	before := insertions(list, added)
	if before[0] == len(list) {
		return append(list, added...) // nobody else has what is behind the end
	}
	woven := make([]*entry, 0, len(list)+len(added))
	for i := 0; i <= len(list); i++ {
		for len(added) > 0 && before[0] == i {
			woven = append(woven, added[0])
			added, before = added[1:], before[1:]
		}
		if i < len(list) {
			woven = append(woven, list[i])
		}
	}
	return woven
}

// insertions returns, for each new entry, before which of a list it goes. added
// is sorted by creation.
func insertions(list, added []*entry) []int {
	positions := make([]int, len(added))
	at := len(list)
	for i, e := range slices.Backward(added) {
		// What was added goes behind an entry that could not be read, and that
		// stays where it is.
		for at > 0 && list[at-1].rec != nil && byCreation(list[at-1], e) > 0 {
			at--
		}
		positions[i] = at
	}
	return positions
}

// knows reports whether what was read is what the project knows. The lock is
// held.
func (p *Project) knows(now *stored) bool {
	if !p.loaded || !p.segments.Same(now.segments) || now.exists != (p.text != nil) {
		return false
	}
	if !now.exists {
		return true
	}
	same, err := p.text.Equal(bytes.NewReader(now.data))
	return err == nil && same
}

// know takes note of what was read. The lock is held.
func (p *Project) know(now *stored) {
	p.text = nil
	if now.exists {
		p.text = store.Text{now.data}
	}
	p.segments, p.loaded = now.segments, true
	p.exists = now.exists || now.segments.Len() > 0
	p.crowded = now.segments.Len() > crowd
}

// load reads what is stored, unless that was done. It may be called by whoever
// does not hold the lock, also from within a handler while the project saves.
func (p *Project) load(ctx context.Context) error {
	if p.isLoaded() {
		return nil
	}
	p.loading.Lock()
	defer p.loading.Unlock()
	if p.isLoaded() {
		return nil
	}
	now, err := p.read(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.loaded {
		return nil // a save came to know more
	}
	switch {
	case err != nil:
	case p.opts.Mode == Truncate:
		p.truncate, p.opened = true, now // it may be anything: it goes
		p.know(now)
	default:
		err = p.rebase(now)
	}
	p.unread = err
	return err
}

func (p *Project) isLoaded() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.loaded || p.closed
}

// look is load for those who cannot return an error.
func (p *Project) look() {
	if err := p.load(context.Background()); err != nil {
		p.opts.Logger.Warn("project cannot be read", "project", p.url, "cause", err)
	}
}

// loadFor is load, unless everything that is asked for was saved or logged by
// this session: then nothing has to be read to find it.
func (p *Project) loadFor(ctx context.Context, slugs ...string) error {
	p.mu.Lock()
	found := p.loaded || !slices.ContainsFunc(slugs, func(slug string) bool { return p.taken(slug) == nil })
	p.mu.Unlock()
	if found {
		return nil
	}
	return p.load(ctx)
}
