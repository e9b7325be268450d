package project_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func editAs(t testing.TB, p *project.Project, slug string, fn func(*experiment.Draft) error) *experiment.Experiment {
	t.Helper()
	x, err := p.Edit(t.Context(), slug, fn)
	noError(t, err)
	return x
}

func tagging(tags ...string) func(*experiment.Draft) error {
	return func(d *experiment.Draft) error { d.Tag(tags...); return nil }
}

// P23, E7-E9: every kind of change touches last_updated and last_updated_by,
// those of tests too, unlike in Python (E17, W27). What was handed out before
// shows what it showed.
func TestEditTouches(t *testing.T) {
	changes := map[string]func(*experiment.Draft) error{
		"metric":       func(d *experiment.Draft) error { d.LogMetric("m", 2); return nil },
		"count":        func(d *experiment.Draft) error { d.LogCount("m", 2); return nil },
		"parameter":    func(d *experiment.Draft) error { return d.LogParameter("p", 2) },
		"tag":          tagging("t"),
		"no tag":       tagging(), // E9: as Python's tag() does
		"set tags":     func(d *experiment.Draft) error { d.SetTags(); return nil },
		"artifact":     func(d *experiment.Draft) error { return d.LogArtifact("new", 1, "json", nil) },
		"new test":     func(d *experiment.Draft) error { return d.LogTest("new", "", nil) },
		"edit of test": func(d *experiment.Draft) error { return d.EditTest("part", nil) },
		"dependency": func(d *experiment.Draft) error {
			d.DependOnRef(experiment.Ref{Project: "p", Slug: "other"})
			return nil
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			now := watch.New()
			p := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now, Author: "ann"})
			x := logAs(t, p, "x", func(d *experiment.Draft) error {
				d.LogMetric("m", 1)
				return d.LogTest("part", "", nil)
			})
			saveAll(t, p)
			before := dictOf(x)
			friend := openAt(t, p.URL(), project.Options{Mode: project.ReadWrite, Now: now.Now, Author: "bob"})
			now.Advance(time.Hour + time.Millisecond)
			old := lookUp(t, friend, "x")
			edited := editAs(t, friend, "x", change)
			saveAll(t, friend)

			for _, e := range []*experiment.Experiment{edited, lookUp(t, openAt(t, p.URL(), project.Options{}), "x")} {
				same(t, "times", [2]string{stampOf(e.CreatedAt()), stampOf(e.LastUpdated())},
					[2]string{"2025-03-01T10:00:00", "2025-03-01T11:00:00"})
				same(t, "authors", [2]string{e.Author(), e.LastUpdatedBy()}, [2]string{"ann", "bob"})
			}
			same(t, "handed out before", dictOf(old), before)
		})
	}
}

// What writes nothing changes nothing.
func TestEditOfNothing(t *testing.T) {
	now := watch.New()
	p := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now})
	logAs(t, p, "x", func(d *experiment.Draft) error { d.DependOnRef(experiment.Ref{Project: "p", Slug: "s"}); return nil })
	saveAll(t, p)
	before := readText(t, p.URL())
	now.Advance(time.Hour)
	for name, fn := range map[string]func(*experiment.Draft) error{
		"nil":              nil,
		"nothing":          func(*experiment.Draft) error { return nil },
		"known dependency": func(d *experiment.Draft) error { d.DependOnRef(experiment.Ref{Project: "p", Slug: "s"}); return nil },
	} {
		same(t, name, stampOf(editAs(t, p, "x", fn).LastUpdated()), "2025-03-01T10:00:00")
	}
	saveAll(t, p)
	same(t, "text", readText(t, p.URL()), before)
	_, err := p.Edit(t.Context(), "nothing", nil)
	wantError(t, err, artifacts.ErrNotFound)
	same(t, "message", err.Error(), `edit experiment "nothing": not found`)
}

// No two saved versions of an experiment have one last_updated: the larger one
// is the later one, also where the clock stands still or goes back.
func TestEditMovesTime(t *testing.T) {
	now := watch.New()
	p := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now})
	logAs(t, p, "x", nil)
	saveAll(t, p)
	steps := []struct {
		clock time.Duration
		want  string
	}{
		{0, "2025-03-01T10:00:01"}, // what it was and a second
		{0, "2025-03-01T10:00:02"},
		{-time.Hour, "2025-03-01T10:00:03"},
		{2 * time.Hour, "2025-03-01T11:00:00"},
	}
	for _, step := range steps {
		now.Advance(step.clock)
		editAs(t, p, "x", tagging("t"))
		x := editAs(t, p, "x", tagging("t")) // before a save once more makes no difference
		same(t, "last updated", stampOf(x.LastUpdated()), step.want)
		saveAll(t, p)
	}
}

// Edits of tests, by name: the last one of several (EditTest), the first in
// reading (E14).
func TestEditTest(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	logAs(t, p, "x", func(d *experiment.Draft) error {
		for _, description := range []string{"first", "second"} {
			noError(t, d.LogTest("part", description, func(td *experiment.TestDraft) error {
				td.LogMetric("m", 1)
				return errors.Join(td.LogParameter("p", 1), td.LogArtifact("a", description, "text", nil))
			}))
		}
		wantError(t, d.EditTest("part", func(td *experiment.TestDraft) error { td.LogMetric("m", 9); return errFn }), errFn)
		return nil
	})
	saveAll(t, p)
	x := editAs(t, p, "x", func(d *experiment.Draft) error {
		return d.EditTest("part", func(td *experiment.TestDraft) error {
			td.LogMetric("n", 2)
			return errors.Join(td.LogArtifact("b", "b", "text", nil), td.LogArtifact("a", "new", "text", &artifacts.LogOptions{Replace: true}))
		})
	})
	saveAll(t, p)
	for _, x := range []*experiment.Experiment{x, lookUp(t, openAt(t, path, project.Options{}), "x")} {
		var got []string
		for test := range x.Tests() {
			var text strings.Builder
			text.WriteString(test.Description())
			for name, v := range test.Metrics() {
				text.WriteString(" " + name + "=" + v.String())
			}
			for a := range test.Artifacts() {
				text.WriteString(" " + a.Name + "=" + bytesOf(t, test, a.Name))
			}
			got = append(got, text.String())
		}
		same(t, "tests", got, []string{"first m=1.0 a=first", "second m=1.0 n=2.0 a=new b=b"})
		first, _ := x.Test("part")
		same(t, "the first one", first.Description(), "first")
	}
}

// W19, P12: an edit keeps the keys it does not know and odd values it does not
// touch, on experiments, tests and artifacts.
func TestEditKeepsTheUnknown(t *testing.T) {
	const text = `[
    {"name": "x", "slug": "x-1", "short_slug": "x", "created_at": "2025-01-01T00:00:00.5+01:00", "last_updated": "2025-01-01",
     "author": null, "metrics": null, "parameters": [1], "tags": ["a", 1], "zeta": {"k": [1, 2.50]}, "alpha": null,
     "artifacts": [{"name": "a", "handler": "joblib", "created_at": "2025-01-01", "fname": "a.pkl", "plugin": {"v": 1}, "odd": true, "level": "9"}],
     "tests": [{"name": "t", "description": "", "zzz": 1, "metrics": null}, {"name": "u", "description": 5, "yyy": 2}]}
]`
	now := watch.New()
	path := manifestOf(t, text)
	p := openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now, Author: "ann"})
	same(t, "problems", len(p.Problems()), 0)
	editAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(
			d.LogArtifact("b", 1, "json", &artifacts.LogOptions{FileName: "b.json"}),
			d.EditTest("t", func(td *experiment.TestDraft) error { return td.LogParameter("p", 1) }),
		)
	})
	saveAll(t, p)
	want := `[
    {
        "alpha": null,
        "artifacts": [
            {
                "created_at": "2025-01-01",
                "fname": "a.pkl",
                "handler": "joblib",
                "level": "9",
                "name": "a",
                "odd": true,
                "plugin": {
                    "v": 1
                }
            },
            {
                "created_at": "2025-03-01T10:00:00",
                "expiry": null,
                "fname": "b.json",
                "handler": "json",
                "name": "b",
                "sha256": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
                "size": 1,
                "version": 0
            }
        ],
        "author": null,
        "created_at": "2025-01-01T00:00:00.5+01:00",
        "dependencies": [],
        "last_updated": "2025-03-01T10:00:00",
        "last_updated_by": "ann",
        "metrics": null,
        "name": "x",
        "parameters": [
            1
        ],
        "short_slug": "x",
        "slug": "x-1",
        "tags": [
            "a",
            1
        ],
        "tests": [
            {
                "artifacts": [],
                "description": "",
                "metrics": null,
                "name": "t",
                "parameters": {
                    "p": 1
                },
                "zzz": 1
            },
            {
                "description": 5,
                "name": "u",
                "yyy": 2
            }
        ],
        "zeta": {
            "k": [
                1,
                2.5
            ]
        }
    }
]`
	same(t, "text", readText(t, path), want)

	editAs(t, p, "x", func(d *experiment.Draft) error { // and what is touched gives way
		d.LogMetric("m", 1)
		d.Tag("b")
		return errors.Join(d.LogParameter("p", nil), d.EditTest("t", func(td *experiment.TestDraft) error { td.LogCount("n", 1); return nil }))
	})
	saveAll(t, p)
	got := readText(t, path)
	for _, part := range []string{`"metrics": {
            "m": 1.0
        }`, `"parameters": {
            "p": null
        }`, `"tags": [
            "a",
            "b"
        ]`, `"metrics": {
                    "n": 1
                }`} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is not in\n%s", part, got)
		}
	}
}

// A record with parts that cannot be read is not written anew: they would be
// lost. It can still be removed.
func TestEditOfProblems(t *testing.T) {
	path := manifestOf(t, listOf(
		recordText("x", "x-1", "x", "2025-01-01T00:00:00", "2025-01-01T00:00:00", `, "tests": null, "artifacts": [5]`),
		recordText("y", "y-1", "y", "2025-01-01T00:00:00", "2025-01-01T00:00:00", ""),
	))
	before := readText(t, path)
	p := openAt(t, path, project.Options{Mode: project.ReadWrite})
	_, err := p.Edit(t.Context(), "x", tagging("t"))
	want := `edit experiment "x": it has parts that cannot be read and would be lost: tests: want a list (and 1 more)`
	if err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	saveAll(t, p)
	same(t, "text", readText(t, path), before)
	noError(t, p.Remove("x"))
	saveAll(t, p)
	same(t, "left", slugsOf(p), []string{"y-1"})
}

// Edits of one experiment wait for one another, until the context ends.
func TestEditsWait(t *testing.T) {
	p := openAt(t, manifestIn(t), project.Options{})
	logAs(t, p, "x", nil)
	editAs(t, p, "x", func(*experiment.Draft) error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := p.Edit(ctx, "x", tagging("inner"))
		wantError(t, err, context.Canceled)
		return nil
	})
	done := make(chan error, 8)
	for range cap(done) {
		go func() {
			_, err := p.Edit(t.Context(), "x", func(d *experiment.Draft) error {
				d.Tag("t")
				return nil
			})
			done <- err
		}()
	}
	for range cap(done) {
		noError(t, <-done)
	}
	same(t, "tags", len(lookUp(t, p, "x").Tags()), cap(done))
}
