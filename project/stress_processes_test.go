package project_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestProcesses lets many processes save to one project at once.
func TestProcesses(t *testing.T) {
	writers, saves := pick(8, 16), pick(12, 50)
	for _, c := range []struct {
		name  string
		still bool                    // clocks stand still, so that slugs collide
		named func(writer int) string // of the experiments
		apart bool                    // no two slugs collide between processes
		mode  project.CommitMode
	}{
		{"OwnNames", false, func(w int) string { return fmt.Sprintf("run of %d", w) }, true, project.CommitAuto},
		{"OneName", true, func(int) string { return "the run" }, false, project.CommitAuto},
		{"Segments", true, func(int) string { return "the run" }, false, project.CommitSegments},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := filepath.Join(t.TempDir(), "project.json")
			children := make([]*childtest.Child, writers)
			for w := range children {
				children[w] = startChild(t, order{URL: url, Mark: fmt.Sprint(w), Name: c.named(w), Saves: saves, Still: c.still, Commit: c.mode})
			}
			for _, child := range children {
				child.Release()
			}
			seen := newLedger()
			for w, child := range children {
				if err := child.Wait(); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
				seen.enter(child)
			}
			seen.check(t, url)
			if n := writers * saves; len(seen.saved) != n || len(checkMarked(t, url)) != n {
				t.Errorf("%d acknowledged, %d there, want %d of each", len(seen.saved), len(checkMarked(t, url)), n)
			}
			mustFind(t, openProject(t, url, &project.Options{Mode: project.ReadOnly}))
		})
	}
}

// TestProcessesChange lets processes add, edit and remove at once, and opens
// the project again and again meanwhile.
func TestProcessesChange(t *testing.T) {
	for name, mode := range map[string]project.CommitMode{"Manifest": project.CommitManifest, "Segments": project.CommitSegments} {
		t.Run(name, func(t *testing.T) { processesChange(t, mode) })
	}
}

func processesChange(t *testing.T, mode project.CommitMode) {
	url := filepath.Join(t.TempDir(), "project.json")
	children := make([]*childtest.Child, pick(4, 8))
	for w := range children {
		children[w] = startChild(t, order{URL: url, Mark: fmt.Sprint(w), Name: "the run", Saves: pick(12, 40), Still: true, Change: true, Commit: mode})
	}
	for _, child := range children {
		child.Release()
	}
	stop := make(chan struct{})
	read := readUntil(t, url, stop)
	seen := newLedger()
	for w, child := range children {
		if err := child.Wait(); err != nil {
			t.Errorf("writer %d: %v", w, err)
		}
		seen.enter(child)
	}
	close(stop)
	<-read
	seen.check(t, url)
	if len(seen.removed) == 0 || len(seen.edited) == 0 {
		t.Errorf("nothing was edited or removed: %+v", seen)
	}
	mustFind(t, openProject(t, url, &project.Options{Mode: project.ReadOnly}))
}
