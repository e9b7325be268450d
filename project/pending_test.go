package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// twins returns two projects with one experiment each, the same, of which the
// second has a newer version with another metric and another file. Nothing of
// the first was looked at.
func twins(t *testing.T) (p, q *project.Project, slug string) {
	t.Helper()
	dir, now := t.TempDir(), watch.New()
	value := func(v float64) func(*experiment.Draft) error {
		return func(d *experiment.Draft) error {
			d.LogMetric("v", v)
			return d.LogArtifact("a", v, "json", &artifacts.LogOptions{Replace: true})
		}
	}
	options := project.Options{Mode: project.ReadWrite, Now: now.Now}
	p = openAt(t, filepath.Join(dir, "p", "project.json"), options)
	slug = logAs(t, p, "x", value(1)).Slug()
	saveAll(t, p)
	noError(t, os.CopyFS(filepath.Join(dir, "q"), os.DirFS(filepath.Join(dir, "p"))))
	q = openAt(t, filepath.Join(dir, "q", "project.json"), options)
	now.Advance(time.Hour)
	editAs(t, q, slug, value(2))
	saveAll(t, q)
	return openAt(t, p.URL(), options), q, slug
}

// What was handed out stays what it was when another version takes its place.
func TestHandedOutStays(t *testing.T) {
	p, q, slug := twins(t)
	x := lookUp(t, p, slug)
	noError(t, p.Append(lookUp(t, q, slug)))
	saveAll(t, p)
	before, _ := x.Metric("v")
	now, _ := lookUp(t, p, slug).Metric("v")
	same(t, "before and now", []float64{before, now}, []float64{1, 2})
}

// What is taken back has its files where they were.
func TestDiscardOfAppended(t *testing.T) {
	p, q, slug := twins(t)
	noError(t, p.Append(lookUp(t, q, slug)))
	noError(t, p.Discard(slug))
	noError(t, os.RemoveAll(filepath.Dir(q.URL())))
	same(t, "file", bytesOf(t, lookUp(t, p, slug), "a"), "1.0")
}

// An experiment that is removed can be put back from elsewhere in the same save,
// be it the same, an older or a newer version.
func TestAppendOfRemoved(t *testing.T) {
	p, q, slug := twins(t)
	for _, c := range []struct {
		to, from *project.Project
		want     string
	}{{q, p, "1.0"}, {q, p, "1.0"}, {p, q, "1.0"}} {
		x := lookUp(t, c.from, slug)
		noError(t, c.to.Remove(slug))
		noError(t, c.to.Append(x))
		saveAll(t, c.to)
		again := openAt(t, c.to.URL(), project.Options{})
		same(t, "slugs", slugsOf(again), []string{slug})
		same(t, "file", bytesOf(t, lookUp(t, again, slug), "a"), c.want)
	}
}

// An edit that had to wait is one of what is there when its turn comes.
func TestEditWaitsForRefresh(t *testing.T) {
	p, other, slug := twins(t)
	other = openAt(t, p.URL(), project.Options{Mode: project.ReadWrite})
	synctest.Test(t, func(t *testing.T) {
		turn := make(chan bool)
		first := errors.New("first")
		go func() {
			_, err := p.Edit(t.Context(), slug, func(*experiment.Draft) error { <-turn; return first })
			wantError(t, err, first)
		}()
		synctest.Wait()
		go func() {
			_, err := p.Edit(t.Context(), slug, tagging("mine"))
			if err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		editAs(t, other, slug, tagging("theirs"))
		saveAll(t, other)
		noError(t, p.Refresh(t.Context()))
		close(turn)
		synctest.Wait()
	})
	saveAll(t, p)
	same(t, "tags", lookUp(t, openAt(t, p.URL(), project.Options{}), slug).Tags(), []string{"theirs", "mine"})
}

// An experiment that was saved under another slug, which nobody knew, keeps it
// when it is edited.
func TestEditAfterUnknownRename(t *testing.T) {
	url, u := manifestIn(t), &uncertain{}
	p := openProject(t, url, project.WithFault(project.Options{Now: oneSecond}, u.hook))
	q := openProject(t, url, &project.Options{Now: oneSecond})
	taken := addMarked(t, q, "run", "theirs").Slug()
	saveProject(t, q)
	x := addMarked(t, p, "run", "mine")
	same(t, "slug", x.Slug(), taken)
	u.on = true
	wantError(t, p.Save(t.Context()), artifacts.ErrOutcomeUnknown)
	u.on = false
	editAs(t, p, taken, tagging("edited"))
	saveProject(t, p)
	slugs := slugsOf(openAt(t, url, project.Options{}))
	if len(slugs) != 2 || slugs[0] == slugs[1] || !slices.Contains(slugs, x.Slug()) {
		t.Errorf("saved %q, one of them handed out as %q", slugs, x.Slug())
	}
	checkMarked(t, url)
}

// A value that may be logged can also be read, and written again, wherever it is.
func TestEditOfDeepValues(t *testing.T) {
	var deep any = 1
	for range 900 {
		deep = []any{deep}
	}
	p := openAt(t, manifestIn(t), project.Options{})
	logAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(d.LogParameter("p", deep), d.LogTest("t", "", func(d *experiment.TestDraft) error {
			return d.LogParameter("p", deep)
		}))
	})
	saveAll(t, p)
	p = openAt(t, p.URL(), project.Options{Mode: project.ReadWrite})
	editAs(t, p, "x", tagging("again"))
	saveAll(t, p)
}

func TestNilArguments(t *testing.T) {
	p := openAt(t, manifestIn(t), project.Options{})
	if err := p.Append(nil); err == nil {
		t.Error("Append takes nil")
	}
	if _, err := p.Merge(nil); err == nil {
		t.Error("Merge takes nil")
	}
	if _, err := p.Commit(nil); err == nil {
		t.Error("Commit takes nil")
	}
	if _, err := project.OpenBucket(t.Context(), nil, "project.json", nil); err == nil {
		t.Error("OpenBucket takes nil")
	}
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		d.DependOn(nil)
		return d.LogTest("t", "", nil)
	})
	same(t, "dependencies", len(slices.Collect(x.Dependencies())), 0)
}
