package project_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// M9, W9: the files of what was merged are copied when the result is saved,
// from one kind of storage to another too.
func TestMergeCopiesFiles(t *testing.T) {
	for name, url := range map[string]string{"disk": filepath.Join(t.TempDir(), "other.json"), "memory": storetest.MemoryURL("other.json")} {
		t.Run(name, func(t *testing.T) {
			path := manifestIn(t)
			p, other := openAt(t, path, project.Options{}), openAt(t, url, project.Options{})
			mine := logAs(t, p, "mine", withFiles)
			theirs := logAs(t, other, "theirs", withFiles)
			saveAll(t, p, other)
			before := filesIn(t, path)

			m := mergedOf(t, p, other)
			x := lookUp(t, m, "theirs")
			same(t, "bytes before the save, from where they are", bytesOf(t, x, "a"), "theirs")
			same(t, "files before the save", filesIn(t, path), before)
			saveAll(t, m)
			again := openAt(t, path, project.Options{})
			same(t, "saved", slugsOf(again), []string{mine.Slug(), theirs.Slug()})
			for _, x := range []*experiment.Experiment{x, lookUp(t, again, "theirs")} {
				test, _ := x.Test("part")
				same(t, "bytes", [2]string{bytesOf(t, x, "a"), bytesOf(t, test, "b")}, [2]string{"theirs", "1"})
			}
			same(t, "files", len(filesIn(t, path)), 2*len(before))
			same(t, "theirs, where it was", bytesOf(t, theirs, "a"), "theirs")
			saveAll(t, m)
		})
	}
}

// A file name that is taken is given up for another, which only the merged
// record gets: the project it came from stays as it is.
func TestMergeRenamesFiles(t *testing.T) {
	path := manifestIn(t)
	p, other := openAt(t, path, project.Options{}), openAt(t, manifestIn(t), project.Options{})
	theirs := logAs(t, other, "theirs", withFiles)
	saveAll(t, other)
	before := dictOf(theirs)
	folder := filepath.Join(filepath.Dir(path), theirs.Slug())
	taken := filepath.Join(folder, artifactNamed(t, theirs, "a").FileName)
	noError(t, os.MkdirAll(folder, 0o777))
	noError(t, os.WriteFile(taken, []byte("somebody's"), 0o666))

	m := mergedOf(t, p, other)
	x := lookUp(t, m, "theirs")
	saveAll(t, m)
	for _, x := range []*experiment.Experiment{x, lookUp(t, openAt(t, path, project.Options{}), "theirs")} {
		same(t, "bytes", bytesOf(t, x, "a"), "theirs")
	}
	same(t, "what was there", readText(t, taken), "somebody's")
	same(t, "the other project", dictOf(theirs), before)
	same(t, "its bytes", bytesOf(t, theirs, "a"), "theirs")

	// The same bytes need no other name.
	path = manifestIn(t)
	taken = filepath.Join(filepath.Dir(path), theirs.Slug(), filepath.Base(taken))
	noError(t, os.MkdirAll(filepath.Dir(taken), 0o777))
	noError(t, os.WriteFile(taken, []byte("theirs"), 0o666))
	m = mergedOf(t, openAt(t, path, project.Options{}), other)
	saveAll(t, m)
	same(t, "files", len(filesIn(t, path)), 2)
	text, err := lookUp(t, m, "theirs").JSON()
	noError(t, err)
	same(t, "record, to the byte", "[\n    "+string(text)+"\n]", readText(t, other.URL()))
}

// Two projects in one folder share their experiments' files.
func TestMergeInOneFolder(t *testing.T) {
	dir := t.TempDir()
	a, b := openAt(t, filepath.Join(dir, "a.json"), project.Options{}), openAt(t, filepath.Join(dir, "b.json"), project.Options{})
	logAs(t, b, "x", withFiles)
	saveAll(t, a, b)
	m := mergedOf(t, a, b)
	saveAll(t, m)
	same(t, "files", len(filesIn(t, a.URL())), 3) // two, and b.json
	same(t, "bytes", bytesOf(t, lookUp(t, openAt(t, a.URL(), project.Options{}), "x"), "a"), "x")
}

// A file that is missing there, and one that was deleted on request, are
// nothing to wait for.
func TestMergeOfMissingFiles(t *testing.T) {
	path := manifestOf(t, listOf(recordText("x", "x", "x", "2025-01-01T00:00:00", "2025-01-01T00:00:00", `, "artifacts": [
		{"name": "gone", "fname": "gone.txt", "handler": "text", "created_at": "2025-01-01T00:00:00"},
		{"name": "purged", "fname": "purged.txt", "handler": "text", "created_at": "2025-01-01T00:00:00", "purged_at": "2025-02-01T00:00:00"},
		{"name": "unsafe", "fname": "../unsafe.txt", "handler": "text", "created_at": "2025-01-01T00:00:00"}]`)))
	var log bytes.Buffer
	p := openAt(t, manifestIn(t), project.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	m := mergedOf(t, p, openAt(t, path, project.Options{}))
	saveAll(t, m)
	same(t, "files", len(filesIn(t, p.URL())), 0)
	for _, name := range []string{"gone", "purged", "unsafe"} {
		same(t, "told of "+name, strings.Contains(log.String(), "artifact="+name), name != "purged")
	}
}

// M6: receiver and others stay as they are, files too.
func TestMergeChangesNothing(t *testing.T) {
	now := watch.New()
	p := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now})
	logAs(t, p, "x", nil)
	saveAll(t, p)
	other := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now})
	noError(t, other.Append(lookUp(t, p, "x")))
	now.Advance(time.Minute)
	editAs(t, other, "x", tagging("newer"))
	saveAll(t, other)
	held := lookUp(t, p, "x")
	before := [2]string{readText(t, p.URL()), readText(t, other.URL())}
	m := mergedOf(t, p, other)
	same(t, "merged", lookUp(t, m, "x").Tags(), []string{"newer"})
	same(t, "receiver", [2]int{len(lookUp(t, p, "x").Tags()), len(held.Tags())}, [2]int{0, 0})
	saveAll(t, p, other)
	same(t, "text", [2]string{readText(t, p.URL()), readText(t, other.URL())}, before)
	saveAll(t, m)
	same(t, "saved", lookUp(t, openAt(t, p.URL(), project.Options{}), "x").Tags(), []string{"newer"})
	noError(t, p.Refresh(t.Context()))
	same(t, "refreshed", lookUp(t, p, "x").Tags(), []string{"newer"})
}

// What merging refuses.
func TestMergeRefuses(t *testing.T) {
	now := watch.New()
	path := manifestIn(t)
	p := openAt(t, path, project.Options{Now: now.Now})
	logAs(t, p, "x", nil)
	saveAll(t, p)
	other := openAt(t, manifestIn(t), project.Options{Now: now.Now})
	noError(t, other.Append(lookUp(t, p, "x")))
	now.Advance(time.Minute)
	editAs(t, other, "x", tagging("newer"))
	again := openAt(t, path, project.Options{}) // what was there may not be changed
	_, err := again.Merge(other)
	wantError(t, err, artifacts.ErrReadOnly)
	wantError(t, again.Append(lookUp(t, other, "x")), artifacts.ErrReadOnly)
	wantError(t, openAt(t, path, project.Options{Mode: project.ReadOnly}).Append(lookUp(t, other, "x")), artifacts.ErrReadOnly)

	unsaved := openAt(t, manifestIn(t), project.Options{})
	y := logAs(t, unsaved, "y", withFiles)
	for _, merge := range []func() error{
		func() error { _, err := p.Merge(unsaved); return err },
		func() error { _, err := unsaved.Merge(p); return err },
		func() error { return p.Append(y) },
	} {
		wantError(t, merge(), artifacts.ErrNotSaved)
	}
	same(t, "length", p.Len(), 1)
}

// P22: Append keeps slugs; an equal record is one, a newer one replaces, and an
// older one does not. Python keeps every one.
func TestAppend(t *testing.T) {
	now := watch.New()
	source := openAt(t, manifestIn(t), project.Options{Now: now.Now})
	old := logAs(t, source, "x", withFiles)
	saveAll(t, source)
	now.Advance(time.Minute)
	young := editAs(t, source, "x", tagging("newer"))
	saveAll(t, source)

	p := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now})
	for _, step := range []struct {
		x    *experiment.Experiment
		tags int
	}{{old, 0}, {old, 0}, {young, 1}, {old, 1}} {
		noError(t, p.Append(step.x))
		same(t, "length", p.Len(), 1)
		same(t, "tags", len(lookUp(t, p, "x").Tags()), step.tags)
	}
	saveAll(t, p)
	noError(t, p.Append(young)) // after the save as well
	before := readText(t, p.URL())
	saveAll(t, p)
	same(t, "text", readText(t, p.URL()), before)
	same(t, "text of both", before, readText(t, source.URL()))
	same(t, "bytes", bytesOf(t, lookUp(t, p, "x"), "a"), "x")

	// An experiment that is in no file yet, without artifacts.
	fresh := logAs(t, source, "fresh", nil)
	noError(t, p.Append(fresh))
	saveAll(t, p)
	same(t, "there", openAt(t, p.URL(), project.Options{}).Contains(fresh.Slug()), true)
}

// Records with parts that cannot be read go over as the bytes they are.
func TestMergeOfProblems(t *testing.T) {
	record := recordText("x", "x", "x", "2025-01-01T00:00:00", "2025-01-01T00:00:00",
		`, "tests": null, "artifacts": [{"name": "a", "fname": "a.txt", "handler": "text", "created_at": "2025-01-01T00:00:00"}]`)
	other := manifestOf(t, listOf(record, `{"name": "unreadable"}`))
	noError(t, os.Mkdir(filepath.Join(filepath.Dir(other), "x"), 0o777))
	noError(t, os.WriteFile(filepath.Join(filepath.Dir(other), "x", "a.txt"), []byte("a"), 0o666))
	p := openAt(t, manifestIn(t), project.Options{})
	m := mergedOf(t, p, openAt(t, other, project.Options{}))
	saveAll(t, m)
	same(t, "text", readText(t, p.URL()), "[\n    "+record+"\n]")
	same(t, "files", filesIn(t, p.URL()), []string{"x/a.txt"})

	// Where the record would have to be written anew, it is refused.
	p = openAt(t, manifestIn(t), project.Options{})
	noError(t, os.Mkdir(filepath.Join(filepath.Dir(p.URL()), "x"), 0o777))
	noError(t, os.WriteFile(filepath.Join(filepath.Dir(p.URL()), "x", "a.txt"), []byte("another"), 0o666))
	m = mergedOf(t, p, openAt(t, other, project.Options{}))
	err := m.Save(t.Context())
	if err == nil || !strings.Contains(err.Error(), "it has parts that cannot be read and would be lost: tests: want a list") {
		t.Errorf("got error %v", err)
	}
	same(t, "files", filesIn(t, p.URL()), []string{"x/a.txt"})
}

// A result of merging works on when the projects it came from are closed, once
// it is saved.
func TestMergeOutlives(t *testing.T) {
	path := manifestIn(t)
	p, err := project.Open(t.Context(), path, nil)
	noError(t, err)
	other, err := project.Open(t.Context(), manifestIn(t), nil)
	noError(t, err)
	logAs(t, other, "x", withFiles)
	saveAll(t, other)
	m, err := p.Merge(other)
	noError(t, err)
	noError(t, p.Close())
	saveAll(t, m)
	noError(t, other.Close())
	same(t, "bytes", bytesOf(t, lookUp(t, m, "x"), "a"), "x")
	noError(t, errors.Join(m.Close(), m.Close()))
}
