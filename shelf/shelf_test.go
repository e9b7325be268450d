package shelf_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// pointDigest is that of "1 2", from sha256sum.
const pointDigest = "sha256:f71998fe363b9c29116c80b5eecf33a2fedca3b6159724384485804b71651029"

func TestOneFile(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		s := newShelf(t)
		url := at(folder, "deep/best.pt")
		m := mustPut(t, s, url, point{1, 2})
		want := &shelf.Manifest{Handler: "point", Type: "shelf_test.point", Files: []shelf.File{{Name: "best.pt", Size: 3, Digest: pointDigest}}, Put: m.Put}
		if diff := cmp.Diff(want, m); diff != "" {
			t.Errorf("manifest (-want +got):\n%s", diff)
		}
		if got := text(t, folder, "deep/best.pt"); got != "1 2" {
			t.Errorf("the file has %q", got)
		}
		if got := mustGet[point](t, s, url); got != (point{1, 2}) {
			t.Errorf("got %v", got)
		}
		stat, err := s.Stat(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, stat); diff != "" {
			t.Errorf("Stat (-want +got):\n%s", diff)
		}
		if time.Since(m.Put) > time.Hour || m.Put.Location() != time.UTC {
			t.Errorf("put at %v", m.Put)
		}
		// Again, in its place.
		mustPut(t, s, url, point{-3, 0.5})
		if got := mustGet[point](t, s, url); got != (point{-3, 0.5}) {
			t.Errorf("got %v after the second put", got)
		}
		if diff := cmp.Diff([]string{".shelf/best.pt.json", "best.pt"}, keys(t, at(folder, "deep"))); diff != "" {
			t.Errorf("files (-want +got):\n%s", diff)
		}
		if list := puts(t, at(folder, "deep"), "best.pt"); len(list) != 1 || list[0]["pending"] != nil {
			t.Errorf("manifest names %v", list)
		}
		if err := s.Remove(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if left := keys(t, folder); len(left) > 0 {
			t.Errorf("left after Remove: %q", left)
		}
		_, err = shelf.Get[point](t.Context(), s, url, nil)
		if !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, artifacts.ErrNotFound) {
			t.Errorf("after Remove: %v", err)
		}
		if _, err := s.Stat(t.Context(), url); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Stat after Remove: %v", err)
		}
		if err := s.Remove(t.Context(), url); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("second Remove: %v", err)
		}
	})
}

func TestSeveralFiles(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		s := newShelf(t)
		url := at(folder, "novel")
		first := book{"title": "A", "part/a.json": "1", "part/b.json": "2", "other/a.json": "3"}
		m := mustPut(t, s, url+"", first)
		if len(m.Files) != 4 || !m.Several || m.Size() != 4 || !strings.HasPrefix(m.Digest(), "sha256:") {
			t.Errorf("manifest %+v", m)
		}
		want := []string{".shelf/novel.json", "novel/other/a.json", "novel/part/a.json", "novel/part/b.json", "novel/title"}
		if diff := cmp.Diff(want, keys(t, folder)); diff != "" {
			t.Errorf("files (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(first, mustGet[book](t, s, url)); diff != "" {
			t.Errorf("value (-want +got):\n%s", diff)
		}
		stat, err := s.Stat(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, stat); diff != "" {
			t.Errorf("Stat (-want +got):\n%s", diff)
		}
		// A shorter one leaves nothing of the longer one, and one of no files at
		// all is a value too.
		for _, next := range []book{{"title": "B"}, {"title": "C", "part/a.json": "4"}, {}} {
			m := mustPut(t, s, url, next)
			if diff := cmp.Diff(next, mustGet[book](t, s, url)); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			if all := keys(t, folder); len(all) != len(next)+1 || len(m.Files) != len(next) {
				t.Errorf("files %q for %v", all, next)
			}
		}
		mustPut(t, s, url, first)
		if err := s.Remove(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if left := keys(t, folder); len(left) > 0 {
			t.Errorf("left after Remove: %q", left)
		}
		if _, err := shelf.Get[book](t.Context(), s, url, nil); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("after Remove: %v", err)
		}
	})
}

// A file and a folder of files are not put in each other's place.
func TestFormsDoNotMix(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		s := newShelf(t)
		url := at(folder, "x")
		mustPut(t, s, url, point{1, 2})
		if _, err := shelf.Put(t.Context(), s, url, book{"a": "b"}, nil); !errors.Is(err, artifacts.ErrExists) {
			t.Errorf("several over one: %v", err)
		}
		if _, err := shelf.Get[book](t.Context(), s, url, nil); !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), "shelf_test.point") {
			t.Errorf("several got from one: %v", err)
		}
		if got := mustGet[point](t, s, url); got != (point{1, 2}) {
			t.Errorf("got %v", got)
		}
		if err := s.Remove(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		mustPut(t, s, url, book{"a": "b"})
		if _, err := shelf.Put(t.Context(), s, url, point{1, 2}, nil); !errors.Is(err, artifacts.ErrExists) {
			t.Errorf("one over several: %v", err)
		}
		if _, err := shelf.Get[point](t.Context(), s, url, nil); !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), "shelf_test.book") {
			t.Errorf("one got from several: %v", err)
		}
		if diff := cmp.Diff(book{"a": "b"}, mustGet[book](t, s, url)); diff != "" {
			t.Errorf("value (-want +got):\n%s", diff)
		}
	})
}

// What somebody else put there has no manifest.
func TestWithoutManifest(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		s := newShelf(t)
		ctx := t.Context()
		overwrite(t, folder, "theirs.json", `{"Name": "n"}`)
		url := at(folder, "theirs.json")
		if got := mustGet[named](t, s, url); got.Name != "n" {
			t.Errorf("got %+v", got)
		}
		m, err := s.Stat(ctx, url)
		if err != nil || m.Handler != "" || m.Size() != 13 || m.Digest() != "" {
			t.Errorf("Stat %+v, %v", m, err)
		}
		natural, err := s.GetAny(ctx, url, nil)
		if object, ok := natural.(map[string]any); err != nil || !ok || object["Name"] != "n" {
			t.Errorf("GetAny %v, %v", natural, err)
		}
		var byAlias named
		if err := s.GetAs(ctx, url, "json", &byAlias, nil); err != nil || byAlias.Name != "n" {
			t.Errorf("GetAs %+v, %v", byAlias, err)
		}
		overwrite(t, folder, "unknown.end", `?`)
		if _, err := s.GetAny(ctx, at(folder, "unknown.end"), nil); !errors.Is(err, artifacts.ErrUnknownHandler) {
			t.Errorf("GetAny of an unknown suffix: %v", err)
		}
		// Several files may be those of a put that never came to its end.
		overwrite(t, folder, "novel/title", "A")
		overwrite(t, folder, "novel/part/a", "1")
		if _, err := shelf.Get[book](ctx, s, at(folder, "novel"), nil); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("several files without a manifest: %v", err)
		}
		got, err := shelf.Get[book](ctx, s, at(folder, "novel"), &shelf.GetOptions{NoManifest: true})
		if diff := cmp.Diff(book{"title": "A", "part/a": "1"}, got); err != nil || diff != "" {
			t.Errorf("NoManifest (-want +got):\n%s%v", diff, err)
		}
		if _, err := shelf.Get[book](ctx, s, at(folder, "none"), &shelf.GetOptions{NoManifest: true}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("NoManifest of nothing: %v", err)
		}
		// A put over them makes them the shelf's.
		mustPut(t, s, url, named{Name: "mine"})
		if got := mustGet[named](t, s, url); got.Name != "mine" {
			t.Errorf("got %+v", got)
		}
		mustPut(t, s, at(folder, "novel"), book{"title": "B"})
		if diff := cmp.Diff(book{"title": "B"}, mustGet[book](t, s, at(folder, "novel"))); diff != "" {
			t.Errorf("value (-want +got):\n%s", diff)
		}
	})
}
