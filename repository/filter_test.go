package repository_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// R25: a filter is a read-only repository of its own.
func TestFilter(t *testing.T) {
	w := watch.New()
	url := manifestIn(t)
	r, err := repository.Open(t.Context(), url, &repository.Options{Now: w.Now})
	noError(t, err)
	log(t, r, "b", "b0", nil)
	log(t, r, "a", "a0", nil)
	log(t, r, "b", "b1", nil)
	_, err = r.FilterPicks(repository.Pick{Name: "b"})
	wantError(t, err, artifacts.ErrNotSaved)
	_, err = r.FilterAsOf(w.Now())
	wantError(t, err, artifacts.ErrNotSaved)
	save(t, r)
	_, err = r.FilterPicks(repository.Pick{Name: "b"}, repository.Pick{Name: "zz"})
	wantError(t, err, repository.ErrVersionNotFound)
	_, err = r.FilterPicks(repository.Pick{Name: "b", Version: repository.Number(7)})
	wantError(t, err, repository.ErrVersionNotFound)

	f, err := r.FilterPicks(repository.Pick{Name: "b", Version: repository.Number(0)}, repository.Pick{Name: "a"})
	noError(t, err)
	empty, err := r.FilterPicks()
	noError(t, err)
	same(t, "empty", empty.Len(), 0)
	noError(t, empty.Close())
	log(t, r, "a", "a1", nil)
	save(t, r)
	noError(t, r.Close()) // the filter goes on
	same(t, "names", f.Names(), []string{"a", "b"})
	same(t, "b", load(t, f, "b", repository.Latest()), any("b0"))
	same(t, "a", load(t, f, "a", repository.Latest()), any("a0"))
	same(t, "mode", f.Mode(), repository.ReadOnly)
	_, err = f.LogArtifact("a", 1, "json", nil)
	wantError(t, err, artifacts.ErrReadOnly)
	wantError(t, f.Save(t.Context()), artifacts.ErrReadOnly)
	if err := f.Refresh(t.Context()); err == nil || !strings.Contains(err.Error(), "part") {
		t.Errorf("refresh: got error %v", err)
	}
	again, err := f.FilterPicks(repository.Pick{Name: "b"}, repository.Pick{Name: "b"})
	noError(t, err)
	same(t, "filter of a filter", again.Len(), 2)
	noError(t, f.Close())
	same(t, "b", load(t, again, "b", repository.Latest()), any("b0"))
	noError(t, again.Close())
}

// L9, W12: an export is a repository that stands for itself.
func TestExport(t *testing.T) {
	dir := fixture.Copy(t, "h_subdirs")
	r := openAt(t, filepath.Join(dir, "repo", "repository.json"), nil)
	to := filepath.Join(dir, "exported", "here", "repository.json")
	picks := []repository.Pick{{Name: "one"}, {Name: "a/b"}, {Name: "one", Version: repository.Number(0)}}
	before := tree(t, filepath.Join(dir, "repo"))
	for range 2 { // twice in a row
		noError(t, r.Export(t.Context(), to, picks...))
	}
	same(t, "source", tree(t, filepath.Join(dir, "repo")), before)
	exported := tree(t, filepath.Dir(to))
	text := exported["repository.json"]
	delete(exported, "repository.json")
	delete(before, "repository.json")
	same(t, "files", exported, before)
	x := openAt(t, to, &repository.Options{Mode: repository.ReadOnly})
	var order []string
	for a := range x.All() {
		v := repository.Number(a.Version)
		order = append(order, a.Name+" "+v.String())
		same(t, "value", load(t, x, a.Name, v), load(t, r, a.Name, v))
	}
	same(t, "order", order, []string{"one 1", "a/b 0", "one 0"})

	// Python wrote the fixture's export; ours has the same manifest.
	noError(t, r.Export(t.Context(), filepath.Join(dir, "again", "repository.json"), repository.Pick{Name: "one", Version: repository.Number(0)}, repository.Pick{Name: "a/b"}))
	same(t, "manifest", readFile(t, filepath.Join(dir, "again", "repository.json")), readFile(t, filepath.Join(dir, "minimal", "repository.json")))

	// What is there is never written over.
	wantError(t, r.Export(t.Context(), to, picks[:2]...), artifacts.ErrExists)
	same(t, "manifest after the refusal", readFile(t, to), text)
	blocked := filepath.Join(dir, "blocked", "repository.json")
	writeFile(t, filepath.Join(dir, "blocked", "one", "mydir", "subdir", "features.json"), "something else")
	was := tree(t, filepath.Dir(blocked))
	wantError(t, r.Export(t.Context(), blocked, picks...), artifacts.ErrExists)
	same(t, "files after the refusal", tree(t, filepath.Dir(blocked)), was)
}

// An export checks digests, and leaves nothing behind when one is wrong, a file
// is missing, or something is not saved.
func TestExportRefuses(t *testing.T) {
	url := manifestIn(t)
	r := openAt(t, url, nil)
	a := log(t, r, "a", "good", nil)
	log(t, r, "b", "good too", nil)
	to := filepath.Join(t.TempDir(), "x", "repository.json")
	picks := []repository.Pick{{Name: "b"}, {Name: "a"}}
	wantError(t, r.Export(t.Context(), to, picks...), artifacts.ErrNotSaved)
	save(t, r)
	wantError(t, r.Export(t.Context(), to, repository.Pick{Name: "zz"}), repository.ErrVersionNotFound)
	writeFile(t, filepath.Join(filepath.Dir(url), "a", a.FileName), `"evil"`)
	wantError(t, r.Export(t.Context(), to, picks...), artifacts.ErrCorrupt)
	same(t, "files", tree(t, filepath.Dir(filepath.Dir(to))), nil)

	hostile := openAt(t, manifestOf(t, `[{"name": "../up", "handler": "text", "fname": "x", "created_at": "2025-01-01"}]`), nil)
	wantError(t, hostile.Export(t.Context(), to, repository.Pick{Name: "../up"}), artifacts.ErrUnsafePath)
	same(t, "files", tree(t, filepath.Dir(filepath.Dir(to))), nil)
}

// An export onto the repository itself changes nothing.
func TestExportOntoItself(t *testing.T) {
	url := manifestIn(t)
	r := openAt(t, url, nil)
	log(t, r, "a", 0, nil)
	log(t, r, "a", 1, nil)
	save(t, r)
	before := tree(t, filepath.Dir(url))
	noError(t, r.Export(t.Context(), url, repository.Pick{Name: "a", Version: repository.Number(0)}, repository.Pick{Name: "a"}))
	wantError(t, r.Export(t.Context(), url, repository.Pick{Name: "a"}), artifacts.ErrExists)
	same(t, "files", tree(t, filepath.Dir(url)), before)
}
