package project_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
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

func artifactNamed(t testing.TB, x *experiment.Experiment, name string) artifacts.Artifact {
	t.Helper()
	for a := range x.Artifacts() {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("no artifact %q", name)
	return artifacts.Artifact{}
}

// P32: a value is written as it is when the project is saved, and with Now as it
// is when it is logged. A reader is read when it is logged.
func TestArtifactsAreLazy(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	lazy, now := []int{1}, []int{1}
	reader := strings.NewReader("one shot")
	opened := 0
	source := artifacts.Source(func(context.Context) (io.ReadCloser, error) {
		opened++
		return io.NopCloser(strings.NewReader("from a source")), nil
	})
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(
			d.LogArtifact("lazy", lazy, "json", nil),
			d.LogArtifact("now", now, "json", &artifacts.LogOptions{Now: true}),
			d.LogArtifact("reader", reader, "text", nil),
			d.LogArtifact("source", source, "text", nil),
		)
	})
	lazy[0], now[0] = 2, 2
	same(t, "left of the reader", reader.Len(), 0)
	same(t, "opened before the save", opened, 0)
	same(t, "files before the save", len(filesIn(t, path)), 0) // E6
	for _, name := range []string{"lazy", "now"} {
		wantError(t, x.LoadArtifact(t.Context(), name, new(any), nil), artifacts.ErrNotSaved)
		_, err := x.OpenArtifact(t.Context(), name)
		wantError(t, err, artifacts.ErrNotSaved)
	}
	saveAll(t, p)
	for name, want := range map[string]string{"lazy": "[2]", "now": "[1]", "reader": "one shot", "source": "from a source"} {
		same(t, name, bytesOf(t, x, name), want) // the experiment handed out before knows
	}
	// SHA-256 of "[2]", by sha256sum.
	a := artifactNamed(t, x, "lazy")
	same(t, "size", a.Size, int64(3))
	same(t, "digest", a.SHA256, "038966de9f6b9a901b20b4c6ca8b2a46009feebe031babc842d43690c0bc222b")
	saveAll(t, p)
	same(t, "opened in all", opened, 1)
}

// E10-E12: names, file names, and what is refused.
func TestLogArtifactNames(t *testing.T) {
	now := watch.New()
	path := manifestIn(t)
	p := openAt(t, path, project.Options{Now: now.Now})
	long := strings.Repeat("n", 256)
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		noError(t, d.LogArtifact("My Data!", 1, "json", nil))
		noError(t, d.LogArtifact("given", 2, "json", &artifacts.LogOptions{FileName: "plots/roc.json"}))
		noError(t, d.LogArtifact("empty file name", 3, "json", &artifacts.LogOptions{FileName: ""}))
		before := d.Err()
		for _, refused := range []struct {
			name, alias string
			value       any
			opts        *artifacts.LogOptions
			want        error
		}{
			{name: "given", alias: "json", want: artifacts.ErrExists},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{FileName: "plots/roc.json"}, want: artifacts.ErrExists},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{FileName: "plots//./roc.json"}, want: artifacts.ErrExists},
			{name: "other", alias: "joblib", want: artifacts.ErrUnknownHandler},
			{name: "other", alias: "json", value: make(chan int), want: artifacts.ErrUnsupportedValue},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{FileName: "../up.json"}, want: artifacts.ErrUnsafePath},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{FileName: "/abs.json"}, want: artifacts.ErrUnsafePath},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{FileName: "dir/"}, want: artifacts.ErrUnsafePath},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{FileName: `a\b`}, want: artifacts.ErrUnsafePath},
			{name: long, alias: "json", want: artifacts.ErrUnsafePath},
			{name: "", alias: "json"},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{TTL: -1}},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{TTL: 1, Expiry: now.Now()}},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{Expiry: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
			{name: "other", alias: "json", opts: &artifacts.LogOptions{Expiry: time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)}},
			{name: "other", alias: "text", value: "x", opts: &artifacts.LogOptions{Handler: artifacts.JSON{}}},
		} {
			err := d.LogArtifact(refused.name, refused.value, refused.alias, refused.opts)
			if err == nil || refused.want != nil && !errors.Is(err, refused.want) {
				t.Errorf("%+v: error %v", refused, err)
			}
			if !strings.HasPrefix(err.Error(), `log artifact "`+refused.name+`": `) {
				t.Errorf("error %q does not say what was done", err)
			}
		}
		same(t, "noted", d.Err(), before)
		return nil
	})
	var got []string
	for a := range x.Artifacts() {
		got = append(got, a.Name+": "+a.FileName)
	}
	same(t, "artifacts", got, []string{
		"My Data!: my-data-20250301100000.json", "given: plots/roc.json", "empty file name: empty-file-name-20250301100000.json",
	})
	saveAll(t, p)
	same(t, "files", filesIn(t, path), []string{
		x.Slug() + "/empty-file-name-20250301100000.json", x.Slug() + "/my-data-20250301100000.json", x.Slug() + "/plots/roc.json",
	})
}

// E10: a refused call leaves no trace, unlike in Python (W26).
func TestRefusedCallChangesNothing(t *testing.T) {
	now := watch.New()
	p := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now})
	logAs(t, p, "x", nil)
	saveAll(t, p)
	before := readText(t, p.URL())
	now.Advance(time.Hour)
	x, err := p.Edit(t.Context(), "x", func(d *experiment.Draft) error {
		wantError(t, d.LogArtifact("a", 1, "joblib", nil), artifacts.ErrUnknownHandler)
		wantError(t, d.LogArtifact("a", 1, "json", &artifacts.LogOptions{FileName: ".."}), artifacts.ErrUnsafePath)
		if d.LogParameter("p", make(chan int)) == nil || d.LogMetricValue("m", func() {}) == nil {
			t.Error("what JSON cannot hold was taken")
		}
		wantError(t, d.LogTest("t", "", func(*experiment.TestDraft) error { return errFn }), errFn)
		wantError(t, d.EditTest("t", nil), artifacts.ErrNotFound)
		return nil
	})
	noError(t, err)
	same(t, "last updated", stampOf(x.LastUpdated()), "2025-03-01T10:00:00")
	saveAll(t, p)
	same(t, "text", readText(t, p.URL()), before)
}

// E12: Replace keeps the place in the list and may change the format; the old
// file stays until it is collected.
func TestReplaceArtifact(t *testing.T) {
	now := watch.New()
	path := manifestIn(t)
	p := openAt(t, path, project.Options{Now: now.Now})
	replace := &artifacts.LogOptions{Replace: true}
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(
			d.LogArtifact("a", "first", "text", nil),
			d.LogArtifact("b", "b", "text", nil),
			d.LogArtifact("a", "second", "text", replace), // before the save: the first is never written
			d.LogArtifact("c", "new", "text", replace),    // nothing to replace
		)
	})
	saveAll(t, p)
	same(t, "files", filesIn(t, path), []string{
		x.Slug() + "/a-20250301100000.txt", x.Slug() + "/b-20250301100000.txt", x.Slug() + "/c-20250301100000.txt"})
	same(t, "value", bytesOf(t, x, "a"), "second")

	edited, err := p.Edit(t.Context(), "x", func(d *experiment.Draft) error {
		return errors.Join(
			d.LogArtifact("a", []int{3}, "json", replace),
			d.LogArtifact("b", "again", "text", replace), // the same file name: it is taken
		)
	})
	noError(t, err)
	saveAll(t, p)
	var names []string
	for a := range edited.Artifacts() {
		names = append(names, a.Name+" "+a.Handler)
	}
	same(t, "artifacts", names, []string{"a json", "b text", "c text"})
	same(t, "new values", [2]string{bytesOf(t, edited, "a"), bytesOf(t, edited, "b")}, [2]string{"[3]", "again"})
	same(t, "what was handed out before", [2]string{bytesOf(t, x, "a"), bytesOf(t, x, "b")}, [2]string{"second", "b"})
	same(t, "number of files", len(filesIn(t, path)), 5)
}

// T5: an artifact of a test and one of its experiment may ask for one file; each
// gets its own.
func TestArtifactFilesDoNotMeet(t *testing.T) {
	path := manifestIn(t)
	now := watch.New()
	p := openAt(t, path, project.Options{Now: now.Now})
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		noError(t, d.LogArtifact("own", "own", "text", &artifacts.LogOptions{FileName: "part/a.txt"}))
		noError(t, d.LogArtifact("by default", "default", "text", nil))
		noError(t, d.LogArtifact("by request", "request", "text", &artifacts.LogOptions{FileName: "by-request-20250301100000.txt"}))
		for _, mark := range []string{"one", "two"} { // E16: tests of one name share a folder
			noError(t, d.LogTest("part", mark, func(td *experiment.TestDraft) error {
				return td.LogArtifact("a", mark, "text", &artifacts.LogOptions{FileName: "a.txt"})
			}))
		}
		return d.LogTest("---", "", func(td *experiment.TestDraft) error { // T4: no slug, so the experiment's folder
			return td.LogArtifact("by default", "of a test", "text", nil)
		})
	})
	saveAll(t, p)
	again := lookUp(t, openAt(t, path, project.Options{}), x.Slug())
	same(t, "own", bytesOf(t, again, "own"), "own")
	same(t, "default", bytesOf(t, again, "by default"), "default")
	want := map[string]string{"one": "one", "two": "two", "": "of a test"}
	for test := range again.Tests() {
		for a := range test.Artifacts() {
			same(t, "test "+test.Description(), bytesOf(t, test, a.Name), want[test.Description()])
		}
	}
	same(t, "files", len(filesIn(t, path)), 6)
}

// AR1, AR3: expiry is a time, written as Python reads it.
func TestArtifactExpiry(t *testing.T) {
	now := watch.New()
	p := openAt(t, manifestIn(t), project.Options{Now: now.Now})
	zone := time.FixedZone("", 3600)
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(
			d.LogArtifact("never", 1, "json", nil),
			d.LogArtifact("ttl", 1, "json", &artifacts.LogOptions{TTL: 90*time.Minute + time.Millisecond}),
			d.LogArtifact("at", 1, "json", &artifacts.LogOptions{Expiry: time.Date(2025, 5, 1, 1, 0, 0, 5, zone)}),
			d.LogArtifact("last", 1, "json", &artifacts.LogOptions{Expiry: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}),
		)
	})
	saveAll(t, p)
	again := lookUp(t, openAt(t, p.URL(), project.Options{}), x.Slug())
	for name, want := range map[string]string{"ttl": "2025-03-01T11:30:00", "at": "2025-05-01T00:00:00", "last": "9999-12-31T23:59:59"} {
		a := artifactNamed(t, again, name)
		same(t, name, stampOf(a.Expiry), want)
		same(t, "written", strings.Contains(readText(t, p.URL()), `"expiry": "`+want+`"`), true)
		same(t, "expired a second before and then", [2]bool{a.Expired(a.Expiry.Add(-time.Second)), a.Expired(a.Expiry)}, [2]bool{false, true})
	}
	same(t, "never", artifactNamed(t, again, "never").Expiry.IsZero(), true)
}

// E14, AR5: errors of loading name what was loaded.
func TestLoadArtifactErrors(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(
			d.LogArtifact("gone", 1, "json", nil),
			d.LogArtifact("changed", "abc", "text", nil),
			d.LogArtifact("damaged", map[string]int{"a": 1}, "json", nil),
			d.LogTest("part", "", func(td *experiment.TestDraft) error { return td.LogArtifact("inner", 1, "json", nil) }),
		)
	})
	saveAll(t, p)
	file := func(name string) string {
		return filepath.Join(filepath.Dir(path), x.Slug(), artifactNamed(t, x, name).FileName)
	}
	noError(t, os.Remove(file("gone")))
	noError(t, os.WriteFile(file("changed"), []byte("abd"), 0o666))
	noError(t, os.WriteFile(file("damaged"), []byte(`{"a": 1`), 0o666))
	for name, want := range map[string]error{
		"gone": os.ErrNotExist, "changed": artifacts.ErrCorrupt, "damaged": artifacts.ErrCorrupt, "unheard of": artifacts.ErrNotFound,
	} {
		value := any("before")
		err := x.LoadArtifact(t.Context(), name, &value, nil)
		wantError(t, err, want)
		same(t, "target", value, any("before"))
		if prefix := `load artifact "` + name + `" of experiment "` + x.Slug() + `": `; !strings.HasPrefix(err.Error(), prefix) {
			t.Errorf("error %q does not begin with %q", err, prefix)
		}
	}
	r, err := x.OpenArtifact(t.Context(), "changed")
	noError(t, err)
	_, err = io.ReadAll(r)
	wantError(t, err, artifacts.ErrCorrupt)
	noError(t, r.Close())

	test, _ := x.Test("part")
	wantError(t, test.LoadArtifact(t.Context(), "inner", new(string), nil), artifacts.ErrTargetType)
	err = test.LoadArtifact(t.Context(), "other", new(any), nil)
	same(t, "message", err.Error(), `load artifact "other" of test "part" of experiment "`+x.Slug()+`": not found`)
	_, err = artifacts.Load[int](t.Context(), test, "inner", &artifacts.LoadOptions{MaxSize: 1, Settings: map[string]any{"x": 1}})
	if err == nil || !strings.Contains(err.Error(), `unknown setting "x"`) {
		t.Errorf("unknown setting: error %v", err)
	}
}

// A page is a format for people: it can be written and not read back.
type page struct{ artifacts.Text }

func (page) Format() artifacts.Format {
	return artifacts.Format{Alias: "page", Suffix: "html", OutputOnly: true}
}

// E13: the warning comes once for a project and format, not at each call.
func TestOutputOnly(t *testing.T) {
	handlers := &artifacts.Registry{}
	handlers.Register(page{})
	var log bytes.Buffer
	p := openAt(t, manifestIn(t), project.Options{Handlers: handlers, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(d.LogArtifact("a", "<p>", "page", nil), d.LogArtifact("b", "<p>", "page", nil))
	})
	saveAll(t, p)
	for _, name := range []string{"a", "b", "a"} {
		wantError(t, x.LoadArtifact(t.Context(), name, new(string), nil), artifacts.ErrOutputOnly)
	}
	same(t, "warnings", strings.Count(log.String(), "level=WARN"), 1)
	same(t, "bytes", bytesOf(t, x, "a"), "<p>")
}

// A versioned format is read by its own version only, as Python's pickle is.
type versioned struct {
	artifacts.Text
	version string
}

func (versioned) Format() artifacts.Format {
	return artifacts.Format{Alias: "versioned", Suffix: "v", Binary: true}
}

func (v versioned) Environment(any) artifacts.Environment {
	return artifacts.Environment{"format_version": v.version}
}

func (v versioned) ValidateEnvironment(recorded artifacts.Environment, _ any) error {
	if recorded["format_version"] != v.version {
		return &artifacts.EnvironmentError{Recorded: recorded, Current: v.Environment(nil)}
	}
	return nil
}

// V1, V2, V4: a recorded environment is compared where the format asks for it.
func TestEnvironment(t *testing.T) {
	old, young := &artifacts.Registry{}, &artifacts.Registry{}
	old.Register(versioned{version: "1"})
	young.Register(versioned{version: "2"})
	path := manifestIn(t)
	p := openAt(t, path, project.Options{Handlers: old})
	logAs(t, p, "x", func(d *experiment.Draft) error { return d.LogArtifact("a", "value", "versioned", nil) })
	saveAll(t, p)
	same(t, "in the file", strings.Contains(readText(t, path), `"format_version": "1"`), true)

	x := lookUp(t, openAt(t, path, project.Options{Handlers: young}), "x")
	same(t, "recorded", artifactNamed(t, x, "a").Environment, artifacts.Environment{"format_version": "1"})
	_, err := artifacts.Load[string](t.Context(), x, "a", nil)
	mismatch := new(artifacts.EnvironmentError)
	if !errors.As(err, &mismatch) {
		t.Fatalf("error %v is no EnvironmentError", err)
	}
	same(t, "artifact", mismatch.Artifact, "a")
	same(t, "both sides", [2]artifacts.Environment{mismatch.Recorded, mismatch.Current},
		[2]artifacts.Environment{{"format_version": "1"}, {"format_version": "2"}})
	value, err := artifacts.Load[string](t.Context(), x, "a", &artifacts.LoadOptions{SkipValidation: true})
	noError(t, err)
	same(t, "value", value, "value")
	value, err = artifacts.Load[string](t.Context(), x, "a", &artifacts.LoadOptions{Handler: versioned{version: "1"}})
	noError(t, err)
	same(t, "with the handler that wrote it", value, "value")
}

// E5, S2, S3: a slug or a file name that a manifest has leads where it says, or
// nowhere; the record can be read in any case.
func TestHostilePlaces(t *testing.T) {
	for _, place := range []struct{ slug, fname string }{
		{"../x", "a.txt"}, {"..", "a.txt"}, {"/x", "a.txt"}, {"", "a.txt"}, {"project.json", "a.txt"},
		{"x", "../a.txt"}, {"x", "/a.txt"}, {"x", "."}, {"x", ".."}, {"x", "../project.json"},
	} {
		path := manifestOf(t, listOf(recordText("x", place.slug, "short", "2025-01-01T00:00:00", "2025-01-01T00:00:00",
			`, "artifacts": [{"name": "a", "fname": "`+place.fname+`", "handler": "text", "created_at": "2025-01-01T00:00:00"}]`)))
		p := openAt(t, path, project.Options{Mode: project.ReadOnly})
		x := lookUp(t, p, "short")
		same(t, "slug and file name", [2]string{x.Slug(), artifactNamed(t, x, "a").FileName}, [2]string{place.slug, place.fname})
		wantError(t, x.LoadArtifact(t.Context(), "a", new(string), nil), artifacts.ErrUnsafePath)
		_, err := x.OpenArtifact(t.Context(), "a")
		wantError(t, err, artifacts.ErrUnsafePath)
	}
}

// S1: names keep their folders to the letter, and lead to the file they mean.
func TestFileNamesWithFolders(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	names := map[string]string{"./a.json": "a.json", "b//c.json": "b/c.json", "d/e/f.json": "d/e/f.json", "sp ace/é": "sp ace/é"}
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		for name := range names {
			noError(t, d.LogArtifact(name, name, "json", &artifacts.LogOptions{FileName: name}))
		}
		return nil
	})
	saveAll(t, p)
	again := lookUp(t, openAt(t, path, project.Options{}), "x")
	for name, file := range names {
		same(t, "file name", artifactNamed(t, again, name).FileName, name)
		value, err := artifacts.Load[string](t.Context(), again, name, nil)
		noError(t, err)
		same(t, "value", value, name)
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), x.Slug(), file)); err != nil {
			t.Error(err)
		}
	}
}
