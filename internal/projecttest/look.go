package projecttest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// look opens the project and compares it with the model.
func (c *crowd) look(ctx context.Context) error {
	before := c.m.now()
	p, err := c.open(ctx, project.Options{Mode: project.ReadOnly})
	if err != nil {
		return err
	}
	defer p.Close()
	after := c.m.now()
	if problems := p.Problems(); len(problems) > 0 {
		return problems[0]
	}
	var errs []error
	there := map[string]bool{}
	for x := range p.All() {
		slug := x.Slug()
		if there[slug] {
			errs = append(errs, fmt.Errorf("experiment %q is there twice", slug))
		}
		there[slug] = true
		if before.absent(slug) {
			errs = append(errs, fmt.Errorf("experiment %q has come back: %+v, cut %+v", slug, before.runs[slug], before.cut))
		}
		if want := before.runs[slug].edits; want > 0 {
			if got, _ := x.Metric("edits"); int(got) < want {
				errs = append(errs, fmt.Errorf("experiment %q has %v of %d edits", slug, got, want))
			}
		}
	}
	for slug := range before.runs {
		if before.present(slug) && after.present(slug) && !there[slug] {
			errs = append(errs, fmt.Errorf("experiment %q is lost: %+v, cut %+v", slug, before.runs[slug], before.cut))
		}
	}
	c.note("looks", nil)
	return errors.Join(errs...)
}

// settled checks the project when nobody works on it any more.
func (c *crowd) settled(t *testing.T) {
	t.Helper()
	p, err := c.open(t.Context(), project.Options{Mode: project.ReadWrite})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for x := range p.All() {
		if x.Name() == begunAnew {
			continue
		}
		if name, err := artifacts.Load[string](t.Context(), x, "name", nil); err != nil || name != x.Name() {
			t.Errorf("artifact of %q: %q, %v", x.Slug(), name, err)
		}
	}
	for f, err := range p.Check(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if f.Kind != project.Orphan { // truncating leaves files
			t.Errorf("check finds %s: %q %q %v", f.Kind, f.Key, f.Slug, f.Err)
		}
	}
	n := p.Len()
	report, err := p.Repair(t.Context())
	if err != nil || len(report.Restored) > 0 {
		t.Errorf("repair restored %q, error %v", report.Restored, err)
	}
	if _, err := p.GC(t.Context(), &project.GCOptions{Grace: -1}); err != nil {
		t.Error(err)
	}
	for f, err := range p.Check(t.Context(), nil) {
		t.Errorf("after gc, check finds %s: %q %v", f.Kind, f.Key, errors.Join(f.Err, err))
	}
	if p.Len() != n {
		t.Errorf("%d experiments, %d after gc", n, p.Len())
	}
}
