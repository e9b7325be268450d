package project_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A site is where a scenario takes place.
type site struct {
	url   string // of the project
	other string // of the one that merges come from
	files func() map[string]string
}

// A scenario is a project and a save of it.
type scenario struct {
	name string

	// prepare makes what is there before the session begins. nil: nothing.
	prepare func(t *testing.T, at site)

	// pend does, in the session, what is to be saved. What another writer does
	// meanwhile, it does too.
	pend func(t *testing.T, p *project.Project, at site)

	// want is what must be there after the save: marks, and whether the
	// experiment was edited.
	want map[string]bool

	// removes says that the save also removes files, after the manifest.
	removes bool
}

func prepareTwo(t *testing.T, at site) {
	p := openProject(t, at.url, &project.Options{Now: oneSecond})
	addMarked(t, p, "run", "old 1")
	addMarked(t, p, "other", "old 2")
	saveProject(t, p)
}

func edited(t *testing.T, p *project.Project, slug, mark string) {
	t.Helper()
	if err := editMarked(t.Context(), p, slug, mark); err != nil {
		t.Fatal(err)
	}
}

func scenarios() []scenario {
	return []scenario{
		{
			name: "FirstSave",
			pend: func(t *testing.T, p *project.Project, _ site) { addMarked(t, p, "run", "new") },
			want: map[string]bool{"new": false},
		},
		{
			name: "FirstSaveOfNothing",
			pend: func(*testing.T, *project.Project, site) {},
			want: map[string]bool{},
		},
		{
			name:    "Append",
			prepare: prepareTwo,
			pend: func(t *testing.T, p *project.Project, _ site) {
				addMarked(t, p, "new", "new 1")
				addMarked(t, p, "run", "new 2") // a slug this session knows to be taken
			},
			want: map[string]bool{"old 1": false, "old 2": false, "new 1": false, "new 2": false},
		},
		{
			name:    "Renamed",
			prepare: prepareTwo,
			pend: func(t *testing.T, p *project.Project, at site) {
				addMarked(t, p, "new", "mine")
				q := openProject(t, at.url, &project.Options{Now: oneSecond})
				addMarked(t, q, "new", "theirs")
				saveProject(t, q)
			},
			want: map[string]bool{"old 1": false, "old 2": false, "mine": false, "theirs": false},
		},
		{
			name:    "Edit",
			prepare: prepareTwo,
			pend:    func(t *testing.T, p *project.Project, _ site) { edited(t, p, "run", "old 1") },
			want:    map[string]bool{"old 1": true, "old 2": false},
		},
		{
			name:    "Remove",
			prepare: prepareTwo,
			pend: func(t *testing.T, p *project.Project, _ site) {
				if err := p.Remove("run"); err != nil {
					t.Fatal(err)
				}
			},
			want:    map[string]bool{"old 2": false},
			removes: true,
		},
		{
			name:    "All",
			prepare: prepareTwo,
			pend: func(t *testing.T, p *project.Project, at site) {
				addMarked(t, p, "new", "new")
				edited(t, p, "run", "old 1")
				if err := p.Remove("other"); err != nil {
					t.Fatal(err)
				}
				q := openProject(t, at.url, &project.Options{Now: oneSecond})
				addMarked(t, q, "new", "theirs")
				saveProject(t, q)
			},
			want:    map[string]bool{"old 1": true, "new": false, "theirs": false},
			removes: true,
		},
		{
			name: "Merge",
			prepare: func(t *testing.T, at site) {
				prepareTwo(t, at)
				prepareOther(t, at)
			},
			pend: func(t *testing.T, p *project.Project, at site) {
				mergeOther(t, p, at)
			},
			want: map[string]bool{"old 1": false, "old 2": false, "far 1": false, "far 2": true},
		},
	}
}

// prepareOther makes the project that merges come from.
func prepareOther(t *testing.T, at site) {
	p := openProject(t, at.other, &project.Options{Now: oneSecond})
	addMarked(t, p, "far", "far 1")
	x := addMarked(t, p, "farther", "far 2")
	saveProject(t, p)
	edited(t, p, x.Slug(), "far 2")
	saveProject(t, p)
}

// mergeOther takes over the experiments of the other project, to be saved.
func mergeOther(t *testing.T, p *project.Project, at site) {
	for x := range openProject(t, at.other, &project.Options{Mode: project.ReadOnly}).All() {
		if err := p.Append(x); err != nil {
			t.Fatal(err)
		}
	}
}

// onDisk returns what makes one site after the other, each prepared.
func (sc scenario) onDisk(t *testing.T) func() site {
	at := func(dir string) site {
		folder := filepath.Join(dir, "runs")
		return site{filepath.Join(folder, "project.json"), filepath.Join(dir, "other", "project.json"), func() map[string]string {
			if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
				return nil
			}
			return tree(t, folder)
		}}
	}
	template := scratch(t)
	if sc.prepare != nil {
		sc.prepare(t, at(template))
	}
	return func() site {
		dir := scratch(t)
		if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
			t.Fatal(err)
		}
		return at(dir)
	}
}

// inMemory is onDisk for stores in memory.
func (sc scenario) inMemory(t *testing.T) func() site {
	return func() site {
		at := site{url: storetest.MemoryURL("runs/project.json"), other: storetest.MemoryURL("project.json")}
		at.files = func() map[string]string { return memoryTree(t, at.url) }
		if sc.prepare != nil {
			sc.prepare(t, at)
		}
		return at
	}
}

// memoryTree returns the files beside a manifest in memory.
func memoryTree(t *testing.T, url string) map[string]string {
	t.Helper()
	s, _, err := store.Open(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for info, err := range s.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		data, err := s.ReadText(t.Context(), info.Key)
		if err != nil {
			t.Fatal(err)
		}
		files[info.Key] = string(data)
	}
	return files
}

// scratch returns a folder for a test that flushes thousands of files: in
// memory where the system has a file system for that.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "lazyscribe-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// pending returns what a session shows, by mark: whether it was edited, and for
// how many artifacts the answer is not that they are still to be saved.
func pending(t *testing.T, p *project.Project) map[string]shown {
	t.Helper()
	all := map[string]shown{}
	for x := range p.All() {
		mark, err := markOf(x)
		if err != nil {
			t.Error(err)
		}
		_, edited := x.Metric("edited")
		all[mark] = shown{edited, countArtifacts(x)}
	}
	return all
}

type shown struct {
	Edited    bool
	Artifacts int
}

func countArtifacts(x *experiment.Experiment) int {
	n := 0
	for range x.Artifacts() {
		n++
	}
	for test := range x.Tests() {
		for range test.Artifacts() {
			n++
		}
	}
	return n
}

// editedMarks returns what is saved, as scenario.want has it.
func editedMarks(t *testing.T, p *project.Project) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for x := range p.All() {
		if err := readMarked(context.WithoutCancel(t.Context()), x); err != nil {
			t.Error(err)
		}
		mark, err := markOf(x)
		if _, twice := all[mark]; twice || err != nil {
			t.Error(errors.Join(err, errors.New("twice: "+mark)))
		}
		_, all[mark] = x.Metric("edited")
	}
	return all
}
