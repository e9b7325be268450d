package project_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// mountDisk mounts a disk of 256 KiB, or skips the test where that cannot be
// done.
func mountDisk(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("a disk of its own cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// fill writes a file that leaves less than a page free.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if cerr := f.Close(); !errors.Is(err, syscall.ENOSPC) || cerr != nil {
		t.Fatal(err, cerr)
	}
}

// TestDiskFull saves to a disk that is full, or fills up while it is written to.
func TestDiskFull(t *testing.T) {
	noise := make([]byte, 300<<10)
	for i := range noise {
		noise[i] = 'a' + byte(rand.IntN(26))
	}
	for _, c := range []struct {
		name string
		full bool // before the save begins
		pend func(t *testing.T, p *project.Project)
	}{
		{"Manifest", true, func(t *testing.T, p *project.Project) {
			if _, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error { return d.LogParameter("mark", "new") }); err != nil {
				t.Fatal(err)
			}
		}},
		{"Artifacts", true, func(t *testing.T, p *project.Project) { addMarked(t, p, "run", "new") }},
		{"Remove", true, func(t *testing.T, p *project.Project) {
			if err := p.Remove("run"); err != nil {
				t.Fatal(err)
			}
		}},
		{"LargeArtifact", false, func(t *testing.T, p *project.Project) {
			_, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error {
				return errors.Join(fillMarked(d, "new"), d.LogArtifact("noise", string(noise), "text", nil))
			})
			if err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := mountDisk(t)
			url := filepath.Join(dir, "runs", "project.json")
			filler := filepath.Join(dir, "filler")
			p := session(t, url, "ann", 0, project.FailOnConflict)
			addMarked(t, p, "run", "old")
			saveProject(t, p)
			c.pend(t, p)
			want := pending(t, p)
			before := tree(t, filepath.Dir(url))
			if c.full {
				fill(t, filler)
			}
			for range 2 {
				err := p.Save(t.Context())
				if !errors.Is(err, syscall.ENOSPC) || errors.Is(err, artifacts.ErrIncomplete) || errors.Is(err, artifacts.ErrOutcomeUnknown) {
					t.Fatalf("got error %v, want %v", err, syscall.ENOSPC)
				}
				if !strings.Contains(err.Error(), "write") && !strings.Contains(err.Error(), "create") && !strings.Contains(err.Error(), "update") {
					t.Errorf("error %q does not say what failed", err)
				}
				mustEqualTree(t, before, tree(t, filepath.Dir(url)), isFolder)
				if diff := cmp.Diff(want, pending(t, p)); diff != "" {
					t.Errorf("pending (-before +after the save):\n%s", diff)
				}
			}
			mustFind(t, openProject(t, url, &project.Options{Mode: project.ReadOnly}))
			if !c.full {
				return // there is no room for it, ever
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			saveProject(t, p)
			if diff := cmp.Diff(want, pending(t, openProject(t, url, nil))); diff != "" {
				t.Errorf("saved (-want +got):\n%s", diff)
			}
			mustFind(t, p)
		})
	}
}

// TestReadOnlyDisk works on a project of a disk that cannot be written to.
func TestReadOnlyDisk(t *testing.T) {
	dir := mountDisk(t)
	url := filepath.Join(dir, "project.json")
	p := session(t, url, "ann", 0, project.FailOnConflict)
	addMarked(t, p, "run", "old")
	saveProject(t, p)
	addMarked(t, p, "run", "new")
	if err := p.Remove("run-20250601120000"); err != nil {
		t.Fatal(err)
	}
	want := pending(t, p)
	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, "size=256k"); err != nil {
			t.Fatal(err)
		}
	}
	before := tree(t, dir)
	remount(syscall.MS_RDONLY)
	if err := p.Save(t.Context()); !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), "run-20250601120000-") {
		t.Errorf("got error %v, want %v", err, syscall.EROFS)
	}
	for _, mode := range []project.Mode{project.ReadOnly, project.Append, project.ReadWrite, project.Truncate} {
		q := openProject(t, url, &project.Options{Mode: mode})
		for x := range q.All() {
			if err := readMarked(t.Context(), x); err != nil {
				t.Error(err)
			}
		}
		if mode != project.Truncate {
			mustFind(t, q)
		}
		if mode == project.Append || mode == project.ReadWrite {
			saveProject(t, q) // there is nothing to save
		}
	}
	mustEqualTree(t, before, tree(t, dir), nil)
	remount(0)
	saveProject(t, p)
	if diff := cmp.Diff(want, pending(t, openProject(t, url, nil))); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
	mustFind(t, p)
}
