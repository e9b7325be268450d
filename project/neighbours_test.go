package project_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// longAgo is beyond any grace time.
var longAgo = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// TestNeighbours checks that projects and repositories that share a folder keep
// their files, whichever of them collects garbage or removes an experiment.
func TestNeighbours(t *testing.T) {
	note := func(d *experiment.Draft) error { return d.LogArtifact("note", d.Name(), "text", nil) }
	setUp := func(t *testing.T) (mine *project.Project, manifest, theirs string) {
		now := watch.New()
		manifest = manifestIn(t)
		other := filepath.Join(filepath.Dir(manifest), "other.json")
		o := openAt(t, other, project.Options{Mode: project.ReadWrite, Now: now.Now})
		x := logAs(t, o, "theirs", note)
		saveAll(t, o)
		mine = openAt(t, manifest, project.Options{Mode: project.ReadWrite, Now: now.Now})
		logAs(t, mine, "mine", note)
		saveAll(t, mine)
		for a := range x.Artifacts() {
			theirs = x.Slug() + "/" + a.FileName
		}
		return mine, manifest, theirs
	}

	t.Run("projects", func(t *testing.T) {
		mine, manifest, theirs := setUp(t)
		if got := found(t, mine, nil); len(got) != 0 {
			t.Errorf("check finds %+v", got)
		}
		report, err := mine.GC(t.Context(), &project.GCOptions{Grace: -1, All: true})
		noError(t, err)
		if len(report.Removed)+len(report.Kept) != 0 {
			t.Errorf("garbage: %+v", report)
		}
		same(t, "their file", readText(t, filepath.Join(filepath.Dir(manifest), theirs)), "theirs")
	})

	t.Run("a repository", func(t *testing.T) {
		mine, manifest, _ := setUp(t)
		put(t, manifest, "repository.json", `[{"name": "model-20250101000000", "fname": "a-20250101000000.json", "handler": "json",
			"created_at": "2025-01-01T00:00:00", "expiry": null, "version": 0}]`, longAgo)
		put(t, manifest, "model-20250101000000/a-20250101000000.json", "1", longAgo)
		put(t, manifest, "model-20250101000000/b-20250101000000.json", "2", longAgo)
		put(t, manifest, "releases.json", `[{"tag": "v1", "artifacts": [["a", 0]], "created_at": "2025-01-01T00:00:00"}]`, longAgo)
		report, err := mine.GC(t.Context(), nil)
		noError(t, err)
		if len(report.Removed) != 1 || report.Removed[0].Key != "model-20250101000000/b-20250101000000.json" {
			t.Errorf("removed %+v, want the file the repository does not name", report.Removed)
		}
	})

	for name, text := range map[string]string{
		"broken":     `[{"name": "x", "slug": "lost-20250101000000", "artifacts": [`,
		"unreadable": `[{"name": "x", "slug": "lost-20250101000000", "artifacts": []}]`,
		"cut off":    `[`,
	} {
		t.Run("a manifest that is "+name, func(t *testing.T) {
			mine, manifest, _ := setUp(t)
			put(t, manifest, "runs.json", text, longAgo)
			put(t, manifest, "lost-20250101000000/a-20250101000000.json", "1", longAgo)
			report, err := mine.GC(t.Context(), nil)
			noError(t, err)
			if len(report.Removed) != 0 || len(report.Kept) != 1 {
				t.Errorf("removed %+v, kept %+v: any file may be that manifest's", report.Removed, report.Kept)
			}
		})
	}

	t.Run("other lists and texts", func(t *testing.T) {
		mine, manifest, _ := setUp(t)
		put(t, manifest, "rows.json", `[{"name": "ann"}, 1, null, "x"]`, longAgo)
		put(t, manifest, "package.json", `{"name": "x", "slug": [`, longAgo)
		put(t, manifest, "notes.txt", "read me", longAgo)
		put(t, manifest, "pyproject.toml", "[project]\nname = \"x\"\n", longAgo)
		put(t, manifest, "matrix.txt", "[[1, 2], [3", longAgo)
		put(t, manifest, "empty", "", longAgo)
		put(t, manifest, "lost-20250101000000/a-20250101000000.json", "1", longAgo)
		report, err := mine.GC(t.Context(), nil)
		noError(t, err)
		if len(report.Removed) != 1 {
			t.Errorf("removed %+v, want one: nothing else is a manifest", report.Removed)
		}
	})

	t.Run("remove", func(t *testing.T) {
		mine, manifest, _ := setUp(t)
		backup := filepath.Join(filepath.Dir(manifest), "backup.json")
		noError(t, os.WriteFile(backup, []byte(readText(t, manifest)), 0o666))
		noError(t, mine.Remove("mine"))
		saveAll(t, mine)
		b := openAt(t, backup, project.Options{Mode: project.ReadOnly})
		got, err := artifacts.Load[string](t.Context(), lookUp(t, b, "mine"), "note", nil)
		noError(t, err)
		same(t, "artifact of the copied manifest", got, "mine")
	})
}
