package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func withFiles(d *experiment.Draft) error {
	return errors.Join(
		d.LogArtifact("a", d.Name(), "text", nil),
		d.LogTest("part", "", func(td *experiment.TestDraft) error { return td.LogArtifact("b", 1, "json", nil) }),
	)
}

// Records first, files after the save.
func TestRemove(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{Mode: project.ReadWrite})
	x, y := logAs(t, p, "x", withFiles), logAs(t, p, "y", withFiles)
	saveAll(t, p)
	before := readText(t, path)
	files := filesIn(t, path)
	same(t, "files", len(files), 4)

	wantError(t, p.Remove("x", "nothing"), artifacts.ErrNotFound)
	same(t, "length", p.Len(), 2) // all or none
	noError(t, p.Remove("x"))
	same(t, "seen", slugsOf(p), []string{y.Slug()})
	same(t, "text before the save", readText(t, path), before)
	same(t, "files before the save", filesIn(t, path), files)
	saveAll(t, p)
	same(t, "saved", slugsOf(openAt(t, path, project.Options{})), []string{y.Slug()})
	for _, file := range filesIn(t, path) {
		same(t, "left", filepath.Dir(file) == y.Slug() || filepath.Dir(file) == y.Slug()+"/part", true)
	}
	wantError(t, x.LoadArtifact(t.Context(), "a", new(string), nil), artifacts.ErrNotFound)
	saveAll(t, p)
	same(t, "length", p.Len(), 1)
}

// What was never saved leaves nothing.
func TestRemoveUnsaved(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	logAs(t, p, "x", withFiles)
	y := logAs(t, p, "y", nil)
	noError(t, p.Remove("x"))
	same(t, "seen", slugsOf(p), []string{y.Slug()})
	saveAll(t, p)
	same(t, "files", len(filesIn(t, path)), 0)
	noError(t, p.Remove("y", "y")) // named twice is no mistake
	saveAll(t, p)
	same(t, "text", readText(t, path), "[]")
}

// P15: of two records with one slug the newer is removed, and the files stay
// while the other is there; files that are already gone are no error.
func TestRemoveTwin(t *testing.T) {
	twin := func(created string) string {
		return recordText("x", "x", "x", created, created,
			`, "artifacts": [{"name": "a", "fname": "a.txt", "handler": "text", "created_at": "2025-01-01T00:00:00"}]`)
	}
	path := manifestOf(t, listOf(twin("2025-01-01T00:00:00"), twin("2025-01-02T00:00:00")))
	folder := filepath.Join(filepath.Dir(path), "x")
	noError(t, os.Mkdir(folder, 0o777))
	noError(t, os.WriteFile(filepath.Join(folder, "a.txt"), []byte("shared"), 0o666))
	noError(t, os.WriteFile(filepath.Join(folder, "own.txt"), []byte("somebody's"), 0o666))

	p := openAt(t, path, project.Options{Mode: project.ReadWrite})
	noError(t, p.Remove("x"))
	saveAll(t, p)
	same(t, "left", stampOf(lookUp(t, p, "x").CreatedAt()), "2025-01-01T00:00:00")
	same(t, "its file", bytesOf(t, lookUp(t, p, "x"), "a"), "shared")
	noError(t, p.Remove("x"))
	saveAll(t, p)
	same(t, "files", filesIn(t, path), []string{"x/own.txt"}) // only what the record named

	noError(t, os.WriteFile(path, []byte(listOf(twin("2025-01-01T00:00:00"))), 0o666))
	p = openAt(t, path, project.Options{Mode: project.ReadWrite})
	noError(t, p.Remove("x"))
	saveAll(t, p)
	same(t, "length", p.Len(), 0)
}

// A record whose artifact leads out of the folder is removed without touching
// what it points to.
func TestRemoveUnsafe(t *testing.T) {
	path := manifestOf(t, listOf(recordText("x", "x", "x", "2025-01-01T00:00:00", "2025-01-01T00:00:00",
		`, "artifacts": [{"name": "a", "fname": "../outside.txt", "handler": "text", "created_at": "2025-01-01T00:00:00"}]`)))
	outside := filepath.Join(filepath.Dir(path), "outside.txt")
	noError(t, os.WriteFile(outside, []byte("mine"), 0o666))
	p := openAt(t, path, project.Options{Mode: project.ReadWrite})
	noError(t, p.Remove("x"))
	saveAll(t, p)
	same(t, "file", readText(t, outside), "mine")
	same(t, "text", readText(t, path), "[]")
}
