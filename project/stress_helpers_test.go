package project_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// long reports whether the tests of this package that repeat something at
// random shall do so for minutes.
func long() bool { return os.Getenv("LAZYSCRIBE_LONG") == "1" }

// pick returns the number of repetitions: the second one in a long run.
func pick(short, full int) int {
	if long() {
		return full
	}
	return short
}

// oneSecond is a clock that stands still, so that all slugs of a name collide.
func oneSecond() time.Time { return time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC) }

// The experiments of these tests carry a mark in everything they hold, so that
// files that were mixed up between two of them show.

func markedJSON(mark string) map[string]any {
	return map[string]any{"mark": mark, "fill": strings.Repeat(mark+" ", 40)}
}

func markedText(mark string) string { return strings.Repeat("line of "+mark+"\n", 30) }

// fillMarked writes the whole of a marked experiment: two artifacts of its own
// and one of a test.
func fillMarked(d *experiment.Draft, mark string) error {
	d.LogMetric("score", 0.5)
	d.Tag(mark)
	return errors.Join(
		d.LogParameter("mark", mark),
		d.LogArtifact("data", markedJSON(mark), "json", nil),
		d.LogArtifact("note", markedText(mark), "text", nil),
		d.LogTest("part one", "", func(t *experiment.TestDraft) error {
			return t.LogArtifact("data", markedJSON("test "+mark), "json", nil)
		}),
	)
}

func logMarked(ctx context.Context, p *project.Project, name, mark string) (*experiment.Experiment, error) {
	return p.Log(ctx, name, func(d *experiment.Draft) error { return fillMarked(d, mark) })
}

// addMarked logs and fails the test if that fails.
func addMarked(t testing.TB, p *project.Project, name, mark string) *experiment.Experiment {
	t.Helper()
	x, err := logMarked(t.Context(), p, name, mark)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// markOf returns the mark of an experiment.
func markOf(x *experiment.Experiment) (string, error) {
	var mark string
	err := x.Parameter("mark", &mark)
	return mark, err
}

// readMarked loads every artifact of a marked experiment and compares it with
// what must be in it.
func readMarked(ctx context.Context, x *experiment.Experiment) error {
	mark, err := markOf(x)
	if err != nil {
		return err
	}
	test, ok := x.Test("part one")
	if !ok {
		return fmt.Errorf("experiment %q has no test", x.Slug())
	}
	want := []struct {
		from  artifacts.Loader
		name  string
		value any
	}{
		{x, "data", markedJSON(mark)},
		{x, "note", markedText(mark)},
		{test, "data", markedJSON("test " + mark)},
	}
	for a := range x.Artifacts() {
		if a.Name == "edited" {
			want = append(want, want[0])
			want[len(want)-1].name, want[len(want)-1].value = "edited", markedJSON("edited "+mark)
		}
	}
	for _, w := range want {
		got, err := artifacts.Load[any](ctx, w.from, w.name, nil)
		if err != nil {
			return err
		}
		if !cmp.Equal(got, w.value) {
			return fmt.Errorf("experiment %q (mark %q): artifact %q holds something else: %v", x.Slug(), mark, w.name, got)
		}
	}
	return nil
}

// openProject opens a project that is closed at the test's end.
func openProject(t testing.TB, url string, o *project.Options) *project.Project {
	t.Helper()
	p, err := project.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

func saveProject(t testing.TB, p *project.Project) {
	t.Helper()
	if err := p.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// checkMarked opens a project anew and checks that it has no problems, that no
// slug is used twice, and that every artifact is readable. It returns the slugs
// of the experiments by their marks.
func checkMarked(t testing.TB, url string) map[string]string {
	t.Helper()
	p := openProject(t, url, &project.Options{Mode: project.ReadOnly})
	for _, problem := range p.Problems() {
		t.Errorf("problem: %v", problem)
	}
	slugs, byMark := map[string]bool{}, map[string]string{}
	for x := range p.All() {
		if slugs[x.Slug()] {
			t.Errorf("two experiments have the slug %q", x.Slug())
		}
		slugs[x.Slug()] = true
		if err := readMarked(t.Context(), x); err != nil {
			t.Error(err)
			continue
		}
		mark, _ := markOf(x)
		if other, ok := byMark[mark]; ok {
			t.Errorf("%q was saved twice: %q and %q", mark, other, x.Slug())
		}
		byMark[mark] = x.Slug()
	}
	return byMark
}

// findings runs Check and returns what it finds, by kind.
func findings(t testing.TB, p *project.Project) map[project.FindingKind][]string {
	t.Helper()
	found := map[project.FindingKind][]string{}
	for f, err := range p.Check(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		what := f.Key
		if what == "" {
			what = f.Slug
		}
		found[f.Kind] = append(found[f.Kind], what)
	}
	return found
}

// mustFind fails the test if Check finds anything but the kinds allowed.
func mustFind(t testing.TB, p *project.Project, allowed ...project.FindingKind) {
	t.Helper()
	for kind, what := range findings(t, p) {
		if !slices.Contains(allowed, kind) {
			t.Errorf("check finds %s: %q", kind, what)
		}
	}
}

// sweep removes everything no record names, whatever its age, and checks that
// nothing is left to find.
func sweep(t testing.TB, url string) {
	t.Helper()
	p := openProject(t, url, nil)
	if _, err := p.GC(t.Context(), &project.GCOptions{Grace: -1}); err != nil {
		t.Fatal(err)
	}
	mustFind(t, p)
}

// tree returns the content of the files below a folder by their slash paths,
// and what links lead to; folders end in a slash.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case e.IsDir():
			files[rel+"/"] = ""
		case e.Type()&fs.ModeSymlink != 0:
			files[rel], err = os.Readlink(path)
		default:
			var data []byte
			data, err = os.ReadFile(path)
			files[rel] = string(data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// writeTree makes files below a folder.
func writeTree(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o777); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(path, bytes.Clone([]byte(content)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// mustEqualTree compares two trees, but for the store's own hidden files and
// for the files that new allows.
func mustEqualTree(t testing.TB, old, now map[string]string, allow func(name string) bool) {
	t.Helper()
	for name, content := range old {
		if got, ok := now[name]; !ok {
			t.Errorf("%s is gone", name)
		} else if got != content {
			t.Errorf("%s has changed:\n%s", name, cmp.Diff(content, got))
		}
	}
	for name := range now {
		if _, ok := old[name]; ok || hidden(name) || allow != nil && allow(name) {
			continue
		}
		t.Errorf("%s is new", name)
	}
}

// hidden reports whether a file is a lock or was being written.
func hidden(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, ".lazyscribe") || strings.HasPrefix(base, ".") && strings.HasSuffix(base, ".lock")
}
