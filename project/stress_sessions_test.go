package project_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// session opens a project for everything, under a name, with a clock that is
// some seconds behind oneSecond.
func session(t *testing.T, url, author string, late int, policy project.ConflictPolicy) *project.Project {
	t.Helper()
	return openProject(t, url, &project.Options{Mode: project.ReadWrite, Author: author, OnConflict: policy,
		Now: func() time.Time { return oneSecond().Add(time.Duration(late) * time.Second) }})
}

// twoSessions returns two sessions on a project that has the experiments "one"
// and "two".
func twoSessions(t *testing.T, policy project.ConflictPolicy) (url string, ann, bob *project.Project) {
	t.Helper()
	url = filepath.Join(t.TempDir(), "project.json")
	p := session(t, url, "eve", 0, project.FailOnConflict)
	addMarked(t, p, "one", "first")
	addMarked(t, p, "two", "second")
	saveProject(t, p)
	return url, session(t, url, "ann", 100, policy), session(t, url, "bob", 200, policy)
}

// edit sets a metric and replaces an artifact.
func edit(t *testing.T, p *project.Project, slug, value string) {
	t.Helper()
	_, err := p.Edit(t.Context(), slug, func(d *experiment.Draft) error {
		return errors.Join(
			d.LogParameter("by", value),
			d.LogArtifact("note", value, "text", &artifacts.LogOptions{Replace: true}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// mustHave checks whose edit an experiment shows, "" for none.
func mustHave(t *testing.T, p *project.Project, slug, want string) {
	t.Helper()
	x, err := p.Lookup(slug)
	if err != nil {
		t.Fatal(err)
	}
	note, err := artifacts.Load[string](t.Context(), x, "note", nil)
	var by string
	if perr := x.Parameter("by", &by); want == "" && errors.Is(perr, artifacts.ErrNotFound) {
		if err != nil || !strings.Contains(note, "line of") {
			t.Errorf("note of %q is %q, error %v", slug, note, err)
		}
		return
	}
	if err != nil || by != want || note != want {
		t.Errorf("experiment %q has the edit of %q and the note %q (error %v), want %q", slug, by, note, err, want)
	}
}

func TestSessionsEditApart(t *testing.T) {
	url, ann, bob := twoSessions(t, project.FailOnConflict)
	edit(t, ann, "one", "ann")
	edit(t, bob, "two", "bob")
	saveProject(t, ann)
	saveProject(t, bob)
	for _, p := range []*project.Project{bob, openProject(t, url, nil)} {
		mustHave(t, p, "one", "ann")
		mustHave(t, p, "two", "bob")
	}
	mustFind(t, bob, project.Orphan) // the notes that were replaced
}

func TestSessionsConflict(t *testing.T) {
	url, ann, bob := twoSessions(t, project.FailOnConflict)
	edit(t, ann, "one", "ann")
	edit(t, bob, "one", "bob")
	fresh := addMarked(t, bob, "three", "third")
	saveProject(t, ann)

	before := tree(t, filepath.Dir(url))
	for range 2 { // it does not go away by itself
		err := bob.Save(t.Context())
		var conflict *project.ConflictError
		if !errors.As(err, &conflict) || !errors.Is(err, artifacts.ErrConflict) {
			t.Fatalf("got error %v, want a conflict", err)
		}
		want := project.ConflictError{Slug: "one-20250601120000",
			Mine: oneSecond().Add(200 * time.Second), MineBy: "bob",
			Theirs: oneSecond().Add(100 * time.Second), TheirsBy: "ann"}
		if *conflict != want {
			t.Errorf("got conflict %+v, want %+v", *conflict, want)
		}
		for _, part := range []string{"one-20250601120000", "ann", "bob", "2025-06-01T12:03:20", "2025-06-01T12:01:40"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("error %q does not name %q", err, part)
			}
		}
	}
	mustEqualTree(t, before, tree(t, filepath.Dir(url)), nil)
	if err := fresh.LoadArtifact(t.Context(), "note", new(string), nil); !errors.Is(err, artifacts.ErrNotSaved) {
		t.Errorf("load of a pending artifact: %v", err)
	}

	// Nothing of either is lost: bob's edit is still there to be made again.
	x, err := bob.Lookup("one")
	if err != nil {
		t.Fatal(err)
	}
	var by string
	if err := x.Parameter("by", &by); err != nil || by != "bob" {
		t.Errorf("pending edit is %q, error %v", by, err)
	}
	if err := errors.Join(bob.Discard("one"), bob.Refresh(t.Context())); err != nil {
		t.Fatal(err)
	}
	mustHave(t, bob, "one", "ann")
	edit(t, bob, "one", "bob")
	saveProject(t, bob)
	p := openProject(t, url, nil)
	mustHave(t, p, "one", "bob")
	mustHave(t, p, "two", "")
	if third, err := p.Lookup("three"); err != nil {
		t.Error(err)
	} else if err := readMarked(t.Context(), third); err != nil {
		t.Error(err)
	}
	mustFind(t, p, project.Orphan)
}

func TestSessionsKeepNewest(t *testing.T) {
	url, ann, bob := twoSessions(t, project.KeepNewest)
	for _, slug := range []string{"one", "two"} {
		edit(t, ann, slug, "ann")
		edit(t, bob, slug, "bob")
	}
	saveProject(t, bob) // the newer one first
	saveProject(t, ann)
	for _, p := range []*project.Project{ann, bob, openProject(t, url, nil)} {
		mustHave(t, p, "one", "bob")
		mustHave(t, p, "two", "bob")
	}
	edit(t, ann, "one", "ann") // made upon bob's, so it is the newer one
	edit(t, bob, "two", "bob again")
	saveProject(t, ann)
	saveProject(t, bob)
	p := openProject(t, url, nil)
	mustHave(t, p, "one", "ann")
	mustHave(t, p, "two", "bob again")
	mustFind(t, p, project.Orphan)
}

func TestSessionsRemove(t *testing.T) {
	url, ann, bob := twoSessions(t, project.FailOnConflict)
	edit(t, ann, "one", "ann")
	if err := bob.Remove("one"); err != nil {
		t.Fatal(err)
	}
	saveProject(t, ann)
	var conflict *project.ConflictError
	if err := bob.Save(t.Context()); !errors.As(err, &conflict) || conflict.Removed || conflict.TheirsBy != "ann" {
		t.Errorf("removal of what was changed: %v", err)
	}
	mustHave(t, openProject(t, url, nil), "one", "ann")

	if err := bob.Discard("one"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(bob.Refresh(t.Context()), bob.Remove("one")); err != nil {
		t.Fatal(err)
	}
	edit(t, ann, "one", "ann again")
	saveProject(t, bob)
	if err := ann.Save(t.Context()); !errors.As(err, &conflict) || !conflict.Removed || conflict.MineBy != "ann" {
		t.Errorf("change of what was removed: %v", err)
	}
	if openProject(t, url, nil).Contains("one") {
		t.Error("the experiment is back")
	}
}
