package project_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// segmented are scenarios with segments: those that wait beside the manifest,
// and those that are written.
func segmented() []scenario {
	waiting := func(t *testing.T, at site) {
		prepareTwo(t, at)
		p := openProject(t, at.url, &project.Options{Now: oneSecond, Commit: project.CommitSegments})
		addMarked(t, p, "run", "waiting 1")
		saveProject(t, p)
		addMarked(t, p, "run", "waiting 2")
		saveProject(t, p)
	}
	all := func(more ...string) map[string]bool {
		want := map[string]bool{"old 1": false, "old 2": false, "waiting 1": false, "waiting 2": false}
		for _, mark := range more {
			want[mark] = false
		}
		return want
	}
	slug := func(t *testing.T, p *project.Project, mark string) string {
		for x := range p.All() {
			if m, _ := markOf(x); m == mark {
				return x.Slug()
			}
		}
		t.Fatalf("no experiment %q", mark)
		return ""
	}
	changed := all("new")
	changed["waiting 1"] = true
	less := all("new")
	delete(less, "waiting 1")
	return []scenario{
		{
			name: "First",
			pend: func(t *testing.T, p *project.Project, _ site) { addMarked(t, p, "run", "new") },
			want: map[string]bool{"new": false},
		},
		{
			name: "Add", prepare: waiting,
			pend: func(t *testing.T, p *project.Project, _ site) {
				addMarked(t, p, "run", "new 1")
				addMarked(t, p, "run", "new 2")
			},
			want: all("new 1", "new 2"),
		},
		{
			name: "Edit", prepare: waiting,
			pend: func(t *testing.T, p *project.Project, _ site) {
				edited(t, p, slug(t, p, "waiting 1"), "waiting 1")
				addMarked(t, p, "run", "new")
			},
			want: changed,
		},
		{
			name: "Remove", prepare: waiting,
			pend: func(t *testing.T, p *project.Project, _ site) {
				if err := p.Remove(slug(t, p, "waiting 1")); err != nil {
					t.Fatal(err)
				}
				addMarked(t, p, "run", "new")
			},
			want: less, removes: true,
		},
	}
}

// TestSegmentFaults makes every single operation of a save fail, and all from
// one on, where there are segments.
func TestSegmentFaults(t *testing.T) {
	for _, sc := range segmented() {
		for place, begin := range map[string]func(*testing.T) func() site{"Disk": sc.onDisk, "Memory": sc.inMemory} {
			t.Run(sc.name+place, func(t *testing.T) {
				t.Parallel()
				next := begin(t)
				faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
					trySegments(t, sc, next(), f, (*project.Project).Save)
				})
				if faults == 0 {
					t.Error("no operation failed")
				}
				t.Logf("%d faults", faults)
			})
		}
	}
}

// TestCompactFaults does so while segments are folded, which changes nothing
// about what there is.
func TestCompactFaults(t *testing.T) {
	sc := segmented()[1]
	sc.pend = func(*testing.T, *project.Project, site) {}
	sc.want = map[string]bool{"old 1": false, "old 2": false, "waiting 1": false, "waiting 2": false}
	for place, begin := range map[string]func(*testing.T) func() site{"Disk": sc.onDisk, "Memory": sc.inMemory} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			next := begin(t)
			faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
				trySegments(t, sc, next(), f, func(p *project.Project, ctx context.Context) error {
					_, err := p.Compact(ctx)
					return err
				})
			})
			t.Logf("%d faults", faults)
		})
	}
}

// trySegments saves a scenario into trouble: others see all of it or nothing.
// Then it saves again without.
func trySegments(t *testing.T, sc scenario, at site, f *storetest.Faulty, save func(*project.Project, context.Context) error) {
	t.Helper()
	on := false
	opts := project.Options{Mode: project.ReadWrite, Now: oneSecond, Commit: project.CommitSegments}
	p := openProject(t, at.url, project.WithFault(opts, func(op, key string) error {
		if !on {
			return nil
		}
		return f.Hook(op, key)
	}))
	sc.pend(t, p, at)
	before := editedMarks(t, openProject(t, at.url, nil))
	on = true
	err := save(p, t.Context())
	on = false
	after := editedMarks(t, openProject(t, at.url, nil))
	saved := maps.Equal(after, sc.want)
	switch {
	case !saved && !maps.Equal(after, before):
		t.Errorf("neither the old state nor the new one (-new +got):\n%s", cmp.Diff(sc.want, after))
	case err == nil && !saved:
		t.Error("nothing was saved, and no error says so")
	case err != nil && !errors.Is(err, syscall.EIO):
		t.Errorf("got error %v, want %v", err, syscall.EIO)
	case err != nil && saved && !maps.Equal(before, after) && !errors.Is(err, artifacts.ErrOutcomeUnknown) && !strings.Contains(err.Error(), "saved, but"):
		t.Errorf("it was saved, but the error is %v", err)
	}
	mustFind(t, openProject(t, at.url, nil), project.Leftover, project.Orphan, project.Stale)

	if err := save(p, t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, p := range []*project.Project{p, openProject(t, at.url, nil)} {
			if diff := cmp.Diff(sc.want, editedMarks(t, p)); diff != "" {
				t.Errorf("saved (-want +got):\n%s", diff)
			}
		}
		if _, err := p.Compact(t.Context()); err != nil {
			t.Error(err)
		}
	}
	report, rerr := p.Repair(t.Context())
	if rerr != nil || len(report.Restored) > 0 {
		t.Errorf("repair restored %q, error %v", report.Restored, rerr)
	}
	sweep(t, at.url)
	if t.Failed() {
		t.Fatalf("after %q failed (sticky: %t, error: %v)", f.Failed(), f.Sticky, err)
	}
}
