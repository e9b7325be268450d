package experiment

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// A Draft is an experiment that is being written. It is safe for concurrent
// use. It belongs to the project that made it and ends with the function it was
// passed to, or with Commit.
type Draft struct {
	logbook
	name   string
	slug   string
	home   *record.Home
	mu     sync.Mutex
	now    func() time.Time
	body   *record.Body
	latest time.Time // of the last change; zero: unchanged
	ended  bool
	err    error // calls after the end
}

// ErrEnded says that a draft was written to after its end.
var ErrEnded = errors.New("the draft has ended")

func newDraft(body *record.Body, home *record.Home, now func() time.Time) *Draft {
	d := &Draft{name: body.Name, slug: body.Slug, body: body, home: home, now: now}
	d.logbook = logbook{d: d, metrics: newFieldSet(body.Metrics), parameters: newFieldSet(body.Parameters), artifacts: body.Artifacts}
	return d
}

// Name is the experiment's name.
func (d *Draft) Name() string { return d.name }

// Slug is what the experiment will be found by. Should another writer take it
// before the save, the experiment gets another.
func (d *Draft) Slug() string { return d.slug }

// Err returns what could not be recorded because it came after the draft's end,
// wrapping [ErrEnded]; nil if all is well.
func (d *Draft) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// Tag adds tags behind those there are.
func (d *Draft) Tag(tags ...string) {
	d.change("tag", func() {
		d.body.Tags = append(d.body.Tags, tags...)
		d.body.Changed("tags")
	})
}

// SetTags replaces all tags.
func (d *Draft) SetTags(tags ...string) {
	d.change("set tags", func() {
		d.body.Tags = slices.Clone(tags)
		d.body.Changed("tags")
	})
}

// DependOn says that the experiment was built on another one, of this project
// or of any other. Saying it twice changes nothing; nil is none.
func (d *Draft) DependOn(e *Experiment) {
	if e == nil {
		return
	}
	dep := record.Dependency{Cell: e.cell, From: d.home.RefName(e.cell.Home())}
	d.depend(dep)
}

// DependOnRef is DependOn by name. Whether the name leads anywhere is found out
// when it is resolved.
func (d *Draft) DependOnRef(r Ref) { d.depend(record.Dependency{Text: r.String()}) }

func (d *Draft) depend(dep record.Dependency) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := slices.ContainsFunc(d.body.Dependencies, func(have record.Dependency) bool {
		return have.String() == dep.String()
	})
	if known && !d.ended {
		return
	}
	if d.writable("depend", "") {
		d.body.Dependencies = append(d.body.Dependencies, dep)
	}
}

// change runs a change under the draft's lock, unless the draft has ended.
func (d *Draft) change(op string, do func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writable(op, "") {
		do()
	}
}

// writable is called with the lock held, before each change. It takes the time
// of the change, and notes a change that comes too late.
func (d *Draft) writable(op, name string) bool {
	if d.over(op, name, d.ended) {
		return false
	}
	d.latest = d.now()
	return true
}

// over notes a change that comes after the end.
func (d *Draft) over(op, name string, end bool) bool {
	if end {
		d.err = errors.Join(d.err, ended(op, name))
	}
	return end
}

func ended(op, name string) error {
	if name != "" {
		return fmt.Errorf("%s %q: %w", op, name, ErrEnded)
	}
	return fmt.Errorf("%s: %w", op, ErrEnded)
}

func (d *Draft) seal() (body *record.Body, changed bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return nil, false, ErrEnded
	}
	d.ended = true
	b := d.body
	b.Metrics, b.Parameters, b.Artifacts = d.metrics.list, d.parameters.list, d.artifacts
	if !d.latest.IsZero() {
		b.LastUpdated = pytime.Seconds(d.latest)
	}
	return b, !d.latest.IsZero(), nil
}

func (d *Draft) discard() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	drop(d.opened)
}

// drop releases the values of artifacts that will not be saved.
func drop(list []*record.Artifact) {
	for _, a := range list {
		if v := a.Pending(); v != nil {
			_ = v.Close() // only a temporary copy is lost
		}
	}
}
