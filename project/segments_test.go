package project_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// inSegments is what the sessions of these tests are opened with.
func inSegments(m project.Mode) *project.Options {
	return &project.Options{Mode: m, Commit: project.CommitSegments, Now: watch.New().Now, Author: "tester"}
}

// overPlaces runs a test on the disk and in memory. files returns what is there.
func overPlaces(t *testing.T, run func(t *testing.T, url string, files func() map[string]string)) {
	t.Run("disk", func(t *testing.T) {
		dir := t.TempDir()
		run(t, filepath.Join(dir, "project.json"), func() map[string]string { return tree(t, dir) })
	})
	t.Run("memory", func(t *testing.T) {
		url := storetest.MemoryURL("project.json")
		run(t, url, func() map[string]string { return memoryTree(t, url) })
	})
}

// segmentsIn returns the names of segments among files, and of what was folded.
func segmentsIn(files map[string]string) (waiting, folded []string) {
	for name := range files {
		switch dir, base := path.Split(name); {
		case base == "":
		case dir == "project.json.d/":
			waiting = append(waiting, base)
		case dir == "project.json.d/folded/":
			folded = append(folded, base)
		}
	}
	slices.Sort(waiting)
	return waiting, folded
}

func marksIn(t *testing.T, url string) []string {
	t.Helper()
	var marks []string
	for mark := range checkMarked(t, url) {
		marks = append(marks, mark)
	}
	slices.Sort(marks)
	return marks
}

func TestSegmentsSave(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, files func() map[string]string) {
		p := openProject(t, url, inSegments(project.Append))
		for _, mark := range []string{"1", "2", "3"} {
			addMarked(t, p, "run", mark)
			if mark == "2" {
				continue // it shares the save of 3
			}
			saveProject(t, p)
		}
		waiting, folded := segmentsIn(files())
		same(t, "segments", len(waiting), 2)
		same(t, "folded", len(folded), 0)
		if _, there := files()["project.json"]; there {
			t.Error("the manifest was written")
		}
		for _, name := range waiting {
			text := files()["project.json.d/"+name]
			if !strings.HasPrefix(text, "[\n    {\n") || !strings.HasSuffix(text, "}\n]") {
				t.Errorf("segment %s is not written as a manifest is: %q", name, text)
			}
		}
		want := []string{"1", "2", "3"}
		same(t, "saved", marksIn(t, url), want)
		same(t, "in the session", p.Len(), 3)
		q := openProject(t, url, nil)
		same(t, "exists", q.Exists(), true)
		same(t, "findings", len(findings(t, q)), 0)

		report, err := q.Compact(t.Context())
		noError(t, err)
		same(t, "report", report, project.CompactReport{Segments: 2, Experiments: 3})
		waiting, folded = segmentsIn(files())
		same(t, "segments after folding", len(waiting), 0)
		same(t, "folded after folding", len(folded), 1)
		same(t, "saved after folding", marksIn(t, url), want)
		noError(t, p.Refresh(t.Context()))
		same(t, "in the session", p.Len(), 3)
		report, err = p.Compact(t.Context())
		noError(t, err)
		same(t, "second report", report, project.CompactReport{})
		before := files()
		saveAll(t, p, q)
		mustEqualTree(t, before, files(), nil)
	})
}

// The order of the manifest is that of creation, whatever order things were
// folded in.
func TestSegmentsOrder(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, files func() map[string]string) {
		now := watch.New()
		o := func(c project.CommitMode) *project.Options { return &project.Options{Commit: c, Now: now.Now} }
		p, q := openProject(t, url, o(project.CommitSegments)), openProject(t, url, o(project.CommitManifest))
		early, err := p.Begin("early")
		noError(t, err)
		now.Advance(1e9)
		logAs(t, q, "middle", nil)
		now.Advance(1e9)
		logAs(t, p, "late", nil)
		saveAll(t, q, p)
		_, err = p.Commit(early)
		noError(t, err)
		saveAll(t, p)
		want := []string{"early", "middle", "late"}
		same(t, "before folding", shortSlugs(openProject(t, url, nil)), want)
		logAs(t, q, "last", nil)
		saveAll(t, q) // folds
		waiting, _ := segmentsIn(files())
		same(t, "segments", len(waiting), 0)
		same(t, "after folding", shortSlugs(openProject(t, url, nil)), append(want, "last"))
		at := 0
		for _, name := range append(want, "last") {
			i := strings.Index(files()["project.json"], `"name": "`+name+`"`)
			if i < at {
				t.Errorf("%q is not in its place in the manifest", name)
			}
			at = i
		}
	})
}

// A session that only adds reads nothing, neither what is there nor how much.
func TestSegmentsReadNothing(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, _ func() map[string]string) {
		old := openProject(t, url, inSegments(project.ReadWrite))
		addMarked(t, old, "run", "old")
		saveProject(t, old)
		_, err := old.Compact(t.Context())
		noError(t, err)

		f := &storetest.Faulty{}
		p := openProject(t, url, project.WithFault(*inSegments(project.Append), f.Hook))
		var x *experiment.Experiment
		for i := range 3 {
			x = addMarked(t, p, "run", fmt.Sprint(i))
			saveProject(t, p)
		}
		if _, err := p.Lookup(x.Slug()); err != nil {
			t.Error(err)
		}
		for _, op := range f.Ops() {
			what, key, _ := strings.Cut(op, " ")
			if what == "list" || strings.HasPrefix(what, "open") && !strings.HasPrefix(path.Base(key), ".") || key == "project.json" {
				t.Errorf("operation %q", op)
			}
		}
		n := len(f.Ops())
		same(t, "experiments", p.Len(), 4) // now it is asked
		if len(f.Ops()) == n {
			t.Error("nothing was read in the end")
		}
		n = len(f.Ops())
		same(t, "experiments", p.Len(), 4)
		same(t, "operations of a second look", len(f.Ops()), n)
	})
}

// A project that cannot be read can still be added to, and says what is wrong
// when it is asked.
func TestSegmentsUnreadable(t *testing.T) {
	url := manifestOf(t, `{"no": "list"}`)
	p := openProject(t, url, inSegments(project.Append))
	x := addMarked(t, p, "run", "new")
	saveProject(t, p)
	same(t, "experiments", p.Len(), 1)
	_, err := p.Lookup("other")
	if syntax := (*project.SyntaxError)(nil); !errors.As(err, &syntax) {
		t.Errorf("lookup: %v", err)
	}
	if _, err := p.Lookup(x.Slug()); err != nil {
		t.Error(err)
	}
	if problems := p.Problems(); len(problems) != 1 || !strings.Contains(problems[0].Error(), "the project: ") {
		t.Errorf("problems: %v", problems)
	}
	if err := p.Refresh(t.Context()); err == nil {
		t.Error("refreshed")
	}
	noError(t, os.WriteFile(url, []byte("[]"), 0o666))
	same(t, "experiments", p.Len(), 1)
	same(t, "problems", len(p.Problems()), 0)
}

// Several saves of one project at once share a commit.
func TestSegmentsShared(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, files func() map[string]string) {
		const others = 20
		logged := make(chan struct{})
		var once sync.Once
		hook := func(op, key string) error {
			if strings.HasPrefix(key, "project.json.d/") {
				once.Do(func() { <-logged })
			}
			return nil
		}
		p := openProject(t, url, project.WithFault(*inSegments(project.Append), hook))
		addMarked(t, p, "run", "first")
		var wg sync.WaitGroup
		wg.Go(func() { saveProject(t, p) })
		var ready sync.WaitGroup
		for i := range others {
			ready.Add(1)
			wg.Go(func() {
				defer func() { saveProject(t, p) }()
				defer ready.Done()
				addMarked(t, p, "run", fmt.Sprint(i))
			})
		}
		ready.Wait()
		close(logged)
		wg.Wait()
		same(t, "saved", len(marksIn(t, url)), others+1)
		if waiting, _ := segmentsIn(files()); len(waiting) > 2 {
			t.Errorf("%d saves made %d segments, want 2", others+1, len(waiting))
		}
	})
}

// A save that waits for another one goes when its context ends.
func TestSaveWaits(t *testing.T) {
	url := storetest.MemoryURL("project.json")
	entered, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	p := openProject(t, url, project.WithFault(project.Options{}, func(op, _ string) error {
		if op == "commit" {
			once.Do(func() { close(entered); <-leave })
		}
		return nil
	}))
	addMarked(t, p, "run", "a")
	var wg sync.WaitGroup
	wg.Go(func() { saveProject(t, p) })
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantError(t, p.Save(ctx), ctx.Err())
	wantError(t, p.Refresh(ctx), ctx.Err())
	close(leave)
	wg.Wait()
}

// What changes or removes goes into the manifest, and folds.
func TestSegmentsChange(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, files func() map[string]string) {
		p := openProject(t, url, inSegments(project.ReadWrite))
		a, b := addMarked(t, p, "run", "a"), addMarked(t, p, "run", "b")
		saveProject(t, p)
		edited(t, p, a.Slug(), "a")
		addMarked(t, p, "run", "c")
		saveProject(t, p)
		waiting, _ := segmentsIn(files())
		same(t, "segments", len(waiting), 0)
		same(t, "saved", editedMarks(t, openProject(t, url, nil)), map[string]bool{"a": true, "b": false, "c": false})

		addMarked(t, p, "run", "d")
		saveProject(t, p)
		noError(t, p.Remove(b.Slug()))
		saveProject(t, p)
		same(t, "saved", marksIn(t, url), []string{"a", "c", "d"})
		d := openProject(t, url, inSegments(project.ReadWrite))
		slug := addMarked(t, d, "run", "e").Slug()
		saveProject(t, d)
		noError(t, d.Remove(slug))
		saveProject(t, d)
		same(t, "saved", marksIn(t, url), []string{"a", "c", "d"})
		mustFind(t, d, project.Orphan) // the note that was replaced
	})
}

// A crash between folding and removing the segment leaves one that adds nothing.
// An experiment that is removed then does not come back with it.
func TestSegmentsStale(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, files func() map[string]string) {
		stuck := false // segments cannot be removed
		hook := func(op, key string) error {
			if stuck && op == "remove" && path.Dir(key) == "project.json.d" && strings.HasSuffix(key, ".json") {
				return syscall.EIO
			}
			return nil
		}
		p := openProject(t, url, project.WithFault(*inSegments(project.ReadWrite), hook))
		x := addMarked(t, p, "run", "a")
		addMarked(t, p, "run", "b")
		saveProject(t, p)
		stuck = true
		_, err := p.Compact(t.Context())
		wantError(t, err, syscall.EIO)
		waiting, folded := segmentsIn(files())
		same(t, "segments", len(waiting), 1)
		same(t, "folded", len(folded), 1)
		same(t, "saved", marksIn(t, url), []string{"a", "b"})
		same(t, "findings", findings(t, openProject(t, url, nil)), map[project.FindingKind][]string{
			project.Stale: {"project.json.d/" + waiting[0]}})
		edited(t, p, x.Slug(), "a")
		saveProject(t, p) // does not mind that the segment cannot be removed
		same(t, "saved", editedMarks(t, openProject(t, url, nil)), map[string]bool{"a": true, "b": false})

		noError(t, p.Remove(x.Slug()))
		wantError(t, p.Save(t.Context()), syscall.EIO) // it must not be removed while it is there
		same(t, "saved", marksIn(t, url), []string{"a", "b"})
		q := openProject(t, url, &project.Options{Mode: project.ReadWrite})
		noError(t, q.Remove(x.Slug()))
		saveProject(t, q)
		same(t, "saved", marksIn(t, url), []string{"b"})
		waiting, _ = segmentsIn(files())
		same(t, "segments in the end", len(waiting), 0)
		report, err := q.Repair(t.Context())
		noError(t, err)
		same(t, "restored", report.Restored, nil)
		noError(t, p.Discard(x.Slug()))
	})
}

// Truncating drops what was there when the project was opened, in segments too,
// and nothing else.
func TestSegmentsTruncate(t *testing.T) {
	for _, garbage := range []bool{false, true} {
		t.Run(fmt.Sprintf("garbage=%t", garbage), func(t *testing.T) {
			url := manifestIn(t)
			old := openProject(t, url, inSegments(project.Append))
			addMarked(t, old, "run", "folded")
			saveProject(t, old)
			_, err := old.Compact(t.Context())
			noError(t, err)
			addMarked(t, old, "run", "waiting")
			saveProject(t, old)
			if garbage {
				noError(t, os.WriteFile(url, []byte("garbage"), 0o666))
			}
			p := openProject(t, url, inSegments(project.Truncate))
			same(t, "experiments", p.Len(), 0)
			addMarked(t, old, "run", "later")
			saveProject(t, old)
			addMarked(t, p, "run", "new")
			saveProject(t, p)
			same(t, "saved", marksIn(t, url), []string{"later", "new"})
			same(t, "in the session", p.Len(), 2)
			addMarked(t, p, "run", "newer")
			saveProject(t, p)
			same(t, "saved", marksIn(t, url), []string{"later", "new", "newer"})
			q := openProject(t, url, &project.Options{Mode: project.ReadWrite})
			report, err := q.Repair(t.Context())
			noError(t, err)
			same(t, "restored", report.Restored, nil)
		})
	}
}
