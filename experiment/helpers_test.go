package experiment_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

var stores atomic.Int64

// newProject returns a project in a store of its own, and its URL. Its clock
// stands at 2025-03-01T10:00:00.
func newProject(t testing.TB) (*project.Project, string) {
	t.Helper()
	url := fmt.Sprintf("mem://experiment-%d/project.json", stores.Add(1))
	return openProject(t, url), url
}

func openProject(t testing.TB, url string) *project.Project {
	t.Helper()
	p, err := project.Open(t.Context(), url, &project.Options{
		Mode: project.ReadWrite, Author: "ann",
		Now: func() time.Time { return time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC) },
	})
	noError(t, err)
	t.Cleanup(func() { noError(t, p.Close()) })
	return p
}

// logged returns an experiment twice: as it was logged, and as it is read back
// from the saved project.
func logged(t testing.TB, fn func(*experiment.Draft) error) map[string]*experiment.Experiment {
	t.Helper()
	p, url := newProject(t)
	x, err := p.Log(t.Context(), "x", fn)
	noError(t, err)
	noError(t, p.Save(t.Context()))
	again, err := openProject(t, url).Lookup("x")
	noError(t, err)
	return map[string]*experiment.Experiment{"logged": x, "read": again}
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same[T any](t testing.TB, what string, got, want T, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
