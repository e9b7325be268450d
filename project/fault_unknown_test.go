package project_test

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// uncertain makes the outcome of saves unknown while on is set: on the disk the
// manifest was replaced then, in memory it was not.
type uncertain struct {
	on      bool
	renamed bool
	commit  project.CommitMode
}

func (u *uncertain) hook(op, key string) error {
	if !u.on {
		return nil
	}
	if u.commit == project.CommitSegments {
		return u.segmentHook(op, key)
	}
	switch {
	case op == "rename" && key == "project.json":
		u.renamed = true
	case op == "syncdir" && key == "." && u.renamed, op == "commit" && key == "project.json":
		return syscall.EIO
	}
	return nil
}

// segmentHook does so for segments. On the disk the file is made and can neither
// be made durable nor be taken back.
func (u *uncertain) segmentHook(op, key string) error {
	switch {
	case op == "commit" && strings.HasPrefix(key, "project.json.d/"):
		return artifacts.ErrOutcomeUnknown
	case op == "syncdir" && key == "project.json.d", op == "remove" && strings.HasPrefix(key, "project.json.d/"):
		return syscall.EIO
	}
	return nil
}

// TestUnknownOutcome goes on after a save whose outcome is not known.
func TestUnknownOutcome(t *testing.T) {
	both := map[string]bool{"old": false, "new": false}
	for _, c := range []struct {
		name string
		then func(t *testing.T, p *project.Project, slug string) *project.Project // that is saved next
		want map[string]bool
	}{
		{"Save", func(_ *testing.T, p *project.Project, _ string) *project.Project { return p }, both},
		{"Refresh", func(t *testing.T, p *project.Project, _ string) *project.Project {
			if err := p.Refresh(t.Context()); err != nil {
				t.Error(err)
			}
			return p
		}, both},
		{"Edit", func(t *testing.T, p *project.Project, slug string) *project.Project {
			edited(t, p, slug, "new")
			return p
		}, map[string]bool{"old": false, "new": true}},
		{"Remove", func(t *testing.T, p *project.Project, slug string) *project.Project {
			if err := p.Remove(slug); err != nil {
				t.Error(err)
			}
			return p
		}, map[string]bool{"old": false}},
		{"RemoveRefresh", func(t *testing.T, p *project.Project, slug string) *project.Project {
			if err := errors.Join(p.Remove(slug), p.Refresh(t.Context())); err != nil {
				t.Error(err)
			}
			return p
		}, map[string]bool{"old": false}},
		{"Discard", func(t *testing.T, p *project.Project, slug string) *project.Project {
			if err := p.Discard(slug); err != nil {
				t.Error(err)
			}
			return p
		}, map[string]bool{"old": false}},
		{"Other", func(t *testing.T, p *project.Project, _ string) *project.Project {
			q := openProject(t, p.URL(), &project.Options{Now: oneSecond})
			addMarked(t, q, "run", "theirs")
			saveProject(t, q)
			return p
		}, map[string]bool{"old": false, "new": false, "theirs": false}},
		{"Again", func(t *testing.T, p *project.Project, _ string) *project.Project {
			addMarked(t, p, "run", "newer")
			return p
		}, map[string]bool{"old": false, "new": false, "newer": false}},
	} {
		for _, place := range []string{"Disk", "Memory", "DiskSegment", "MemorySegment"} {
			t.Run(c.name+place, func(t *testing.T) {
				url := filepath.Join(t.TempDir(), "project.json")
				if strings.HasPrefix(place, "Memory") {
					url = storetest.MemoryURL("project.json")
				}
				u := &uncertain{}
				if strings.HasSuffix(place, "Segment") {
					u.commit = project.CommitSegments
				}
				p := openProject(t, url, project.WithFault(project.Options{Now: oneSecond, Commit: u.commit}, u.hook))
				q := openProject(t, url, &project.Options{Now: oneSecond})
				addMarked(t, q, "run", "old")
				saveProject(t, q)
				x := addMarked(t, p, "run", "new") // under a slug that is taken: it is renamed
				slug := x.Slug()

				u.on = true
				err := p.Save(t.Context())
				u.on = false
				if !errors.Is(err, artifacts.ErrOutcomeUnknown) {
					t.Fatalf("got error %v, want an unknown outcome", err)
				}
				p = c.then(t, p, slug)
				saveProject(t, p)
				for _, p := range []*project.Project{p, openProject(t, url, nil)} {
					if diff := cmp.Diff(c.want, editedMarks(t, p)); diff != "" {
						t.Errorf("saved (-want +got):\n%s", diff)
					}
				}
				if c.want["new"] {
					if err := readMarked(t.Context(), x); err != nil {
						t.Errorf("the experiment handed out before: %v", err)
					}
				}
				mustFind(t, p, project.Orphan, project.Leftover)
				sweep(t, url)
			})
		}
	}
}

// TestUnknownMerge merges into a project whose last save has an unknown outcome.
func TestUnknownMerge(t *testing.T) {
	url := filepath.Join(t.TempDir(), "project.json")
	u := &uncertain{on: true}
	p := openProject(t, url, project.WithFault(project.Options{Now: oneSecond}, u.hook))
	if _, err := p.Log(t.Context(), "run", nil); err != nil {
		t.Fatal(err)
	}
	if err := p.Save(t.Context()); !errors.Is(err, artifacts.ErrOutcomeUnknown) {
		t.Fatalf("got error %v, want an unknown outcome", err)
	}
	u.on = false
	m, err := p.Merge()
	if err != nil {
		t.Fatal(err)
	}
	saveProject(t, m)
	saveProject(t, p)
	if n := openProject(t, url, nil).Len(); n != 1 {
		t.Errorf("%d experiments, want 1", n)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}
