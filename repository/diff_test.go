package repository_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// twoVersions returns a repository with two versions of "a" in JSON.
func twoVersions(t *testing.T, from, to string) *repository.Repository {
	t.Helper()
	r := openAt(t, manifestIn(t), nil)
	for _, text := range []string{from, to} {
		_, err := r.LogArtifact("a", text, "", &artifacts.LogOptions{Handler: artifacts.Text{}})
		noError(t, err)
	}
	save(t, r)
	return r
}

func TestDiffStructure(t *testing.T) {
	type changes = []repository.Change
	raw := func(s string) []byte {
		if s == "" {
			return nil
		}
		return []byte(s)
	}
	change := func(path, from, to string) repository.Change {
		return repository.Change{Path: path, Old: raw(from), New: raw(to)}
	}
	for _, c := range []struct {
		from, to string
		want     changes
	}{
		{`{"a": 1}`, `{ "a":1 }`, nil},
		{`1E2`, `100.0`, nil},
		{`[NaN]`, `[NaN]`, nil},
		{`1`, `1.0`, changes{change("", "1", "1.0")}},
		{`{"a": 1}`, `[1]`, changes{change("", `{"a": 1}`, `[1]`)}},
		{`{"b": 1, "a": 2}`, `{"c": null, "a": 3}`, changes{change("a", "2", "3"), change("b", "1", ""), change("c", "", "null")}},
		{`{"opt": {"layers": [1, 2, {"x": 3}]}}`, `{"opt": {"layers": [1, 2, {"x": 4}, 5]}}`, changes{change("opt.layers[2].x", "3", "4"), change("opt.layers[3]", "", "5")}},
		{`[1, [2, 3]]`, `[[2], 1]`, changes{change("[0]", "1", "[2]"), change("[1]", "[2, 3]", "1")}},
		{`[1, 2]`, `[1]`, changes{change("[1]", "2", "")}},
		{`{"a b": {"": 1}}`, `{"a b": {"": Infinity}}`, changes{change(`["a b"][""]`, "1", "Infinity")}},
	} {
		got, err := twoVersions(t, c.from, c.to).DiffStructure(t.Context(), "a", repository.Number(0), repository.Number(1))
		noError(t, err)
		same(t, c.from+" and "+c.to, got, c.want)
	}
	_, err := twoVersions(t, "1", "no JSON").DiffStructure(t.Context(), "a", repository.Number(0), repository.Latest())
	if err == nil || !strings.Contains(err.Error(), `handler "text"`) || !strings.Contains(err.Error(), "version 1") {
		t.Errorf("got error %v", err)
	}
}

// R21: the older one comes first, but for the latest one asked for as such.
func TestDiffOrder(t *testing.T) {
	w := watch.New()
	r := openAt(t, manifestIn(t), &repository.Options{Now: w.Now})
	for i, text := range []string{"zero", "one", "two"} {
		_, err := r.LogArtifact("a", text, "text", &artifacts.LogOptions{TTL: time.Duration(3-i) * time.Hour})
		noError(t, err)
		w.Advance(time.Second)
	}
	_, err := r.Diff(t.Context(), "a", repository.Number(0), repository.Number(1))
	wantError(t, err, artifacts.ErrNotSaved) // R22
	save(t, r)
	w.Advance(time.Hour) // two has expired, the latest is one
	for _, c := range []struct {
		a, b     repository.Version
		from, to string
	}{
		{repository.Number(0), repository.Number(2), "zero", "two"},
		{repository.Number(2), repository.Number(0), "zero", "two"},
		{repository.Number(0), repository.Latest(), "zero", "one"},
		{repository.Number(2), repository.Latest(), "two", "one"},
	} {
		got, err := r.Diff(t.Context(), "a", c.a, c.b)
		noError(t, err)
		same(t, c.a.String()+" "+c.b.String(), got, "--- \n\n+++ \n\n@@ -1 +1 @@\n\n-"+c.from+"\n+"+c.to)
	}
	got, err := r.Diff(t.Context(), "a", repository.Latest(), repository.Latest())
	noError(t, err)
	same(t, "of one version", got, "")
}

// What cannot be compared says why.
func TestDiffRefuses(t *testing.T) {
	r := openAt(t, manifestIn(t), nil)
	_, err := r.LogArtifact("bin", 1, "gob", nil)
	noError(t, err)
	a := log(t, r, "json", 1, nil)
	save(t, r)
	_, err = r.Diff(t.Context(), "bin", repository.Number(0), repository.Latest())
	if wantError(t, err, repository.ErrBinary); !strings.Contains(err.Error(), `handler "gob"`) {
		t.Errorf("got error %v", err)
	}
	_, err = r.Diff(t.Context(), "zz", repository.Number(0), repository.Latest())
	wantError(t, err, repository.ErrVersionNotFound)
	writeFile(t, filepath.Join(filepath.Dir(r.URL()), "json", a.FileName), "2")
	_, err = r.Diff(t.Context(), "json", repository.Number(0), repository.Latest())
	wantError(t, err, artifacts.ErrCorrupt)

	url := manifestOf(t, `[{"name": "a", "handler": "nope", "fname": "x", "created_at": "2025-01-01"}, {"name": "b", "handler": "text", "fname": "x", "created_at": "2025-01-01"}]`)
	writeFile(t, filepath.Join(filepath.Dir(url), "b", "x"), "\xff")
	foreign := openAt(t, url, nil)
	_, err = foreign.Diff(t.Context(), "a", repository.Number(0), repository.Latest())
	wantError(t, err, artifacts.ErrUnknownHandler)
	_, err = foreign.Diff(t.Context(), "b", repository.Number(0), repository.Latest())
	wantError(t, err, artifacts.ErrCorrupt)
}
