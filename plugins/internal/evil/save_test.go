package evil

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
	"github.com/lazyscribe-go/lazyscribe/plugins"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// bounded is a context that no call may need the end of: time-outs are far
// shorter.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// check fails the test unless err is what the deed has to lead to, and names
// the plugin.
func (c deedCase) check(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the time-outs did not help: %v", err)
	}
	for _, is := range c.is {
		if !errors.Is(err, is) {
			t.Errorf("%v is not %v", err, is)
		}
	}
	if !strings.Contains(err.Error(), `plugin "evil": `) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %q, want %q", err, c.says)
	}
}

// wellSaved returns the files of a project that was saved with the plugin being
// good.
func wellSaved(t *testing.T, f *fixture) map[string]string {
	t.Helper()
	dir := t.TempDir()
	h := f.host(plugins.Options{})
	p := open(t, dir, h, project.ReadWrite)
	logRuns(t, p)
	if err := p.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.close(h)
	return tree(t, dir)
}

// TestSave: whatever the plugin does, the save keeps all other artifacts and the
// plugin's value. This session can save it later, and so can another one.
func TestSave(t *testing.T) {
	good := wellSaved(t, newFixture(t))
	cases := slices.Clone(anyStart)
	for _, c := range anyCall {
		c.when = atEncode
		cases = append(cases, c)
	}
	var failed []string // folders
	all := t.TempDir()
	for i, c := range cases {
		if i%every != 0 {
			continue
		}
		t.Run(c.when+" "+c.what, func(t *testing.T) {
			f := newFixture(t)
			h := f.host(c.impatient())
			p := open(t, f.dir, h, project.ReadWrite)
			x := logRuns(t, p)
			f.do(c.when, c.what)
			err := p.Save(bounded(t))
			c.check(t, err)
			e, ok := errors.AsType[*project.ArtifactError](err)
			if !ok || !errors.Is(err, artifacts.ErrIncomplete) || e.Artifact != "numbers" || e.Kept.ID == "" || !strings.Contains(err.Error(), `artifact "numbers"`) {
				t.Fatalf("got %v", err)
			}
			mustHaveOthers(t, f.dir, good, e.Kept.ID)

			after := filepath.Join(all, strconv.Itoa(len(failed)))
			if err := os.CopyFS(after, os.DirFS(f.dir)); err != nil {
				t.Fatal(err)
			}
			failed = append(failed, after)

			// Another program, when the plugin is good.
			f.do("", "")
			elsewhere := t.TempDir()
			if err := os.CopyFS(elsewhere, os.DirFS(f.dir)); err != nil {
				t.Fatal(err)
			}
			other := f.host(plugins.Options{})
			q := open(t, elsewhere, other, project.ReadWrite)
			retried, err := q.Retry(bounded(t), e.Kept.ID, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := artifacts.Load[[]float64](t.Context(), retried, "numbers", nil)
			if err != nil || !slices.Equal(got, numbers) {
				t.Errorf("after the retry: %d numbers, %v", len(got), err)
			}
			mustHaveAll(t, elsewhere, good)
			f.close(other)

			// This program, of which the value is still pending.
			if err := p.Save(bounded(t)); err != nil {
				t.Error(err)
			}
			if _, err := artifacts.Load[[]float64](t.Context(), x, "numbers", nil); err != nil {
				t.Error(err)
			}
			mustHaveAll(t, f.dir, good)
			f.close(h)
			f.nothingRuns()
		})
	}
	t.Run("Python", func(t *testing.T) { readInPython(t, failed) })
}

// mustHaveOthers fails the test unless a folder has what was to be saved but the
// plugin's file, and a kept value.
func mustHaveOthers(t *testing.T, dir string, good map[string]string, kept string) {
	t.Helper()
	files := tree(t, dir)
	var want []string
	for name, text := range good {
		if strings.HasSuffix(name, ".bad") {
			continue
		}
		want = append(want, name)
		if name != "project.json" && files[name] != text {
			t.Errorf("%s is not what it should be", name)
		}
	}
	want = append(want, "project.json.d/rescue/"+kept)
	slices.Sort(want)
	if diff := cmp.Diff(want, names(files)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	p := open(t, dir, nil, project.ReadOnly) // without the plugin
	x, err := p.Lookup("run")
	if err != nil || p.Len() != 2 || len(p.Problems()) > 0 {
		t.Fatalf("%d experiments, %v, %v", p.Len(), p.Problems(), err)
	}
	if text, err := artifacts.Load[string](t.Context(), x, "after", nil); err != nil || text != "text" {
		t.Errorf("after: %q, %v", text, err)
	}
	if _, err := artifacts.Load[any](t.Context(), x, "numbers", nil); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("numbers: %v", err)
	}
}

// mustHaveAll fails the test unless a folder is as if nothing had happened. In
// the manifest the order of artifacts may be another one.
func mustHaveAll(t *testing.T, dir string, good map[string]string) {
	t.Helper()
	files := tree(t, dir)
	if diff := cmp.Diff(names(good), names(files)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for name, text := range good {
		if name != "project.json" && files[name] != text {
			t.Errorf("%s is not what it should be", name)
		}
	}
	p := open(t, dir, nil, project.ReadOnly)
	for f, err := range p.Check(t.Context(), nil) {
		t.Errorf("check: %+v, %v", f, err)
	}
}

// readInPython has Python's lazyscribe read what was saved.
func readInPython(t *testing.T, folders []string) {
	python := pyrun.Need(t, "lazyscribe")
	script := `
import os, sys
from lazyscribe import Project
for folder in sys.argv[1:]:
    os.chdir(folder)
    project = Project("project.json", mode="r")
    assert [x.name for x in project.experiments] == ["run", "other"]
    assert [a.name for a in project["run"].artifacts] == ["before", "after"]
    assert project["run"].load_artifact("before") == [1, 2, 3]
    assert project["run"].load_artifact("after") == "text"
    assert project["other"].load_artifact("mine") is True
`
	if text, err := exec.CommandContext(t.Context(), python, append([]string{"-c", script}, folders...)...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestSwapped: a binary that is not the one that was trusted is not run, and
// costs a save no more than its artifact.
func TestSwapped(t *testing.T) {
	good := wellSaved(t, newFixture(t))
	for _, c := range []struct {
		deedCase
		swap func(path string) error
	}{
		{deedCase{what: "other content", is: []error{plugins.ErrChanged}, says: "run lazyscribe plugin trust evil"}, func(path string) error {
			return os.WriteFile(path, []byte("#!/bin/sh\necho >"+path+".ran\n"), 0o755)
		}},
		{deedCase{what: "same size", is: []error{plugins.ErrChanged}, says: "run lazyscribe plugin trust evil"}, func(path string) error {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text[len(text)-1]++
			return os.WriteFile(path, text, 0o755)
		}},
		{deedCase{what: "missing", is: []error{os.ErrNotExist}, says: "lazyscribe plugin untrust evil forgets it"}, os.Remove},
		{deedCase{what: "link", is: []error{plugins.ErrChanged}, says: "run lazyscribe plugin trust evil"}, func(path string) error {
			other := filepath.Join(filepath.Dir(path), "other")
			if err := os.Mkdir(other, 0o755); err != nil {
				return err
			}
			other = filepath.Join(other, filepath.Base(path))
			return errors.Join(os.Rename(path, other), os.Symlink(other, path))
		}},
		{deedCase{what: "link to another name", is: []error{plugins.ErrChanged}, says: "which has another name"}, func(path string) error {
			return errors.Join(os.Rename(path, path+"2"), os.Symlink(path+"2", path))
		}},
		{deedCase{what: "writable by all", is: []error{plugins.ErrUntrusted}}, func(path string) error { return os.Chmod(path, 0o777) }},
		{deedCase{what: "folder open to all", is: []error{plugins.ErrUntrusted}}, func(path string) error { return os.Chmod(filepath.Dir(path), 0o777) }},
		{deedCase{what: "not executable", is: []error{plugins.ErrUntrusted}, says: "chmod +x"}, func(path string) error { return os.Chmod(path, 0o644) }},
	} {
		t.Run(c.what, func(t *testing.T) {
			f := newFixture(t)
			own := trustEvil(t)
			own.Path = copyPlugin(t, filepath.Dir(f.dir))
			f.trusted(own)
			h := f.host(plugins.Options{})
			p := open(t, f.dir, h, project.ReadWrite)
			logRuns(t, p)
			if err := c.swap(f.plugin); err != nil {
				t.Fatal(err)
			}
			err := p.Save(bounded(t))
			c.check(t, err)
			e, ok := errors.AsType[*project.ArtifactError](err)
			if !ok || e.Artifact != "numbers" || e.Kept.ID == "" {
				t.Fatalf("got %v", err)
			}
			mustHaveOthers(t, f.dir, good, e.Kept.ID)
			if _, err := os.Stat(f.plugin + ".ran"); err == nil {
				t.Error("it was run")
			}
		})
	}
}
