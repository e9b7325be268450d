package project

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// Edit changes the experiment that Lookup finds: fn writes into a draft of it
// that holds what is there. If fn returns an error, panics or exits, nothing
// was changed; if it writes nothing, nothing was either. In [Append] and
// [Truncate] mode only what this session logged can be edited. The change is
// kept in memory until [Project.Save]; experiments handed out before show what
// they showed.
//
// Edits of one experiment wait for one another, so fn must not edit the same
// one again.
//
// Errors: fn's own, [artifacts.ErrNotFound], [artifacts.ErrReadOnly],
// [*ConflictError] if a Refresh or Remove took the experiment away meanwhile.
func (p *Project) Edit(ctx context.Context, slug string, fn func(*experiment.Draft) error) (*experiment.Experiment, error) {
	x, err := p.edit(ctx, slug, fn)
	if err != nil {
		return nil, fmt.Errorf("edit experiment %q: %w", slug, err)
	}
	return x, nil
}

func (p *Project) edit(ctx context.Context, slug string, fn func(*experiment.Draft) error) (*experiment.Experiment, error) {
	e, rec, changes, err := p.claim(ctx, slug)
	if err != nil {
		return nil, err
	}
	defer e.editing.unlock()

	body := rec.Body()
	if err := body.Err(); err != nil {
		return nil, fmt.Errorf("it has parts that cannot be read and would be lost: %w", err)
	}
	d := experiment.NewDraft(body.Clone(), p.home, p.opts.Now)
	done := false
	defer func() {
		if !done {
			experiment.Discard(d)
		}
	}()
	if fn != nil {
		if err := fn(d); err != nil {
			return nil, err
		}
	}
	body, changed, err := experiment.Seal(d)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !changed {
		done = true
		return p.hand(e), nil
	}
	if e.state == gone || e.changes != changes {
		return nil, &ConflictError{Slug: rec.Slug(), Removed: e.state == gone,
			Mine: p.now(), MineBy: p.opts.Author, Theirs: e.rec.LastUpdated(), TheirsBy: e.rec.LastUpdatedBy()}
	}
	done = true
	body.Slug = e.rec.Slug() // a save may have changed it
	p.stampEdit(e, body)
	p.replace(e, record.FromBody(body))
	return p.hand(e), nil
}

// claim finds the entry to edit, waits until no other edit of it runs, and takes
// the token of its edits. It returns the entry's record, and its changes then.
func (p *Project) claim(ctx context.Context, slug string) (*entry, *record.Record, int, error) {
	if err := p.loadFor(ctx, slug); err != nil {
		return nil, nil, 0, err
	}
	for {
		e, changes, err := p.editable(slug)
		if err != nil {
			return nil, nil, 0, err
		}
		if err := e.editing.enter(ctx); err != nil {
			return nil, nil, 0, err
		}
		p.mu.Lock()
		rec, same := e.rec, e.state != gone && e.changes == changes
		p.mu.Unlock()
		if same {
			return e, rec, changes, nil
		}
		e.editing.unlock() // a Refresh or Remove came first: the entry may be nobody's by now
	}
}

// editable finds the entry to edit, and how often it was changed from outside.
func (p *Project) editable(slug string) (*entry, int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, 0, errClosed
	}
	e := p.find(slug)
	if e == nil {
		return nil, 0, artifacts.ErrNotFound
	}
	if err := p.mayChange(e); err != nil {
		return nil, 0, err
	}
	if e.editing == nil {
		e.editing = newGate()
	}
	return e, e.changes, nil
}

// mayChange says whether the mode allows an existing experiment to be changed.
func (p *Project) mayChange(e *entry) error {
	switch {
	case p.opts.Mode == ReadWrite, p.opts.Mode != ReadOnly && e.own:
		return nil
	case p.opts.Mode == ReadOnly:
		return fmt.Errorf("project %q is opened %w", p.url, artifacts.ErrReadOnly)
	}
	return fmt.Errorf("%w: it was there before, and project %q is opened in mode %q; open it in mode %q",
		artifacts.ErrReadOnly, p.url, p.opts.Mode, ReadWrite)
}

// stampEdit records who changed the experiment and when. The time moves on with
// each saved change, so that no two versions of an experiment share one.
func (p *Project) stampEdit(e *entry, body *record.Body) {
	body.LastUpdated = pytime.Seconds(p.now())
	if e.base != nil {
		if least := pytime.Seconds(e.base.LastUpdated()).Add(time.Second); body.LastUpdated.Before(least) {
			body.LastUpdated = least
		}
	}
	body.LastUpdatedBy = p.opts.Author
	body.Changed("last_updated_by")
}

// replace makes r the entry's record, to be saved. The lock is held.
func (p *Project) replace(e *entry, r *record.Record) {
	e.rec, e.retry = r, false
	if e.state == clean {
		e.state = edited
	}
}

// Remove takes experiments out of the project, each as Lookup finds it. The
// next save takes them out of the manifest and then removes the files they
// name. Either all slugs are found and may be removed, or nothing changes.
func (p *Project) Remove(slugs ...string) error {
	p.saving.lock()
	defer p.saving.unlock()
	if err := p.loadFor(context.Background(), slugs...); err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return fmt.Errorf("remove: %w", errClosed)
	}
	list := make([]*entry, 0, len(slugs))
	for _, slug := range slugs {
		e := p.find(slug)
		if e == nil {
			return fmt.Errorf("remove experiment %q: %w", slug, artifacts.ErrNotFound)
		}
		if err := p.mayChange(e); err != nil {
			return fmt.Errorf("remove experiment %q: %w", slug, err)
		}
		list = append(list, e)
	}
	for _, e := range list {
		if e.state == fresh {
			p.forget(e)
		}
		e.state = gone
	}
	p.finder.reset()
	return nil
}

// forget drops an entry that is in no manifest. If it may be there after all,
// the next save looks for it and takes it out. The lock is held.
func (p *Project) forget(e *entry) {
	if len(e.attempts) == 0 {
		p.added = slices.DeleteFunc(p.added, func(x *entry) bool { return x == e })
	}
	_ = dropValues(e.rec) // only temporary copies are lost
}

// Discard takes back what this session did to an experiment since the last
// save: a new one vanishes, a changed one is what it was, a removed one is
// there again. An experiment with nothing to take back stays as it is.
func (p *Project) Discard(slug string) error {
	p.saving.lock()
	defer p.saving.unlock()
	if err := p.loadFor(context.Background(), slug); err != nil {
		return fmt.Errorf("discard changes of experiment %q: %w", slug, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return fmt.Errorf("discard changes of experiment %q: %w", slug, errClosed)
	}
	e := p.find(slug)
	if e == nil {
		e = search(p.removed(), slug)
	}
	if e == nil {
		return fmt.Errorf("discard changes of experiment %q: %w", slug, artifacts.ErrNotFound)
	}
	switch e.state {
	case fresh:
		p.forget(e)
		e.state = gone
	case edited, gone:
		_ = dropValues(e.rec)
		e.rec, e.state, e.retry, e.from = e.base, clean, false, nil
		e.changes++
	}
	p.finder.reset()
	return nil
}

// removed returns the entries the next save will take out. The lock is held.
func (p *Project) removed() []*entry {
	var list []*entry
	for _, e := range p.manifest {
		if e.state == gone && e.rec != nil {
			list = append(list, e)
		}
	}
	return list
}
