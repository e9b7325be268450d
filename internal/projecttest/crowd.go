package projecttest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A Crowd says how many work on a project at once, and how much they do.
type Crowd struct {
	Writers, Saves int
	// Commit is how every second writer commits; the others use segments.
	Commit project.CommitMode
}

// crowd is one at work.
type crowd struct {
	Crowd
	url  string
	m    *model
	done chan struct{} // closed when the writers are
	mu   sync.Mutex
	errs []error
	n    map[string]int // what was done, how often
}

// Run lets writers add to a project while others compact, read, edit and remove,
// and one truncates it. It checks all the time, and in the end, that nothing
// acknowledged is lost and that nothing removed comes back.
func Run(t *testing.T, url string, o Crowd) {
	c := &crowd{Crowd: o, url: url, m: newModel(), done: make(chan struct{}), n: map[string]int{}}
	ctx := t.Context()
	var writers, others sync.WaitGroup
	for w := range c.Writers {
		writers.Go(func() { c.note("write", c.write(ctx, w)) })
	}
	for range 2 {
		others.Go(func() { c.until(func() error { return c.compact(ctx) }) })
		others.Go(func() { c.until(func() error { return c.look(ctx) }) })
	}
	others.Go(func() { c.until(func() error { return c.edit(ctx) }) })
	others.Go(func() { c.until(func() error { return c.remove(ctx) }) })
	others.Go(func() { c.note("truncate", c.truncate(ctx)) })
	writers.Wait()
	close(c.done)
	others.Wait()
	if len(c.errs) > 0 {
		t.Fatal(errors.Join(c.errs...))
	}
	for range 2 { // before and after everything is folded
		if err := c.look(ctx); err != nil {
			t.Fatal(err)
		}
		if err := c.compact(ctx); err != nil {
			t.Fatal(err)
		}
	}
	c.settled(t)
	t.Logf("%v", c.n)
}

// kind spreads experiments over those who edit, remove, and leave them alone.
func kind(slug string) int {
	h := fnv.New32()
	_, _ = h.Write([]byte(slug))
	return int(h.Sum32() % 4)
}

const toEdit, toRemove = 0, 1

// begunAnew is the name of the experiment of the session that truncates.
const begunAnew = "begun anew"

func (c *crowd) note(what string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.errs = append(c.errs, fmt.Errorf("%s: %w", what, err))
		return
	}
	c.n[what]++
}

// until does something until the writers are done, or it fails.
func (c *crowd) until(f func() error) {
	for {
		if err := f(); err != nil {
			c.note("while the writers work", err)
			return
		}
		select {
		case <-c.done:
			return
		case <-time.After(time.Millisecond): // or the writers would not get a chance
		}
	}
}

func (c *crowd) open(ctx context.Context, o project.Options) (*project.Project, error) {
	return project.Open(ctx, c.url, &o)
}

// write adds experiments, one or two in a save, and begins a new session now and
// then.
func (c *crowd) write(ctx context.Context, w int) (err error) {
	commit := project.CommitSegments
	if w%2 == 1 {
		commit = c.Commit
	}
	const perSession = 5
	var p *project.Project
	for i := range c.Saves {
		if i%perSession == 0 {
			if p != nil {
				if err := p.Close(); err != nil {
					return err
				}
			}
			if p, err = c.open(ctx, project.Options{Commit: commit}); err != nil {
				return err
			}
		}
		var added []*experiment.Experiment
		began := c.m.tick()
		for j := range 1 + i%2 {
			name := fmt.Sprintf("run %d %d %d", w, i, j) // slugs without a mark are used again
			x, err := p.Log(ctx, name, func(d *experiment.Draft) error {
				d.LogMetric("writer", float64(w))
				return d.LogArtifact("name", name, "text", nil)
			})
			if err != nil {
				return err
			}
			added = append(added, x)
		}
		if err := p.Save(ctx); err != nil {
			return err
		}
		for _, x := range added { // by the slugs they were saved with
			c.m.change(x.Slug(), func(now int, run *fate) { run.begun, run.saved = began, now })
		}
		c.note("saves", nil)
	}
	return p.Close()
}

func (c *crowd) compact(ctx context.Context) error {
	p, err := c.open(ctx, project.Options{Commit: project.CommitSegments})
	if err != nil {
		return err
	}
	report, err := p.Compact(ctx)
	if report.Segments > 0 {
		c.note("folds", nil)
	}
	if report.Broken > 0 {
		err = errors.Join(err, fmt.Errorf("%d segments are broken", report.Broken))
	}
	return errors.Join(err, p.Close())
}

// edit counts up a metric of some experiment.
func (c *crowd) edit(ctx context.Context) error {
	slug := c.m.pick(func(slug string, run fate) bool { return kind(slug) == toEdit })
	if slug == "" {
		return nil
	}
	p, err := c.open(ctx, project.Options{Mode: project.ReadWrite})
	if err != nil {
		return err
	}
	defer p.Close()
	c.m.change(slug, func(now int, run *fate) { run.editing = max(run.editing, now) })
	if err := count(ctx, p, slug); err != nil {
		if truncated := c.m.now().cut.saving > 0; truncated && (errors.Is(err, artifacts.ErrNotFound) || errors.Is(err, artifacts.ErrConflict)) {
			return nil
		}
		return err
	}
	c.m.change(slug, func(_ int, run *fate) { run.edits++ })
	c.note("edits", nil)
	return nil
}

func count(ctx context.Context, p *project.Project, slug string) error {
	x, err := p.Lookup(slug)
	if err != nil {
		return err
	}
	n, _ := x.Metric("edits")
	_, err = p.Edit(ctx, slug, func(d *experiment.Draft) error {
		d.LogMetric("edits", n+1)
		return nil
	})
	if err != nil {
		return err
	}
	return p.Save(ctx)
}

func (c *crowd) remove(ctx context.Context) error {
	slug := c.m.pick(func(slug string, run fate) bool { return kind(slug) == toRemove && run.removed == 0 })
	if slug == "" {
		return nil
	}
	p, err := c.open(ctx, project.Options{Mode: project.ReadWrite})
	if err != nil {
		return err
	}
	defer p.Close()
	c.m.change(slug, func(now int, run *fate) { run.removing = now })
	if err = p.Remove(slug); err == nil {
		err = p.Save(ctx)
	}
	if err != nil {
		if truncated := c.m.now().cut.saving > 0; !truncated || !errors.Is(err, artifacts.ErrNotFound) && !errors.Is(err, artifacts.ErrConflict) {
			return err
		}
	}
	c.m.change(slug, func(now int, run *fate) { run.removed = now })
	c.note("removals", nil)
	return nil
}

// truncate begins the project anew, when about half of the work is done.
func (c *crowd) truncate(ctx context.Context) error {
	for {
		c.mu.Lock()
		half := c.n["saves"]*2 >= c.Writers*c.Saves
		c.mu.Unlock()
		if half {
			break
		}
		select {
		case <-c.done:
			return errors.New("the writers were done before half of their work was")
		case <-time.After(time.Millisecond):
		}
	}
	c.m.cutting(func(now int, t *cut) { t.opening = now })
	p, err := c.open(ctx, project.Options{Mode: project.Truncate})
	if err != nil {
		return err
	}
	defer p.Close()
	c.m.cutting(func(now int, t *cut) { t.opened = now })
	began := c.m.tick()
	x, err := p.Log(ctx, begunAnew, nil)
	if err != nil {
		return err
	}
	c.m.cutting(func(now int, t *cut) { t.saving = now })
	if err := p.Save(ctx); err != nil {
		return err
	}
	c.m.change(x.Slug(), func(now int, run *fate) { run.begun, run.saved = began, now })
	c.m.cutting(func(now int, t *cut) { t.saved = now })
	return nil
}
