package project_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue/rescuetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// While a session waits with artifacts it could not save, others may add these,
// or change the experiment otherwise. The session goes on all the same.
func TestRescueCompletedElsewhere(t *testing.T) {
	retry := func(t *testing.T, q *project.Project, names ...string) {
		t.Helper()
		rescued := rescuedOf(t, q)
		for _, name := range names {
			_, err := q.Retry(t.Context(), rescued[name].ID, nil)
			noError(t, err)
		}
	}
	for name, elsewhere := range map[string]func(t *testing.T, q *project.Project, slug string){
		"One":   func(t *testing.T, q *project.Project, _ string) { retry(t, q, "table") },
		"Other": func(t *testing.T, q *project.Project, _ string) { retry(t, q, "rows") },
		"Both":  func(t *testing.T, q *project.Project, _ string) { retry(t, q, "rows", "table") },
		"Edit": func(t *testing.T, q *project.Project, slug string) {
			editAs(t, q, slug, tagging("theirs"))
			saveAll(t, q)
		},
	} {
		for _, works := range []bool{true, false} {
			for _, refresh := range []bool{false, true} {
				t.Run(name, func(t *testing.T) {
					url, trouble := manifestIn(t), new(rescuetest.Trouble)
					trouble.Encode(rescuetest.Break)
					p := openAt(t, url, fragileOptions(trouble))
					x := logFragile(t, p, "run")
					wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)

					q := openAt(t, url, fragileOptions(nil))
					elsewhere(t, q, x.Slug())
					logAs(t, p, "next", nil)
					if works {
						trouble.Encode(nil)
					}
					if refresh {
						noError(t, p.Refresh(t.Context()))
					}
					if err := p.Save(t.Context()); errors.Is(err, artifacts.ErrIncomplete) {
						same(t, "incomplete", works || name == "Both", false)
					} else {
						noError(t, err)
						same(t, "complete", works || name == "Both", true)
					}
					q = openAt(t, url, fragileOptions(nil))
					same(t, "experiments", slugsOf(q), []string{x.Slug(), "next-20250601120000"})
					retry(t, q, slices.Collect(maps.Keys(rescuedOf(t, q)))...)
					mustHaveFragile(t, lookUp(t, q, x.Slug()))
					if name == "Edit" {
						same(t, "tags", lookUp(t, q, x.Slug()).Tags(), []string{"theirs"})
					}
					same(t, "kept", keptFiles(t, url), map[string]string{})
					mustFind(t, q)
					trouble.Encode(nil)
					saveAll(t, p) // whatever it still waits for is there
					mustHaveFragile(t, x)
					mustFind(t, p)
				})
			}
		}
	}
}

// What does not go together is a conflict as ever, and nothing is lost.
func TestRescueConflicts(t *testing.T) {
	for name, c := range map[string]struct {
		mine, theirs func(*experiment.Draft) error
	}{
		"OtherArtifact": {nil, func(d *experiment.Draft) error { return d.LogArtifact("table", 1, "json", nil) }},
		"EditHere":      {tagging("mine"), tagging("theirs")},
	} {
		t.Run(name, func(t *testing.T) {
			url, trouble := manifestIn(t), new(rescuetest.Trouble)
			trouble.Encode(rescuetest.Break)
			p := openAt(t, url, fragileOptions(trouble))
			x := logFragile(t, p, "run")
			wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
			kept := keptFiles(t, url)
			q := openAt(t, url, fragileOptions(nil))
			editAs(t, q, x.Slug(), c.theirs)
			saveAll(t, q)
			if c.mine != nil {
				editAs(t, p, x.Slug(), c.mine)
			}
			trouble.Encode(nil)
			logAs(t, p, "next", nil)
			wantError(t, p.Save(t.Context()), artifacts.ErrConflict)
			same(t, "kept", keptFiles(t, url), kept)
			wantError(t, x.LoadArtifact(t.Context(), "table", new(string), nil), artifacts.ErrNotSaved)
			mustFind(t, q, project.Rescued)
		})
	}
}

// An edit that was under way when the manifest was read again must not undo what
// the other writer did.
func TestRejoinedDuringEdit(t *testing.T) {
	url, trouble := manifestIn(t), new(rescuetest.Trouble)
	trouble.Encode(rescuetest.Break)
	p := openAt(t, url, fragileOptions(trouble))
	x := logFragile(t, p, "run")
	wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
	_, err := p.Edit(t.Context(), x.Slug(), func(d *experiment.Draft) error {
		q := openAt(t, url, fragileOptions(nil))
		editAs(t, q, x.Slug(), tagging("theirs"))
		saveAll(t, q)
		noError(t, p.Refresh(t.Context()))
		d.Tag("mine")
		return nil
	})
	wantError(t, err, artifacts.ErrConflict)
	trouble.Encode(nil)
	saveAll(t, p)
	same(t, "tags", x.Tags(), []string{"theirs"})
	mustHaveFragile(t, x)
}

// A project that came of a merge keeps values where it is saved.
func TestRescueOfMerged(t *testing.T) {
	url, trouble := manifestIn(t), new(rescuetest.Trouble)
	p := openAt(t, url, fragileOptions(trouble))
	logAs(t, p, "mine", nil)
	saveAll(t, p)
	other := openAt(t, manifestIn(t), fragileOptions(nil))
	logAs(t, other, "theirs", nil)
	saveAll(t, other)
	m, err := p.Merge(other)
	noError(t, err)
	t.Cleanup(func() { noError(t, m.Close()) })
	x := logFragile(t, m, "run")
	trouble.Encode(rescuetest.Break)
	wantError(t, m.Save(t.Context()), artifacts.ErrIncomplete)
	q := openAt(t, url, fragileOptions(nil))
	for _, r := range rescuedOf(t, q) {
		_, err := q.Retry(t.Context(), r.ID, nil)
		noError(t, err)
	}
	mustHaveFragile(t, lookUp(t, q, x.Slug()))
}
