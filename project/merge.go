package project

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// Merge returns a project at p's place, with p's options, that holds the
// experiments of p and of the others. Of several with one slug it holds the one
// with the larger last_updated; on a tie the earlier project's stays, p's first.
// The result does not depend on how merges are grouped. Experiments are in order
// of creation, and equal ones are one.
//
// Nothing is written, and p and the others stay as they are; saving the result
// also copies the artifact files that came with experiments of the others, which
// must not be closed before. What p has pending is pending in both: save one of
// the two, or it is there twice. An artifact that is in no file yet is
// [artifacts.ErrNotSaved]: save its project first. In [Append] mode a newer
// version of an experiment of p is [artifacts.ErrReadOnly]; the result of a
// project opened [ReadOnly] can be looked at and not saved.
//
// The cost is that of sorting, n log n for n experiments.
func (p *Project) Merge(others ...*Project) (*Project, error) {
	m, err := p.fork()
	if err != nil {
		return nil, fmt.Errorf("merge into project %q: %w", p.url, err)
	}
	if err := m.join(others); err != nil {
		return nil, errors.Join(fmt.Errorf("merge into project %q: %w", p.url, err), m.Close())
	}
	return m, nil
}

func (p *Project) join(others []*Project) error {
	held := make(map[string]*entry, len(p.manifest)+len(p.added))
	p.dedupe(held)
	for _, other := range others {
		if other == nil {
			return errors.New("a project to be merged is nil")
		}
		if err := other.load(context.Background()); err != nil {
			return fmt.Errorf("from project %q: %w", other.url, err)
		}
		for _, x := range other.contents() {
			if err := p.take(held, x.rec, x.home); err != nil {
				return fmt.Errorf("from project %q: %w", other.url, err)
			}
		}
	}
	return nil
}

// content is a record and where its files are.
type content struct {
	rec  *record.Record
	home *record.Home
}

func (p *Project) contents() []content {
	p.mu.Lock()
	defer p.mu.Unlock()
	view := p.view()
	list := make([]content, len(view))
	for i, e := range view {
		list[i] = content{e.rec, p.home}
		if e.from != nil {
			list[i].home = e.from
		}
	}
	return list
}

// Append adds an experiment of another project as it is, under its slug. One
// that is there already, with the same content, stays; with another content it
// is replaced if the new one was updated later, see [Project.Merge].
func (p *Project) Append(x *experiment.Experiment) error {
	if x == nil {
		return fmt.Errorf("append to project %q: the experiment is nil", p.url)
	}
	p.saving.lock()
	defer p.saving.unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	c := experiment.CellOf(x)
	home := c.Home() // before the record, which may be one that a save has just set
	rec := c.Record()
	err := p.addable()
	if err == nil {
		held := map[string]*entry{}
		if e := p.taken(rec.Slug()); e != nil {
			held[rec.Slug()] = e
		}
		err = p.take(held, rec, home)
	}
	if err != nil {
		return fmt.Errorf("append experiment %q to project %q: %w", rec.Slug(), p.url, err)
	}
	return nil
}

func (p *Project) addable() error {
	switch {
	case p.closed:
		return errClosed
	case p.opts.Mode == ReadOnly:
		return fmt.Errorf("it is opened %w", artifacts.ErrReadOnly)
	}
	return nil
}

// fork returns a second project at the same place, with the same experiments
// and the same changes pending.
func (p *Project) fork() (*Project, error) {
	p.saving.lock()
	defer p.saving.unlock()
	if err := p.load(context.Background()); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	home := &record.Home{Store: p.home.Store, Manifest: p.home.Manifest, Name: p.home.Name, Scheme: p.home.Scheme,
		Loader: payload.Loader{Handlers: p.home.Handlers, Logger: p.home.Logger}}
	m := &Project{
		opts: p.opts, url: p.url, scheme: p.scheme, home: home,
		saving: newGate(), loaded: p.loaded,
		text: p.text, segments: p.segments, exists: p.exists, truncate: p.truncate, opened: p.opened,
		drafts: map[*experiment.Draft]*newborn{}, users: p.users,
	}
	home.RefName = m.refName
	m.rescues.Folder = p.rescues.Folder
	for _, lists := range []struct{ from, to *[]*entry }{{&p.manifest, &m.manifest}, {&p.added, &m.added}} {
		copies := make([]entry, len(*lists.from))
		for i, e := range *lists.from {
			if e.rec != nil && e.state != clean && e.rec.Pending() > 0 {
				return nil, fmt.Errorf("experiment %q has artifacts that are %w", e.rec.Slug(), artifacts.ErrNotSaved)
			}
			copies[i] = entry{place: e.place, rec: e.rec, base: e.base, err: e.err, state: e.state, own: e.own, from: e.from,
				attempts: slices.Clone(e.attempts)}
			*lists.to = append(*lists.to, &copies[i])
		}
	}
	p.users.Add(1)
	return m, nil
}

// dedupe leaves one entry of each slug, as Python does, and fills held with
// those that stay. Only a project that may change what is there does so.
func (p *Project) dedupe(held map[string]*entry) {
	for _, e := range p.view() {
		key := e.rec.Slug()
		had := held[key]
		if had == nil {
			held[key] = e
			continue
		}
		lost := e
		if e.rec.LastUpdated().After(had.rec.LastUpdated()) {
			held[key], lost = e, had
		}
		if p.mayMerge(lost) == nil {
			lost.state = gone
		}
	}
	p.finder.reset()
}

// mayMerge is mayChange for what merging does: a project that is not saved may
// be changed in any way.
func (p *Project) mayMerge(e *entry) error {
	if p.opts.Mode == ReadOnly {
		return nil
	}
	return p.mayChange(e)
}

// take adds a record that came from home, or lets it replace the one held under
// its slug, if it is newer.
func (p *Project) take(held map[string]*entry, rec *record.Record, home *record.Home) error {
	if rec.Pending() > 0 {
		return fmt.Errorf("experiment %q has artifacts that are %w", rec.Slug(), artifacts.ErrNotSaved)
	}
	key := rec.Slug()
	had := held[key]
	if had == nil {
		e := newEntry(rec, fresh)
		e.from = home
		p.added = append(p.added, e)
		p.finder.add(e)
		held[key] = e
		return nil
	}
	if !rec.LastUpdated().After(had.rec.LastUpdated()) || record.Equal(had.rec, rec) {
		return nil
	}
	if err := p.mayMerge(had); err != nil {
		return fmt.Errorf("experiment %q is newer there: %w", key, err)
	}
	had.from = home
	p.replace(had, rec)
	p.finder.reset()
	return nil
}
