package project

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/slug"
)

// Log adds an experiment: fn writes into a draft of it. If fn returns an error,
// panics or exits its goroutine, nothing was added. The experiment is kept in
// memory until [Project.Save].
//
// The error is fn's own, or [artifacts.ErrReadOnly].
func (p *Project) Log(ctx context.Context, name string, fn func(*experiment.Draft) error) (*experiment.Experiment, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("log experiment %q: %w", name, err)
	}
	d, err := p.Begin(name)
	if err != nil {
		return nil, err
	}
	done := false
	defer func() {
		if !done {
			p.abandon(d)
		}
	}()
	if fn != nil {
		if err := fn(d); err != nil {
			return nil, err
		}
	}
	done = true
	return p.Commit(d)
}

// Begin returns the draft of a new experiment, created now. It becomes part of
// the project by [Project.Commit].
func (p *Project) Begin(name string) (*experiment.Draft, error) {
	if p.opts.Mode == ReadOnly {
		return nil, fmt.Errorf("log experiment %q: project %q is opened %w", name, p.url, artifacts.ErrReadOnly)
	}
	created := pytime.Seconds(p.now())
	short := slug.Make(name)
	n := &newborn{}
	body := &n.body
	*body = record.Body{
		Name: name, Slug: slug.Stamp(short, created), ShortSlug: short,
		Author: p.opts.Author, LastUpdatedBy: p.opts.Author,
		CreatedAt: created, LastUpdated: created,
	}
	if !p.home.Store.Locks() || p.opts.Commit == CommitSegments {
		body.Slug = distinct(body.Slug) // nothing can be renamed under a lock later
	}
	d := experiment.NewDraft(body, p.home, p.opts.Now)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, fmt.Errorf("log experiment %q: %w", name, errClosed)
	}
	p.drafts[d] = n
	return d, nil
}

// A newborn is what a new experiment is at first, allocated at once: logging makes
// garbage to be collected in proportion to the number of pieces. All of it goes
// together when an edit has replaced it. The entry is no part of it, as it stays
// with the project: it would hold on to values of artifacts that are not wanted.
type newborn struct {
	body  record.Body
	rec   record.Record
	cell  record.Cell
	cells [1]*record.Cell
}

// born returns the entry of a newborn whose body is complete.
func (n *newborn) born(home *record.Home) *entry {
	n.rec.Init(&n.body, nil)
	n.cell.Set(&n.rec, home)
	n.cells[0] = &n.cell
	e := newEntry(&n.rec, fresh)
	e.cells = n.cells[:]
	return e
}

// Commit makes the experiment of a draft part of the project. The draft ends.
func (p *Project) Commit(d *experiment.Draft) (*experiment.Experiment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, fmt.Errorf("commit experiment: %w", errClosed)
	}
	n := p.drafts[d]
	if n == nil {
		return nil, errors.New("commit experiment: the draft was not begun by this project, or has ended")
	}
	delete(p.drafts, d)
	body, _, err := experiment.Seal(d)
	if err != nil {
		return nil, fmt.Errorf("commit experiment: %w", err)
	}
	for p.taken(body.Slug) != nil {
		body.Slug = distinct(slug.Stamped(body.Name, body.CreatedAt))
	}
	e := n.born(p.home)
	p.added = append(p.added, e)
	p.finder.add(e)
	return p.hand(e), nil
}

// abandon ends a draft that came to nothing.
func (p *Project) abandon(d *experiment.Draft) {
	p.mu.Lock()
	delete(p.drafts, d)
	p.mu.Unlock()
	experiment.Discard(d)
}

// distinct makes a slug that nobody else has.
func distinct(s string) string {
	return strings.TrimPrefix(s+"-"+saving.Mark(), "-")
}
