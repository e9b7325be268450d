package project

import (
	"context"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// Lookup returns the experiment with a full or a short slug. A full slug goes
// before a short one, and of several the newest is meant. Nothing found is
// [artifacts.ErrNotFound].
func (p *Project) Lookup(slug string) (*experiment.Experiment, error) {
	if err := p.loadFor(context.Background(), slug); err != nil {
		return nil, fmt.Errorf("look up experiment %q: %w", slug, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.find(slug)
	if e == nil {
		return nil, fmt.Errorf("look up experiment %q: %w", slug, artifacts.ErrNotFound)
	}
	return p.hand(e), nil
}

// Contains reports whether Lookup would find an experiment.
func (p *Project) Contains(slug string) bool {
	if err := p.loadFor(context.Background(), slug); err != nil {
		p.opts.Logger.Warn("project cannot be read", "project", p.url, "cause", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.find(slug) != nil
}

// find is Lookup with the lock held.
func (p *Project) find(slug string) *entry { return p.finder.find(p.view(), slug) }

// taken returns the entry with this full slug. The lock is held.
func (p *Project) taken(slug string) *entry { return p.finder.taken(p.view(), slug) }
