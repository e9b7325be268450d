package project_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestEverythingAtOnce does all a project can do from many goroutines, on two
// sessions of one manifest: for the race detector's eyes. What is left must be
// whole, and each slug there once.
func TestEverythingAtOnce(t *testing.T) {
	p := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite})
	q := openAt(t, p.URL(), project.Options{Mode: project.ReadWrite, OnConflict: project.KeepNewest})
	done := make(chan bool)
	var wg, checks sync.WaitGroup
	for _, p := range []*project.Project{p, q} {
		checks.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if err := checked(t, p); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for g := range 4 {
		for _, p := range []*project.Project{p, q} {
			wg.Go(func() {
				for i := range 16 {
					if err := anything(t, p, fmt.Sprint("n", g), i); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	close(done)
	checks.Wait()
	saveAll(t, p, q)
	again, seen := openAt(t, p.URL(), project.Options{}), map[string]bool{}
	for x := range again.All() {
		if seen[x.Slug()] {
			t.Errorf("slug %q is there twice", x.Slug())
		}
		seen[x.Slug()] = true
	}
	mustFind(t, again, project.Orphan) // of artifacts that an edit replaced
}

// anything logs an experiment, saves, and does one thing more, by turns.
func anything(t *testing.T, p *project.Project, name string, i int) error {
	ctx := t.Context()
	value := func(d *experiment.Draft) error {
		d.LogMetric("i", float64(i))
		return d.LogArtifact("a", i, "json", &artifacts.LogOptions{Replace: true, Now: i%2 == 0})
	}
	x, err := p.Log(ctx, name, value)
	if err := errors.Join(err, p.Save(ctx)); err != nil {
		return err
	}
	switch i % 7 {
	case 0:
		_, err = p.Edit(ctx, x.Slug(), value)
	case 1:
		err = p.Remove(x.Slug())
	case 2:
		err = p.Refresh(ctx)
	case 3:
		var m *project.Project
		if m, err = p.Merge(); err == nil {
			err = m.Close()
		} else if errors.Is(err, artifacts.ErrNotSaved) {
			err = nil
		}
	case 4:
		for x := range p.All() {
			_, _ = x.Metric("i")
		}
		same(t, "problems", len(p.Problems()), 0)
	case 5:
		err = errors.Join(p.Remove(x.Slug()), p.Discard(x.Slug()))
		if errors.Is(err, artifacts.ErrNotFound) {
			err = nil // a save came between
		}
	case 6:
		_, err = p.Rehash(ctx)
	}
	return err
}

// checked checks a project that others change, and returns what ended the check.
func checked(t *testing.T, p *project.Project) (err error) {
	for _, err = range p.Check(t.Context(), nil) {
	}
	if errors.Is(err, artifacts.ErrNotFound) {
		return nil // a file was removed under its eyes
	}
	return err
}
