package shelf_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

var errEncode = errors.New("cannot encode")

// failing are ways for a codec to fail after it has written something.
var failing = map[string]struct {
	write func(ctx context.Context, out shelf.Out) error
	want  error  // or
	text  string // in the message
}{
	"error": {func(_ context.Context, out shelf.Out) error {
		return errors.Join(writeFile(out, "a", strings.Repeat("a", 200_000)), errEncode)
	}, errEncode, "cannot encode"},
	"panic":            {func(_ context.Context, out shelf.Out) error { _ = writeFile(out, "a", "a"); panic("torn page") }, nil, "the codec panicked: torn page"},
	"panic with error": {func(_ context.Context, out shelf.Out) error { _ = writeFile(out, "a", "a"); panic(errEncode) }, errEncode, "the codec panicked"},
	"left open": {func(_ context.Context, out shelf.Out) error {
		w, err := out.Create("a")
		_, _ = io.WriteString(w, "a")
		return err
	}, nil, "has not closed file"},
	"cancelled": {func(ctx context.Context, out shelf.Out) error {
		_ = writeFile(out, "a", "a")
		return context.Cause(ctx)
	}, context.Canceled, "context canceled"},
}

// A put that fails leaves what was there, and nothing else.
func TestPutFails(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		emptyTemp(t)
		for _, several := range []bool{false, true} {
			for name, c := range failing {
				ctx, cancel := context.WithCancel(t.Context())
				kind := shelf.Kind[string]{
					Format: artifacts.Format{Alias: "word"}, Several: several,
					Write: func(ctx context.Context, out shelf.Out, word string) error {
						if word == "sound" {
							return writeFile(out, "a", word)
						}
						if name == "cancelled" {
							cancel()
						}
						return c.write(ctx, out)
					},
					Read: func(_ context.Context, in shelf.In) (string, error) { return readFile(in, in.Names()[0]) },
				}
				r := new(shelf.Registry)
				shelf.MustRegister(r, kind, nil)
				s := shelf.New(&shelf.Options{Registry: r, NoSync: true})
				fresh := at(folder, fmt.Sprintf("fresh-%t-%s", several, strings.ReplaceAll(name, " ", "-")))
				there := strings.Replace(fresh, "fresh", "there", 1)
				mustPut(t, s, there, "sound")
				before := keys(t, folder)
				for _, url := range []string{fresh, there} {
					_, err := shelf.Put(ctx, s, url, "broken", nil)
					if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
						t.Errorf("%s, several %t: %v", name, several, err)
					}
				}
				cancel()
				if diff := cmp.Diff(before, keys(t, folder)); diff != "" {
					t.Errorf("%s, several %t: files (-before +after):\n%s", name, several, diff)
				}
				if got := mustGet[string](t, s, there); got != "sound" {
					t.Errorf("%s, several %t: got %q", name, several, got)
				}
			}
		}
	})
}

// Files that are not what the manifest says are never a value.
func TestCorrupt(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		s, ctx := newShelf(t), t.Context()
		one, several := at(folder, "p"), at(folder, "novel")
		for _, broken := range []string{"1 3", "1", "1 2 ", ""} {
			mustPut(t, s, one, point{1, 2})
			overwrite(t, folder, "p", broken)
			if got, err := shelf.Get[point](ctx, s, one, nil); !errors.Is(err, artifacts.ErrCorrupt) || got != (point{}) {
				t.Errorf("%q: %v, %v", broken, got, err)
			}
			mustPut(t, s, several, book{"a": "1 2"})
			m, err := s.Stat(ctx, several)
			if err != nil {
				t.Fatal(err)
			}
			overwrite(t, folder, where(t, folder, "novel")+m.Files[0].Name, broken)
			if got, err := shelf.Get[book](ctx, s, several, nil); !errors.Is(err, artifacts.ErrCorrupt) || got != nil {
				t.Errorf("%q: %v, %v", broken, got, err)
			}
		}
		// A file that is gone is not there, whatever the manifest says.
		st := at(folder, "novel")
		mustPut(t, s, st, book{"a": "1", "b": "2"})
		removeFile(t, folder, where(t, folder, "novel")+"b")
		if _, err := shelf.Get[book](ctx, s, st, nil); !errors.Is(err, artifacts.ErrNotFound) {
			t.Errorf("a file is gone: %v", err)
		}
		// A put makes it sound again.
		mustPut(t, s, st, book{"c": "3"})
		if diff := cmp.Diff(book{"c": "3"}, mustGet[book](t, s, st)); diff != "" {
			t.Errorf("value (-want +got):\n%s", diff)
		}
	})
}

// A codec that reads a part only, or does not heed errors, is not believed.
func TestLazyCodec(t *testing.T) {
	folder := t.TempDir()
	r := new(shelf.Registry)
	shelf.MustRegister(r, shelf.Kind[string]{
		Format: artifacts.Format{Alias: "head"}, Several: true,
		Write: func(_ context.Context, out shelf.Out, s string) error { return writeFile(out, "a", s) },
		Read: func(_ context.Context, in shelf.In) (string, error) {
			f, err := in.Open("a")
			if err != nil {
				return "", err
			}
			first := make([]byte, 1)
			_, err = f.Read(first)
			return string(first), err // and does not close it
		},
	}, nil)
	s := shelf.New(&shelf.Options{Registry: r, NoSync: true})
	url := filepath.Join(folder, "x")
	mustPut(t, s, url, "abc")
	if got := mustGet[string](t, s, url); got != "a" {
		t.Errorf("got %q", got)
	}
	if err := os.WriteFile(filepath.Join(url, "a"), []byte("abd"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.Get[string](t.Context(), s, url, nil); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("damaged behind what is read: %v", err)
	}
}

func TestDigest(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		s, ctx := newShelf(t), t.Context()
		one, several, plain := at(folder, "p"), at(folder, "novel"), at(folder, "plain")
		first, novel := mustPut(t, s, one, point{1, 2}), mustPut(t, s, several, book{"a": "1"})
		overwrite(t, folder, "plain", "1 2")
		for url, digest := range map[string]string{one: pointDigest, plain: pointDigest} {
			if got, err := shelf.Get[point](ctx, s, url, &shelf.GetOptions{Digest: digest}); err != nil || got != (point{1, 2}) {
				t.Errorf("%s: %v, %v", url, got, err)
			}
		}
		if _, err := shelf.Get[book](ctx, s, several, &shelf.GetOptions{Digest: novel.Digest()}); err != nil {
			t.Error(err)
		}
		mustPut(t, s, one, point{1, 3})
		mustPut(t, s, several, book{"a": "2"})
		overwrite(t, folder, "plain", "1 3")
		for url, digest := range map[string]string{one: first.Digest(), plain: pointDigest} {
			if _, err := shelf.Get[point](ctx, s, url, &shelf.GetOptions{Digest: digest}); !errors.Is(err, artifacts.ErrCorrupt) {
				t.Errorf("%s has changed: %v", url, err)
			}
		}
		if _, err := shelf.Get[book](ctx, s, several, &shelf.GetOptions{Digest: novel.Digest()}); !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("several have changed: %v", err)
		}
		if _, err := shelf.Get[point](ctx, s, one, &shelf.GetOptions{Digest: "abc"}); err == nil {
			t.Error("what is no digest is taken")
		}
	})
}

// The digest of several files can be had with sha256sum: that of the lines
// "sha256:… size name" of all.
func TestDigestOfSeveral(t *testing.T) {
	m := shelf.Manifest{Several: true, Files: []shelf.File{
		{Name: "a", Size: 3, Digest: pointDigest},
		{Name: "b/c", Size: 3, Digest: pointDigest},
	}}
	const want = "sha256:a70dae80a4c770d65fe12853c5440a21325d1f64fdc81dc2c343bd3808483003"
	if got := m.Digest(); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}
