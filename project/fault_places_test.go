package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestInTheWay has something else where a save wants to put its files. Unless
// the save can do without, it fails, names the place, and succeeds once the way
// is free.
func TestInTheWay(t *testing.T) {
	const run = "run-20250601120000"
	for _, c := range []struct {
		name    string
		way     map[string]string // a name that ends in a slash is a folder
		blocks  error             // nil: the save goes another way
		names   string            // in its error
		instead string            // beginning of the file's name then
	}{
		{"FileForExperiment", map[string]string{run: "a note"}, syscall.ENOTDIR, run, ""},
		{"FileForTest", map[string]string{run + "/part-one": "a note"}, syscall.ENOTDIR, "part-one", ""},
		{"FolderForManifest", map[string]string{"project.json/": "", "project.json/x": "a note"}, syscall.EISDIR, "project.json", ""},
		{"FolderForLock", map[string]string{".project.json.lock/": ""}, syscall.EISDIR, "project.json", ""},
		{"FolderForArtifact", map[string]string{run + "/data-20250601120000.json/": ""}, nil, "", "data-20250601120000-"},
		{"FileForArtifact", map[string]string{run + "/data-20250601120000.json": "a note"}, nil, "", "data-20250601120000-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			url := filepath.Join(dir, "project.json")
			p := openProject(t, url, &project.Options{Now: oneSecond})
			x := addMarked(t, p, "run", "run")
			writeTree(t, dir, c.way)
			before := tree(t, dir)
			err := p.Save(t.Context())
			switch {
			case c.blocks == nil && err != nil:
				t.Fatal(err)
			case c.blocks == nil:
				if a, _ := first(x); !strings.HasPrefix(a.FileName, c.instead) {
					t.Errorf("the file is %q", a.FileName)
				}
			case !errors.Is(err, c.blocks) || !strings.Contains(err.Error(), c.names):
				t.Errorf("got error %v, want %v", err, c.blocks)
			}
			mustEqualTree(t, before, tree(t, dir), func(name string) bool { return c.blocks == nil || isFolder(name) })
			if c.blocks != nil {
				for name := range c.way {
					if err := os.RemoveAll(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
						t.Fatal(err)
					}
				}
				saveProject(t, p)
			}
			if err := readMarked(t.Context(), x); err != nil {
				t.Error(err)
			}
			checkMarked(t, url)
			if kinds := findings(t, p); len(kinds[project.Orphan]) > 1 || len(kinds) > 1 {
				t.Errorf("check finds %v", kinds)
			}
		})
	}
}

// TestOpenElsewhere opens what cannot be a manifest.
func TestOpenElsewhere(t *testing.T) {
	dir := t.TempDir()
	writeTree(t, dir, map[string]string{"folder/": "", "file": "[]"})
	for _, c := range []struct {
		name, url string
		want      error
	}{
		{"Folder", filepath.Join(dir, "folder"), syscall.EISDIR},
		{"FolderSlash", filepath.Join(dir, "folder") + string(filepath.Separator), nil},
		{"BelowFile", filepath.Join(dir, "file", "project.json"), syscall.ENOTDIR},
		{"Device", os.DevNull, nil},
		{"Empty", "", nil},
		{"NUL", "a\x00b", nil},
		{"Temporary", filepath.Join(dir, ".lazyscribe-tmp-x"), nil},
		{"Lock", filepath.Join(dir, ".project.json.lock"), nil},
	} {
		for _, mode := range []project.Mode{project.Append, project.ReadOnly, project.ReadWrite, project.Truncate} {
			t.Run(c.name+mode.String(), func(t *testing.T) {
				p, err := project.Open(t.Context(), c.url, &project.Options{Mode: mode})
				if err == nil {
					t.Errorf("opened: %v", errors.Join(p.Close()))
				}
				if c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("got error %v, want %v", err, c.want)
				}
			})
		}
	}
}

// TestManifestGoes removes the manifest behind a session's back: somebody may
// mean it, so the next save begins a new one.
func TestManifestGoes(t *testing.T) {
	url := filepath.Join(t.TempDir(), "project.json")
	p := openProject(t, url, &project.Options{Mode: project.ReadWrite, Now: oneSecond})
	addMarked(t, p, "run", "old")
	saveProject(t, p)
	if err := os.Remove(url); err != nil {
		t.Fatal(err)
	}
	x := addMarked(t, p, "run", "new")
	saveProject(t, p)
	if err := readMarked(t.Context(), x); err != nil {
		t.Error(err)
	}
	if got := checkMarked(t, url); len(got) != 1 || got["new"] != x.Slug() {
		t.Errorf("saved %v", got)
	}
}

// TestFolderGoes removes the whole folder: the session cannot save into it any
// more and says so, and what it holds can be saved elsewhere.
func TestFolderGoes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	p := openProject(t, filepath.Join(dir, "project.json"), &project.Options{Now: oneSecond})
	addMarked(t, p, "run", "old")
	saveProject(t, p)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	addMarked(t, p, "run", "new")
	want := pending(t, p)
	for range 2 {
		if err := p.Save(t.Context()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got error %v, want %v", err, os.ErrNotExist)
		}
	}
	if diff := cmp.Diff(want, pending(t, p)); diff != "" {
		t.Errorf("pending (-before +after the save):\n%s", diff)
	}
}
