package project_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// state is what shows whether anything below a folder was touched.
func stateOf(t testing.TB, dir string) map[string]os.FileInfo {
	t.Helper()
	state := map[string]os.FileInfo{}
	noError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		state[path] = info
		return err
	}))
	return state
}

// wantUntouched compares two states. Without folders it looks only whether those
// are there.
func wantUntouched(t testing.TB, before, after map[string]os.FileInfo, folders bool) {
	t.Helper()
	same(t, "number of files", len(after), len(before))
	for path, was := range before {
		now, ok := after[path]
		if !ok || !os.SameFile(was, now) || (folders || !was.IsDir()) && (!was.ModTime().Equal(now.ModTime()) || was.Size() != now.Size()) {
			t.Errorf("%s was touched", path)
		}
	}
}

// A save with nothing to write touches nothing, not even its lock: no file and
// no folder is new, written or replaced.
func TestSecondSave(t *testing.T) {
	path := manifestIn(t)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, mode := range []project.Mode{project.Append, project.Truncate, project.ReadWrite} {
		p := openAt(t, path, project.Options{Mode: mode})
		logAs(t, p, "x", func(d *experiment.Draft) error { return d.LogArtifact("a", 1, "json", nil) })
		saveAll(t, p)
		for file := range stateOf(t, filepath.Dir(path)) {
			noError(t, os.Chtimes(file, old, old))
		}
		before := stateOf(t, filepath.Dir(path))
		saveAll(t, p, p)
		saveAll(t, openAt(t, path, project.Options{Mode: project.ReadWrite}))
		editAs(t, p, "x", nil)
		saveAll(t, p)
		wantUntouched(t, before, stateOf(t, filepath.Dir(path)), true)
	}
}

// P26: a new project without experiments is two bytes. Its folder is made.
func TestSaveOfNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "project.json")
	p := openAt(t, path, project.Options{})
	same(t, "exists", p.Exists(), false)
	saveAll(t, p)
	same(t, "text", readText(t, path), "[]")
	same(t, "exists", p.Exists(), true)
	same(t, "there", openAt(t, path, project.Options{Mode: project.ReadOnly}).Exists(), true)
}

// P26, AR1, T1: the text of a save, to the byte.
func TestSavedText(t *testing.T) {
	now := watch.New()
	p := openAt(t, manifestIn(t), project.Options{Now: now.Now, Author: "ann"})
	logAs(t, p, "Größe", func(d *experiment.Draft) error {
		d.Tag("b", "a", "b") // E9: duplicates are kept
		d.LogMetric("z", 1)
		d.LogCount("a", 1)
		d.DependOnRef(experiment.Ref{Project: "up.json", Slug: "base"})
		return errors.Join(
			d.LogParameter("when", now.Now().In(time.FixedZone("", 7200))), // E2
			d.LogArtifact("data", map[string]int{"a": 1}, "json", nil),
			d.LogTest("part", "", nil),
		)
	})
	unsaved, err := lookUp(t, p, "grosse").JSON()
	noError(t, err)
	same(t, "digest before the save", strings.Contains(string(unsaved), "sha256"), false)
	saveAll(t, p)
	same(t, "text", readText(t, p.URL()), `[
    {
        "artifacts": [
            {
                "created_at": "2025-03-01T10:00:00",
                "expiry": null,
                "fname": "data-20250301100000.json",
                "handler": "json",
                "name": "data",
                "sha256": "f9d86028c6e0d64e225186f96acb69338b2c59764df79162107f5c4bb34d1310",
                "size": 8,
                "version": 0
            }
        ],
        "author": "ann",
        "created_at": "2025-03-01T10:00:00",
        "dependencies": [
            "up.json|base"
        ],
        "last_updated": "2025-03-01T10:00:00",
        "last_updated_by": "ann",
        "metrics": {
            "a": 1,
            "z": 1.0
        },
        "name": "Gr\u00f6\u00dfe",
        "parameters": {
            "when": "2025-03-01T10:00:00"
        },
        "short_slug": "grosse",
        "slug": "grosse-20250301100000",
        "tags": [
            "b",
            "a",
            "b"
        ],
        "tests": [
            {
                "artifacts": [],
                "description": null,
                "metrics": {},
                "name": "part",
                "parameters": {}
            }
        ]
    }
]`)
	before := lookUp(t, p, "grosse")
	again := lookUp(t, openAt(t, p.URL(), project.Options{}), "grosse")
	same(t, "reopened", dictOf(again), dictOf(before))
	text, err := before.JSON()
	noError(t, err)
	same(t, "JSON of the experiment", "[\n    "+string(text)+"\n]", readText(t, p.URL()))
}

// P14: new records go behind all that are not younger; records that were there
// stay in their order and as the bytes they were, whatever is between them.
func TestSaveOrder(t *testing.T) {
	record := func(name, created string) string {
		return recordText(name, name, name, created, "2025-01-01T00:00:00", `,   "odd" :  1`)
	}
	a, b, c := record("a", "2025-03-01T09:00:00"), record("b", "2025-03-01T10:00:00"), record("c", "2025-03-01T11:00:00")
	broken := `{"name" "broken"}`
	path := manifestOf(t, "\n [ "+a+"\n,\n"+b+","+broken+" ,"+c+" ]  \n")
	now := watch.New()
	p := openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now})
	x := logAs(t, p, "new", nil)
	saveAll(t, p)
	text, err := x.JSON()
	noError(t, err)
	same(t, "text", readText(t, path), "\n [ "+a+"\n,\n"+b+","+broken+",\n    "+string(text)+",\n    "+c+" ]  \n")
	noError(t, p.Remove("a", "c", "new"))
	saveAll(t, p)
	same(t, "text", readText(t, path), "[\n    "+b+","+broken+"\n]")
	noError(t, p.Remove("b"))
	saveAll(t, p)
	same(t, "text", readText(t, path), "[\n    "+broken+"\n]")
}

// P4, P13: an empty object is an empty project, and becomes a list.
func TestSaveIntoEmptyObject(t *testing.T) {
	p := openAt(t, manifestOf(t, " {} "), project.Options{})
	x := logAs(t, p, "x", nil)
	saveAll(t, p)
	same(t, "slugs", slugsOf(openAt(t, p.URL(), project.Options{})), []string{x.Slug()})
}

// A save joins what others saved meanwhile, also where the manifest was removed
// or replaced by another text.
func TestSaveJoins(t *testing.T) {
	path := manifestIn(t)
	p, other := openAt(t, path, project.Options{}), openAt(t, path, project.Options{})
	logAs(t, p, "one", nil)
	logAs(t, other, "two", nil)
	saveAll(t, p, other)
	logAs(t, p, "three", nil)
	saveAll(t, p)
	same(t, "saved", len(slugsOf(openAt(t, path, project.Options{}))), 3)
	same(t, "known here", p.Len(), 3)

	noError(t, os.Remove(path))
	logAs(t, p, "four", nil)
	saveAll(t, p) // removing the file was somebody's wish
	same(t, "saved", shortSlugs(openAt(t, path, project.Options{})), []string{"four"})

	noError(t, os.WriteFile(path, []byte("oops"), 0o666))
	logAs(t, p, "five", nil)
	syntax := new(project.SyntaxError)
	if err := p.Save(t.Context()); !errors.As(err, &syntax) || syntax.Line != 1 || syntax.Column != 1 {
		t.Errorf("got error %v", err)
	}
	same(t, "text", readText(t, path), "oops")
}

// A save whose context has ended writes nothing and can be repeated.
func TestSaveAfterCancel(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	logAs(t, p, "x", func(d *experiment.Draft) error { return d.LogArtifact("a", 1, "json", nil) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := p.Save(ctx)
	wantError(t, err, context.Canceled)
	if !strings.HasPrefix(err.Error(), `save project "`+path+`": `) {
		t.Errorf("error %q does not say what was done", err)
	}
	same(t, "files", len(stateOf(t, filepath.Dir(path))), 1) // the folder
	_, err = p.Log(ctx, "y", nil)
	wantError(t, err, context.Canceled)
	saveAll(t, p)
	same(t, "value", bytesOf(t, lookUp(t, p, "x"), "a"), "1")
}

// allErrors returns an error and all that it wraps.
func allErrors(err error) []error {
	list := []error{err}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			list = append(list, allErrors(inner)...)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			list = append(list, allErrors(inner)...)
		}
	}
	return list
}

// failing is a value whose encoding fails as long as it is told to.
type failing struct{ broken *bool }

func (f failing) MarshalJSON() ([]byte, error) {
	if *f.broken {
		return nil, errFn
	}
	return []byte(`"whole"`), nil
}

// An artifact that cannot be encoded holds back nothing else, and is written
// once the cause is gone.
func TestPartialSave(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	broken := true
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		d.LogMetric("m", 1)
		return errors.Join(
			d.LogArtifact("good", 1, "json", nil),
			d.LogArtifact("bad", failing{&broken}, "json", nil),
			d.LogTest("part", "", func(td *experiment.TestDraft) error { return td.LogArtifact("bad", failing{&broken}, "json", nil) }),
		)
	})
	for i := range 2 {
		before := stateOf(t, filepath.Dir(path))
		err := p.Save(t.Context())
		wantError(t, err, artifacts.ErrIncomplete)
		wantError(t, err, errFn)
		if i == 1 { // what failed again is no reason to write
			wantUntouched(t, before, stateOf(t, filepath.Dir(path)), false)
		}
		failed := map[string]bool{}
		for _, err := range allErrors(err) {
			if failure, ok := err.(*project.ArtifactError); ok {
				failed[failure.Test] = true
				same(t, "failure", [3]string{failure.Experiment, failure.Artifact, failure.Handler}, [3]string{x.Slug(), "bad", "json"})
			}
		}
		same(t, "tests of the failures", failed, map[string]bool{"": true, "part": true})
		if text := `artifact "bad" of test "part" of experiment "` + x.Slug() + `" (handler "json"): `; !strings.Contains(err.Error(), text) {
			t.Errorf("error %q does not say %q", err, text)
		}
		saved := lookUp(t, openAt(t, path, project.Options{}), "x")
		same(t, "saved", len(dictOf(saved)["artifacts"].([]any)), 1)
		same(t, "good", bytesOf(t, saved, "good"), "1")
		wantError(t, x.LoadArtifact(t.Context(), "bad", new(any), nil), artifacts.ErrNotSaved)
	}
	broken = false
	saveAll(t, p)
	for _, x := range []*experiment.Experiment{x, lookUp(t, openAt(t, path, project.Options{}), "x")} {
		var names []string
		for a := range x.Artifacts() {
			names = append(names, a.Name)
		}
		same(t, "artifacts", names, []string{"good", "bad"})
		test, _ := x.Test("part")
		same(t, "bytes", [2]string{bytesOf(t, x, "bad"), bytesOf(t, test, "bad")}, [2]string{`"whole"`, `"whole"`})
	}
	before := stateOf(t, filepath.Dir(path))
	saveAll(t, p)
	wantUntouched(t, before, stateOf(t, filepath.Dir(path)), false)
}

// A partial save can be followed by an edit, and by taking it back.
func TestPartialSaveAndThen(t *testing.T) {
	broken := true
	partly := func() *project.Project {
		p := openAt(t, manifestIn(t), project.Options{})
		logAs(t, p, "x", func(d *experiment.Draft) error { return d.LogArtifact("bad", failing{&broken}, "json", nil) })
		wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
		return p
	}
	p := partly()
	editAs(t, p, "x", tagging("t"))
	wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
	same(t, "tags", lookUp(t, openAt(t, p.URL(), project.Options{}), "x").Tags(), []string{"t"})

	p = partly()
	noError(t, p.Discard("x"))
	saveAll(t, p)
	same(t, "artifacts", len(dictOf(lookUp(t, p, "x"))["artifacts"].([]any)), 0)

	p = partly()
	editAs(t, p, "x", func(d *experiment.Draft) error {
		return d.LogArtifact("bad", "good", "text", &artifacts.LogOptions{Replace: true})
	})
	saveAll(t, p)
	same(t, "replaced", bytesOf(t, lookUp(t, p, "x"), "bad"), "good")
}

// P24, P27: with AllOrNothing nothing is written, files of other artifacts too.
func TestAllOrNothing(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{AllOrNothing: true})
	broken := true
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(d.LogArtifact("good", 1, "json", nil), d.LogArtifact("bad", failing{&broken}, "json", nil))
	})
	err := p.Save(t.Context())
	wantError(t, err, artifacts.ErrIncomplete)
	if text := err.Error(); !strings.Contains(text, "nothing was saved") || strings.Contains(text, artifacts.ErrIncomplete.Error()) {
		t.Errorf("the error says %q", text)
	}
	same(t, "files", len(filesIn(t, path)), 0)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("the manifest was written")
	}
	broken = false
	saveAll(t, p)
	same(t, "bytes", [2]string{bytesOf(t, x, "good"), bytesOf(t, x, "bad")}, [2]string{"1", `"whole"`})
}
