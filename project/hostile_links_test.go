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

const linkedRun = "run-20250601120000"

// TestHostileLinks has symbolic links where files and folders of experiments
// should be, which lead out of the project's folder.
func TestHostileLinks(t *testing.T) {
	for _, c := range []struct {
		name  string
		fname string
		test  string
		link  func(g *guarded)
	}{
		{"Folder", "secret.txt", "", func(g *guarded) { g.link(g.outside, linkedRun) }},
		{"FolderRelative", "secret.txt", "", func(g *guarded) { g.link("../outside", linkedRun) }},
		{"FolderTwice", "secret.txt", "", func(g *guarded) { g.link("hop", linkedRun); g.link("../outside", "hop") }},
		{"FolderUp", "outside/secret.txt", "", func(g *guarded) { g.link("..", linkedRun) }},
		{"SubFolder", "plots/secret.txt", "", func(g *guarded) { g.link(g.outside, linkedRun+"/plots") }},
		{"File", "secret.txt", "", func(g *guarded) { g.link(filepath.Join(g.outside, "secret.txt"), linkedRun+"/secret.txt") }},
		{"FileRelative", "secret.txt", "", func(g *guarded) { g.link("../../outside/secret.txt", linkedRun+"/secret.txt") }},
		{"Test", "secret.txt", "plots", func(g *guarded) {
			g.link(g.outside, linkedRun+"/plots")
			g.link("../../outside/secret.txt", linkedRun+"/secret.txt")
		}},
		{"Device", "zero", "", func(g *guarded) { g.link("/dev/zero", linkedRun+"/zero") }},
		{"Loop", "secret.txt", "", func(g *guarded) { g.link("secret.txt", linkedRun+"/secret.txt") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := guard(t, textRecord(linkedRun, c.fname, c.test))
			c.link(g)
			p := openProject(t, g.url, &project.Options{Mode: project.ReadWrite, Now: oneSecond})
			x, err := p.Lookup(linkedRun)
			if err != nil {
				t.Fatal(err)
			}
			mustNotLoad(t, x)
			if c.test != "" {
				part, _ := x.Test(c.test)
				mustNotLoad(t, part)
			}
			if found := findings(t, p); len(found[project.Unsafe])+len(found[project.Missing])+len(found[project.Unreadable]) == 0 {
				t.Errorf("check finds %v", found)
			}
			takeOver(t, g)

			// New files do not get out either: what cannot be saved is an error.
			_, err = p.Edit(t.Context(), linkedRun, func(d *experiment.Draft) error {
				return errors.Join(
					d.LogArtifact("new", "new", "text", &artifacts.LogOptions{FileName: "new.txt"}),
					d.LogArtifact("plot", "new", "text", &artifacts.LogOptions{FileName: "plots/new.txt"}),
				)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Save(t.Context()); err != nil {
				if !errors.Is(err, artifacts.ErrUnsafePath) {
					t.Errorf("save: %v", err)
				}
				if err := p.Discard(linkedRun); err != nil {
					t.Fatal(err)
				}
			}
			g.intact()
			if _, err := p.Rehash(t.Context()); err != nil {
				t.Errorf("rehash: %v", err)
			}
			if err := p.Remove(linkedRun); err != nil {
				t.Fatal(err)
			}
			saveProject(t, p)
			if _, err := p.GC(t.Context(), &project.GCOptions{Grace: -1, All: true}); err != nil {
				t.Errorf("gc: %v", err)
			}
			g.intact()
		})
	}
}

// mustNotLoad checks that an artifact is refused or not there.
func mustNotLoad(t *testing.T, from artifacts.Loader) {
	t.Helper()
	var got string
	if err := from.LoadArtifact(t.Context(), "loot", &got, nil); err == nil || got != "" {
		t.Errorf("loaded %q, error %v", got, err)
	}
}

// TestHostileNewLinks has links in the way of a save.
func TestHostileNewLinks(t *testing.T) {
	for _, c := range []struct {
		name string
		link func(g *guarded)
	}{
		{"Folder", func(g *guarded) { g.link(g.outside, linkedRun) }},
		{"Test", func(g *guarded) { g.link(g.outside, linkedRun+"/part-one") }},
		{"File", func(g *guarded) { g.link("../../outside/secret.txt", linkedRun+"/note-20250601120000.txt") }},
		{"FileNew", func(g *guarded) { g.link("../../outside/new.txt", linkedRun+"/note-20250601120000.txt") }},
		{"Lock", func(g *guarded) { g.link("../outside/secret.txt", ".project.json.lock") }},
		{"LockNew", func(g *guarded) { g.link("../outside/lock", ".project.json.lock") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := guard(t)
			c.link(g)
			p := openProject(t, g.url, &project.Options{Now: oneSecond})
			x := addMarked(t, p, "run", "run")
			if err := p.Save(t.Context()); err == nil {
				if err := readMarked(t.Context(), x); err != nil {
					t.Error(err)
				}
			} else if !errors.Is(err, artifacts.ErrUnsafePath) {
				t.Errorf("got error %v, want %v", err, artifacts.ErrUnsafePath)
			}
			g.intact()
		})
	}
}

// TestLinkedManifest has a manifest that is a link, which is followed: the lock
// is beside the file it leads to, the artifacts beside the link.
func TestLinkedManifest(t *testing.T) {
	g := guard(t)
	real := filepath.Join(t.TempDir(), "real.json")
	if err := errors.Join(os.Rename(g.url, real), os.Symlink(real, g.url)); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	for _, mark := range []string{"one", "two"} {
		p := openProject(t, g.url, nil)
		addMarked(t, p, "run", mark)
		saveProject(t, p)
	}
	if target, err := os.Readlink(g.url); err != nil || target != real {
		t.Errorf("the link leads to %q, error %v", target, err)
	}
	if got := checkMarked(t, g.url); len(got) != 2 {
		t.Errorf("saved %v", got)
	}
	for name := range tree(t, filepath.Dir(real)) {
		if name != "./" && name != "real.json" && !hidden(name) {
			t.Errorf("%s is beside the manifest", name)
		}
	}
	g.intact()
}
