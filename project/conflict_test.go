package project_test

import (
	"errors"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// two opens one project twice, with an experiment "x" in it. The clocks are
// one.
func two(t testing.TB, policy project.ConflictPolicy) (mine, theirs *project.Project, now *watch.Watch) {
	t.Helper()
	now = watch.New()
	path := manifestIn(t)
	mine = openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now, Author: "ann", OnConflict: policy})
	logAs(t, mine, "x", func(d *experiment.Draft) error { return d.LogArtifact("a", "first", "text", nil) })
	saveAll(t, mine)
	theirs = openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now, Author: "bob"})
	return mine, theirs, now
}

// W6: two changes of one experiment are not joined. Nothing is written, and what
// was changed here is still pending.
func TestConflict(t *testing.T) {
	mine, theirs, now := two(t, project.FailOnConflict)
	now.Advance(time.Minute)
	editAs(t, mine, "x", tagging("mine"))
	logAs(t, mine, "new", nil)
	now.Advance(time.Minute)
	editAs(t, theirs, "x", tagging("theirs"))
	saveAll(t, theirs)
	before := readText(t, mine.URL())

	for _, err := range []error{mine.Save(t.Context()), mine.Refresh(t.Context())} {
		wantError(t, err, artifacts.ErrConflict)
		conflict := new(project.ConflictError)
		if !errors.As(err, &conflict) {
			t.Fatalf("error %v is no ConflictError", err)
		}
		same(t, "conflict", *conflict, project.ConflictError{
			Slug: "x-20250301100000", Mine: now.Now().Add(-time.Minute), MineBy: "ann", Theirs: now.Now(), TheirsBy: "bob",
		})
		same(t, "message", conflict.Error(), `experiment "x-20250301100000": changed by another writer: `+
			`bob changed it at 2025-03-01T10:02:00, ann at 2025-03-01T10:01:00`)
	}
	same(t, "text", readText(t, mine.URL()), before)
	same(t, "still mine", lookUp(t, mine, "x").Tags(), []string{"mine"})

	noError(t, mine.Discard("x"))
	same(t, "discarded", len(lookUp(t, mine, "x").Tags()), 0)
	noError(t, mine.Refresh(t.Context()))
	same(t, "refreshed", lookUp(t, mine, "x").Tags(), []string{"theirs"})
	editAs(t, mine, "x", tagging("mine"))
	saveAll(t, mine)
	last := openAt(t, mine.URL(), project.Options{})
	same(t, "tags", lookUp(t, last, "x").Tags(), []string{"theirs", "mine"})
	same(t, "experiments", shortSlugs(last), []string{"x", "new"})
}

func TestConflictWithRemoval(t *testing.T) {
	mine, theirs, now := two(t, project.KeepNewest) // a removal has no time to compare
	editAs(t, mine, "x", tagging("mine"))
	noError(t, theirs.Remove("x"))
	saveAll(t, theirs)
	err := mine.Save(t.Context())
	conflict := new(project.ConflictError)
	if !errors.As(err, &conflict) {
		t.Fatalf("error %v is no ConflictError", err)
	}
	same(t, "conflict", *conflict, project.ConflictError{
		Slug: "x-20250301100000", Removed: true, Mine: now.Now().Add(time.Second), MineBy: "ann"})
	same(t, "message", conflict.Error(), `experiment "x-20250301100000": changed by another writer: `+
		`removed, while ann changed it at 2025-03-01T10:00:01`)
	noError(t, mine.Discard("x"))
	saveAll(t, mine)
	noError(t, mine.Refresh(t.Context()))
	same(t, "left", mine.Len(), 0)
}

// A removal here meets a change there.
func TestRemovalConflict(t *testing.T) {
	mine, theirs, now := two(t, project.FailOnConflict)
	noError(t, mine.Remove("x"))
	editAs(t, theirs, "x", tagging("theirs"))
	saveAll(t, theirs)
	now.Advance(time.Hour)
	conflict := new(project.ConflictError)
	if err := mine.Save(t.Context()); !errors.As(err, &conflict) {
		t.Fatalf("error %v is no ConflictError", err)
	}
	same(t, "conflict", *conflict, project.ConflictError{
		Slug: "x-20250301100000", Mine: now.Now(), MineBy: "ann", Theirs: now.Now().Add(-time.Hour + time.Second), TheirsBy: "bob"})
	noError(t, mine.Discard("x"))
	saveAll(t, mine)
	same(t, "tags", lookUp(t, mine, "x").Tags(), []string(nil))
	noError(t, mine.Refresh(t.Context()))
	same(t, "tags", lookUp(t, mine, "x").Tags(), []string{"theirs"})
	noError(t, mine.Remove("x"))
	saveAll(t, mine)
	same(t, "left", mine.Len(), 0)

	mine, theirs, _ = two(t, project.FailOnConflict) // both removed it: that is no conflict
	noError(t, mine.Remove("x"))
	noError(t, theirs.Remove("x"))
	saveAll(t, theirs, mine)
	same(t, "left", mine.Len(), 0)
}

// KeepNewest keeps the change with the larger last_updated, theirs on a tie.
func TestKeepNewest(t *testing.T) {
	for name, test := range map[string]struct {
		mine time.Duration // after theirs
		want string
	}{
		"mine":   {time.Second, "mine"},
		"theirs": {-time.Second, "theirs"},
		"tie":    {0, "theirs"},
	} {
		t.Run(name, func(t *testing.T) {
			mine, theirs, now := two(t, project.KeepNewest)
			now.Advance(time.Hour)
			editAs(t, theirs, "x", tagging("theirs"))
			saveAll(t, theirs)
			now.Advance(test.mine)
			x := editAs(t, mine, "x", tagging("mine"))
			saveAll(t, mine)
			same(t, "saved", lookUp(t, openAt(t, mine.URL(), project.Options{}), "x").Tags(), []string{test.want})
			same(t, "looked up", lookUp(t, mine, "x").Tags(), []string{test.want})
			same(t, "handed out", x.Tags(), []string{"mine"})
			editAs(t, mine, "x", tagging("later"))
			saveAll(t, mine)
			same(t, "edited again", lookUp(t, openAt(t, mine.URL(), project.Options{}), "x").Tags(), []string{test.want, "later"})
		})
	}
}

// An edit under way whose experiment is changed by a Refresh meanwhile fails.
func TestEditOvertaken(t *testing.T) {
	mine, theirs, _ := two(t, project.FailOnConflict)
	editAs(t, theirs, "x", tagging("theirs"))
	saveAll(t, theirs)
	_, err := mine.Edit(t.Context(), "x", func(d *experiment.Draft) error {
		d.Tag("mine")
		return mine.Refresh(t.Context())
	})
	conflict := new(project.ConflictError)
	if !errors.As(err, &conflict) || conflict.Removed {
		t.Fatalf("got error %v", err)
	}
	_, err = mine.Edit(t.Context(), "x", func(d *experiment.Draft) error {
		d.Tag("mine")
		return mine.Remove("x")
	})
	if !errors.As(err, &conflict) || !conflict.Removed {
		t.Fatalf("got error %v", err)
	}
}

// Python adds keys to artifacts and drops those it does not know, and spells
// numbers its own way. That is no change.
func TestNoConflictWithPython(t *testing.T) {
	mine, _, _ := two(t, project.FailOnConflict)
	before := readText(t, mine.URL())
	editAs(t, mine, "x", tagging("mine"))
	noError(t, mine.Save(t.Context()))
	after := readText(t, mine.URL())

	mine, _, _ = two(t, project.FailOnConflict)
	editAs(t, mine, "x", tagging("mine"))
	writeLikePython(t, mine.URL(), before)
	noError(t, mine.Save(t.Context()))
	same(t, "text", readText(t, mine.URL()), after)
}

// Refresh shows what others saved and keeps what is pending here.
func TestRefresh(t *testing.T) {
	mine, theirs, now := two(t, project.FailOnConflict)
	old := lookUp(t, mine, "x")
	logAs(t, mine, "pending", nil)
	now.Advance(time.Second)
	logAs(t, theirs, "theirs", nil)
	editAs(t, theirs, "x", tagging("theirs"))
	saveAll(t, theirs)
	noError(t, mine.Refresh(t.Context()))
	same(t, "experiments", shortSlugs(mine), []string{"x", "pending", "theirs"})
	same(t, "tags", lookUp(t, mine, "x").Tags(), []string{"theirs"})
	same(t, "handed out before", len(old.Tags()), 0)
	saveAll(t, mine)
	same(t, "saved", shortSlugs(openAt(t, mine.URL(), project.Options{})), []string{"x", "pending", "theirs"})
}

// Discard takes back what was not saved.
func TestDiscard(t *testing.T) {
	mine, _, _ := two(t, project.FailOnConflict)
	before := readText(t, mine.URL())
	logAs(t, mine, "new", func(d *experiment.Draft) error {
		return d.LogArtifact("a", "x", "text", &artifacts.LogOptions{Now: true})
	})
	noError(t, mine.Discard("new"))
	same(t, "contains", mine.Contains("new"), false)
	editAs(t, mine, "x", tagging("edited"))
	noError(t, mine.Discard("x"))
	same(t, "tags", len(lookUp(t, mine, "x").Tags()), 0)
	noError(t, mine.Remove("x"))
	same(t, "contains", mine.Contains("x"), false)
	noError(t, mine.Discard("x"))
	noError(t, mine.Remove("x"))
	noError(t, mine.Discard("x-20250301100000"))
	noError(t, mine.Discard("x")) // nothing to take back
	wantError(t, mine.Discard("new"), artifacts.ErrNotFound)
	same(t, "length", mine.Len(), 1)
	saveAll(t, mine)
	same(t, "text", readText(t, mine.URL()), before)
}
