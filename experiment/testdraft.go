package experiment

import (
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// A TestDraft is a test that is being written. It is safe for concurrent use
// and ends with the function it was passed to.
type TestDraft struct {
	logbook
	over bool
}

// LogTest records a test: fn writes into a draft of it. If fn returns an error,
// panics or exits, there is no test. Tests of one name are all kept. The error
// is fn's own.
func (d *Draft) LogTest(name, description string, fn func(*TestDraft) error) error {
	return d.runTest("log test", &record.Test{Name: name, Description: description}, behind, fn)
}

// EditTest changes the last test of a name. If fn returns an error, panics or
// exits, the test stays as it was. A name without a test is
// [artifacts.ErrNotFound].
func (d *Draft) EditTest(name string, fn func(*TestDraft) error) error {
	return d.editTest(name, func(places []int) int { return len(places) - 1 }, fn)
}

// editTest changes one of the tests of a name: choose picks it from their places.
func (d *Draft) editTest(name string, choose func(places []int) int, fn func(*TestDraft) error) error {
	d.mu.Lock()
	var places []int
	for i, t := range d.body.Tests {
		if t.Name == name {
			places = append(places, i)
		}
	}
	i := choose(places)
	if i < 0 || i >= len(places) {
		d.mu.Unlock()
		return fmt.Errorf("edit test %q: %w", name, artifacts.ErrNotFound)
	}
	at := places[i]
	t := d.body.Tests[at].Clone()
	d.mu.Unlock()
	return d.runTest("edit test", t, at, fn)
}

// behind is the place of a test behind those there are.
const behind = -1

// runTest lets fn fill t and, if fn succeeded, keeps it at a place among the tests.
func (d *Draft) runTest(op string, t *record.Test, at int, fn func(*TestDraft) error) (err error) {
	td := &TestDraft{}
	td.logbook = logbook{d: d, test: t, ended: &td.over,
		metrics: newFieldSet(t.Metrics), parameters: newFieldSet(t.Parameters), artifacts: t.Artifacts}
	done := false
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		td.over = true
		if !done { // fn failed, panicked or exited
			drop(td.opened)
			return
		}
		if !d.writable(op, t.Name) {
			drop(td.opened)
			err = ended(op, t.Name)
			return
		}
		d.opened = append(d.opened, td.opened...)
		t.Metrics, t.Parameters, t.Artifacts = td.metrics.list, td.parameters.list, td.artifacts
		if at == behind {
			d.body.Tests = append(d.body.Tests, t)
		} else {
			d.body.Tests[at] = t
		}
	}()
	if fn != nil {
		if err := fn(td); err != nil {
			return err
		}
	}
	done = true
	return nil
}
