package project_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestWorkDuringSave logs and edits while a save is at each of its operations:
// what came too late for it is pending afterwards, and the next one saves it.
func TestWorkDuringSave(t *testing.T) {
	for _, op := range []string{
		"create run-20250601120000/data-20250601120000.json",
		"link run-20250601120000/data-20250601120000.json",
		"lock project.json",
		"create project.json",
		"sync project.json",
		"rename project.json",
		"syncdir .",
	} {
		t.Run(op, func(t *testing.T) {
			url := filepath.Join(t.TempDir(), "project.json")
			armed := new(atomic.Bool)
			work := func() {}
			p := openProject(t, url, project.WithFault(project.Options{Mode: project.ReadWrite, Now: oneSecond}, func(what, key string) error {
				if what+" "+key == op && armed.CompareAndSwap(true, false) {
					work()
				}
				return nil
			}))
			addMarked(t, p, "old", "old")
			saveProject(t, p)
			addMarked(t, p, "run", "run")
			edited(t, p, "old", "old")
			work = func() {
				addMarked(t, p, "late", "late")
				edited(t, p, "run", "run")
				edit(t, p, "old", "late")
			}
			armed.Store(true)
			saveProject(t, p)
			if armed.Load() {
				t.Fatal("the save has no such operation")
			}
			want := map[string]shown{"old": {true, 4}, "run": {true, 4}, "late": {Artifacts: 3}}
			for range 2 {
				if diff := cmp.Diff(want, pending(t, p)); diff != "" {
					t.Errorf("in the session (-want +got):\n%s", diff)
				}
				saveProject(t, p)
			}
			q := openProject(t, url, nil)
			if diff := cmp.Diff(want, pending(t, q)); diff != "" {
				t.Errorf("saved (-want +got):\n%s", diff)
			}
			mustHave(t, q, "old", "late")
			mustFind(t, q, project.Orphan) // the note that was replaced
		})
	}
}
