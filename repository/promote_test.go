package repository_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

var _ repository.Source = (*experiment.Experiment)(nil)

// run logs an experiment with one artifact in JSON; w is its clock.
func run(t *testing.T, p *project.Project, name string, value any, o *artifacts.LogOptions) *experiment.Experiment {
	t.Helper()
	x, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error { return d.LogArtifact(name, value, "json", o) })
	noError(t, err)
	return x
}

func openProject(t *testing.T, url string, w *watch.Watch, mode project.Mode) *project.Project {
	t.Helper()
	p, err := project.Open(t.Context(), url, &project.Options{Mode: mode, Now: w.Now, Author: "ann"})
	noError(t, err)
	t.Cleanup(func() { noError(t, p.Close()) })
	return p
}

// X1-X13: from experiments in all their states, into repositories of the same
// and of another store.
func TestPromote(t *testing.T) {
	for _, saved := range []bool{false, true} {
		for _, elsewhere := range []string{"", "mem://promote" + t.Name() + fmt.Sprint(saved) + "/repository.json"} {
			t.Run(fmt.Sprintf("saved %v %s", saved, elsewhere), func(t *testing.T) {
				w := watch.New()
				url := manifestIn(t)
				projectURL := filepath.Join(filepath.Dir(url), "project.json")
				p := openProject(t, projectURL, w, project.Append)
				x := run(t, p, "model", "first", &artifacts.LogOptions{FileName: "deep/er/model.json", TTL: time.Hour})
				if saved {
					noError(t, p.Save(t.Context()))
					var err error
					x, err = openProject(t, projectURL, w, project.ReadOnly).Lookup("run")
					noError(t, err)
				}
				if elsewhere != "" {
					url = elsewhere
				}
				r := openAt(t, url, &repository.Options{Now: w.Now})
				w.Advance(time.Minute)
				a, err := r.Promote(t.Context(), x, "model")
				noError(t, err)
				if !r.Pending() || r.Exists() {
					t.Error("the promotion is not pending")
				}
				save(t, r)
				a, err = r.Current(a)
				noError(t, err)
				same(t, "promoted", a, artifacts.Artifact{
					Name: "model", FileName: "deep/er/model.json", Handler: "json", // W12: folders are kept
					CreatedAt: moment(t, "2025-03-01T10:00:00"), Expiry: moment(t, "2025-03-01T11:00:00"),
					SHA256: "de5f2cbf4c10a0d146f2a671aac363e8640fefc469ad42ac25364f19e4bc194f", Size: 7,
				})
				same(t, "value", load(t, openAt(t, url, &repository.Options{Now: w.Now}), "model", repository.Latest()), any("first"))
				if !saved { // X6: the experiment's stays to be saved
					noError(t, p.Save(t.Context()))
					same(t, "experiment", must(artifacts.Load[string](t.Context(), x, "model", nil))(t), "first")
				}
			})
		}
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		noError(t, err)
		return v
	}
}

// X2, X3, W10, W11: what is newer, and which number it gets.
func TestPromoteNewness(t *testing.T) {
	w := watch.New()
	start := w.Now()
	p := openProject(t, filepath.Join(t.TempDir(), "project.json"), w, project.Append)
	at := func(seconds float64, value any) *experiment.Experiment {
		w.Set(start.Add(time.Duration(seconds * float64(time.Second))))
		return run(t, p, "a", value, nil)
	}
	early, half, same1, other1, late := at(0, "early"), at(10.9, "ten"), at(10.1, "ten"), at(10.2, "TEN"), at(20, "late")
	noError(t, p.Save(t.Context()))

	r := openAt(t, manifestIn(t), &repository.Options{Now: w.Now})
	promote := func(x *experiment.Experiment, want int) {
		t.Helper()
		a, err := r.Promote(t.Context(), x, "a")
		noError(t, err)
		same(t, "number", a.Version, want)
	}
	refuse := func(x *experiment.Experiment, want error) {
		t.Helper()
		n := r.Len()
		_, err := r.Promote(t.Context(), x, "a")
		wantError(t, err, want)
		same(t, "versions", r.Len(), n)
	}
	promote(half, 0)
	refuse(half, repository.ErrNotNewer)  // pending
	refuse(same1, repository.ErrNotNewer) // the same second, the same content
	save(t, r)
	refuse(half, repository.ErrNotNewer) // saved
	refuse(early, repository.ErrNotNewer)
	promote(other1, 1) // the same second, other content
	refuse(same1, repository.ErrNotNewer)
	noError(t, r.SetExpiry("a", repository.Number(1), start))
	noError(t, r.SetExpiry("a", repository.Number(0), time.Time{}))
	promote(late, 2) // W11: number 1 is expired, and still a number
	noError(t, r.SetExpiry("a", repository.Number(0), start))
	noError(t, r.SetExpiry("a", repository.Number(2), start))
	refuse(late, repository.ErrExpired) // X5
	save(t, r)
	same(t, "values", []any{load(t, r, "a", repository.Number(0)), load(t, r, "a", repository.Number(1)), load(t, r, "a", repository.Number(2))}, []any{"ten", "TEN", "late"})
}

// W10, Python: no digest is known, so the contents are compared.
func TestPromoteWithoutDigests(t *testing.T) {
	w := watch.New()
	dir := fixture.Copy(t, "h_subdirs")
	x, err := openProject(t, filepath.Join(dir, "proj", "project.json"), w, project.ReadOnly).Lookup("e")
	noError(t, err)
	r := openAt(t, filepath.Join(dir, "repo", "repository.json"), &repository.Options{Now: w.Now, Handlers: withPickle(t)})
	_, err = r.Promote(t.Context(), x, "one") // version 1 is a day younger
	wantError(t, err, repository.ErrNotNewer)

	fresh := openAt(t, filepath.Join(t.TempDir(), "repository.json"), &repository.Options{Now: w.Now, Handlers: withPickle(t)})
	for _, name := range []string{"one", "two", "dot", "dbl", "sp", "noext", "pk", "slash name/with dir"} {
		a, err := fresh.Promote(t.Context(), x, name)
		noError(t, err)
		_, err = fresh.Promote(t.Context(), x, name)
		wantError(t, err, repository.ErrNotNewer)
		save(t, fresh)
		_, err = fresh.Promote(t.Context(), x, name)
		wantError(t, err, repository.ErrNotNewer)
		var want strings.Builder
		noError(t, x.WriteArtifact(t.Context(), name, &want))
		same(t, name, bytesOf(t, fresh, name, repository.Latest()), want.String())
		now := find(t, fresh, name, repository.Latest())
		same(t, "file of "+name, now.FileName, a.FileName)
		same(t, "size of "+name, now.Size, int64(want.Len()))
	}
	_, err = fresh.Promote(t.Context(), x, "up") // its file is beside its folder
	wantError(t, err, artifacts.ErrUnsafePath)
	same(t, "names", len(fresh.Names()), 8)
}

// What cannot be promoted is refused and leaves nothing.
func TestPromoteRefuses(t *testing.T) {
	w := watch.New()
	p := openProject(t, filepath.Join(t.TempDir(), "project.json"), w, project.Append)
	x := run(t, p, "a", 1, nil)
	named := run(t, p, "repository.json", 1, nil)
	noError(t, p.Save(t.Context()))
	url := manifestIn(t)

	_, err := openAt(t, url, nil).Promote(t.Context(), x, "zz")
	wantError(t, err, artifacts.ErrNotFound) // X1
	_, err = openAt(t, url, nil).Promote(t.Context(), named, "repository.json")
	wantError(t, err, artifacts.ErrUnsafePath) // W17
	source := &counting{Source: x}
	_, err = openAt(t, url, &repository.Options{Mode: repository.ReadOnly}).Promote(t.Context(), source, "a")
	wantError(t, err, artifacts.ErrReadOnly) // W13
	if source.written != 0 {
		t.Error("something was copied for a read-only repository")
	}
	same(t, "files", len(tree(t, filepath.Dir(filepath.Dir(url)))), 0)
}

// counting counts how often its files are asked for.
type counting struct {
	repository.Source
	written int
	damage  bool
}

func (c *counting) WriteArtifact(ctx context.Context, name string, w io.Writer) error {
	c.written++
	if c.damage {
		return fmt.Errorf("on the way: %w", artifacts.ErrCorrupt)
	}
	return c.Source.WriteArtifact(ctx, name, w)
}

// A copy that turns out to be damaged is not saved; a good source is copied once.
func TestPromoteChecksDigests(t *testing.T) {
	w := watch.New()
	p := openProject(t, filepath.Join(t.TempDir(), "project.json"), w, project.Append)
	x := run(t, p, "a", 1, nil)
	noError(t, p.Save(t.Context()))
	url := manifestIn(t)
	r := openAt(t, url, nil)
	source := &counting{Source: x, damage: true}
	_, err := r.Promote(t.Context(), source, "a")
	noError(t, err)
	same(t, "copied before the save", source.written, 0)
	err = r.Save(t.Context())
	wantError(t, err, artifacts.ErrIncomplete)
	wantError(t, err, artifacts.ErrCorrupt)
	same(t, "names", openAt(t, url, nil).Names(), nil)
	source.damage = false
	save(t, r)
	same(t, "copies", source.written, 2)
	same(t, "value", load(t, r, "a", repository.Latest()), any(int64(1)))

	y := run(t, p, "b", 1, nil) // no digest is known: it is read, and fails, at once
	_, err = r.Promote(t.Context(), &counting{Source: y, damage: true}, "b")
	wantError(t, err, artifacts.ErrCorrupt)
	if r.Pending() {
		t.Error("what could not be read is pending")
	}
}

// W14: a file of that name is in the repository already.
func TestPromoteTakenFile(t *testing.T) {
	w := watch.New()
	p := openProject(t, filepath.Join(t.TempDir(), "project.json"), w, project.Append)
	first := run(t, p, "a", "first", &artifacts.LogOptions{FileName: "a.json"})
	w.Advance(time.Second)
	second := run(t, p, "a", "second", &artifacts.LogOptions{FileName: "a.json"})
	r := openAt(t, manifestIn(t), nil)
	for _, x := range []*experiment.Experiment{first, second} {
		_, err := r.Promote(t.Context(), x, "a")
		noError(t, err)
		save(t, r)
	}
	for n, want := range []string{"first", "second"} {
		same(t, "value", load(t, r, "a", repository.Number(n)), any(want))
	}
}

// A value that is gone is an error of the save, which can be settled.
func TestPromoteFromClosedProject(t *testing.T) {
	w := watch.New()
	url := filepath.Join(t.TempDir(), "project.json")
	p, err := project.Open(t.Context(), url, &project.Options{Now: w.Now})
	noError(t, err)
	x := run(t, p, "saved", 1, nil)
	noError(t, p.Save(t.Context()))
	y := run(t, p, "unsaved", 2, nil)
	r := openAt(t, manifestIn(t), nil)
	for _, x := range []*experiment.Experiment{x, y} {
		for a := range x.Artifacts() {
			_, err := r.Promote(t.Context(), x, a.Name)
			noError(t, err)
		}
	}
	noError(t, p.Close())
	if err := r.Save(t.Context()); err != nil && !errors.Is(err, artifacts.ErrIncomplete) {
		t.Errorf("got error %v", err)
	}
	same(t, "what was not saved was read at once", load(t, r, "unsaved", repository.Latest()), any(int64(2)))
}

// The environment goes along, whether the experiment was saved or not.
func TestPromoteKeepsTheEnvironment(t *testing.T) {
	w := watch.New()
	p := openProject(t, filepath.Join(t.TempDir(), "project.json"), w, project.Append)
	log := func() *experiment.Experiment {
		x, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error { return d.LogArtifact("a", []string{"x"}, "gob", nil) })
		noError(t, err)
		w.Advance(time.Second)
		return x
	}
	saved := log()
	noError(t, p.Save(t.Context()))
	unsaved := log()
	r := openAt(t, manifestIn(t), nil)
	for n, x := range []*experiment.Experiment{saved, unsaved} {
		_, err := r.Promote(t.Context(), x, "a")
		noError(t, err)
		save(t, r)
		a := find(t, r, "a", repository.Number(n))
		if a.Environment["gob_type"] != "[]string" || a.Environment["go_version"] == "" {
			t.Errorf("environment %v", a.Environment)
		}
		got, err := repository.Load[[]string](t.Context(), r, "a", nil)
		noError(t, err)
		same(t, "value", got, []string{"x"})
	}
}
