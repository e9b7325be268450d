package project_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestGoroutines lets many goroutines work on one project at once: through one
// *Project, through one each, and on the storages that let them.
func TestGoroutines(t *testing.T) {
	const writers = 6
	for _, place := range []struct {
		name string
		url  func(t *testing.T) string
	}{
		{"Disk", func(t *testing.T) string { return filepath.Join(t.TempDir(), "runs", "project.json") }},
		{"Memory", func(*testing.T) string { return storetest.MemoryURL("runs/project.json") }},
	} {
		for _, c := range []struct {
			name     string
			projects int
		}{{"OneProject", 1}, {"OneEach", writers}, {"Some", 3}} {
			t.Run(place.name+c.name, func(t *testing.T) {
				url := place.url(t)
				projects := make([]*project.Project, c.projects)
				for i := range projects {
					projects[i] = openProject(t, url, &project.Options{Mode: project.ReadWrite, Now: oneSecond})
				}
				work := &worklist{want: map[string]bool{}}
				stop := make(chan struct{})
				read := readUntil(t, url, stop)
				var g errgroup.Group
				for w := range writers {
					g.Go(func() error { return work.do(t.Context(), projects[w%len(projects)], fmt.Sprint(w)) })
				}
				if err := g.Wait(); err != nil {
					t.Error(err)
				}
				close(stop)
				<-read
				for _, p := range projects {
					saveProject(t, p) // an edit may have come after another's save
				}
				work.compare(t, url)
				mustFind(t, openProject(t, url, nil))
			})
		}
	}
}

// A worklist is what writers are sure to have saved.
type worklist struct {
	mu   sync.Mutex
	want map[string]bool // by mark: whether it was edited
}

// do logs experiments, saves, and then edits and removes some of its own.
func (l *worklist) do(ctx context.Context, p *project.Project, writer string) error {
	for n := range pick(8, 60) {
		mark := fmt.Sprintf("%s-%d", writer, n)
		x, err := logMarked(ctx, p, "the run", mark)
		if err != nil {
			return err
		}
		if err := p.Save(ctx); err != nil {
			return err
		}
		if err := readMarked(ctx, x); err != nil { // under the slug it has now
			return fmt.Errorf("just saved: %w", err)
		}
		edited, removed := n%2 == 1, n%4 == 1
		if edited {
			if err := editMarked(ctx, p, x.Slug(), mark); err != nil {
				return err
			}
		}
		if n%3 == 0 {
			if err := p.Refresh(ctx); err != nil {
				return err
			}
		}
		if removed {
			if err := errors.Join(p.Save(ctx), p.Remove(x.Slug())); err != nil {
				return err
			}
		}
		if err := p.Save(ctx); err != nil {
			return err
		}
		if !removed {
			l.mu.Lock()
			l.want[mark] = edited
			l.mu.Unlock()
		}
	}
	return nil
}

func (l *worklist) compare(t *testing.T, url string) {
	t.Helper()
	checkMarked(t, url)
	got := map[string]bool{}
	for x := range openProject(t, url, &project.Options{Mode: project.ReadOnly}).All() {
		mark, err := markOf(x)
		if err != nil {
			t.Error(err)
		}
		_, got[mark] = x.Metric("edited")
	}
	if diff := cmp.Diff(l.want, got); diff != "" {
		t.Errorf("marks and whether they were edited (-want +got):\n%s", diff)
	}
}
