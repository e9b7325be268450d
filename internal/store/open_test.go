package store_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

func TestOpenURL(t *testing.T) {
	t.Chdir(t.TempDir())
	abs, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ url, key, file, shown string }{
		{"project.json", "project.json", "project.json", "project.json"},
		{"./here.json", "here.json", "here.json", "here.json"},
		{"a/b/project.json", "project.json", "a/b/project.json", "a/b/project.json"},
		{"a/../c/project.json", "project.json", "c/project.json", "c/project.json"},
		{abs + "/p.json", "p.json", "p.json", abs + "/p.json"},
		{"file://rel/p.json", "p.json", "rel/p.json", "rel/p.json"},
		{"file://p2.json", "p2.json", "p2.json", "p2.json"},
		{"FILE://" + abs + "/up.json", "up.json", "up.json", abs + "/up.json"},
		// Python cuts these; a path is taken as it is.
		{"#1.json", "#1.json", "#1.json", "#1.json"},
		{"a?b.json", "a?b.json", "a?b.json", "a?b.json"},
		{"a;v=1.json", "a;v=1.json", "a;v=1.json", "a;v=1.json"},
		{"100%25.json", "100%25.json", "100%25.json", "100%25.json"},
		{"file://x#y.json", "x#y.json", "x#y.json", "x#y.json"},
		{"~/p.json", "p.json", "~/p.json", "~/p.json"},
		{"c:p.json", "c:p.json", "c:p.json", "c:p.json"},
		{"http:/p.json", "p.json", "http:/p.json", "http:/p.json"},
	} {
		if runtime.GOOS == "windows" && strings.ContainsAny(c.file, `?:`) {
			continue // not names of files there
		}
		s, key, err := store.Open(t.Context(), c.url, nil)
		if err != nil {
			t.Errorf("%q: %v", c.url, err)
			continue
		}
		if key != c.key || s.URL(key) != filepath.FromSlash(c.shown) {
			t.Errorf("%q: key %q, shown as %q", c.url, key, s.URL(key))
		}
		if _, err := storetest.Increment(t.Context(), s, key, nil); err != nil {
			t.Errorf("%q: %v", c.url, err)
		}
		if text, err := os.ReadFile(filepath.Join(abs, filepath.FromSlash(c.file))); string(text) != "1" {
			t.Errorf("%q: %s has %q, %v", c.url, c.file, text, err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%q: close: %v", c.url, err)
		}
	}
}

func TestOpenFails(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("folder", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("file", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ url, message string }{
		{"", `open store "": empty path`},
		{"file://", `open store "file://": empty path`},
		{"folder", `open store "folder": is a directory: name the manifest in it`},
		{"folder/", `open store "folder/": is a folder: name the manifest in it`},
		{".", `open store ".": unsafe path`},
		{"folder/..", `open store "folder/..": unsafe path`},
		{"/", `open store "/": is a folder: name the manifest in it`},
		{"file/p.json", `open store "file/p.json": folder "file": not a directory`},
		{"file/sub/p.json", `open store "file/sub/p.json": folder "file/sub": not a directory`},
		{".p.json.lock", `open store ".p.json.lock": unsafe path`},
		{"s3://bucket/p.json", `open store "s3://bucket/p.json": unsupported operation: the program has no driver for s3://: ` +
			`import _ "github.com/lazyscribe-go/lazyscribe/drivers/s3" (the lazyscribe command has all)`},
		{"GS://bucket/p.json", `open store "GS://bucket/p.json": unsupported operation: the program has no driver for gs://: ` +
			`import _ "github.com/lazyscribe-go/lazyscribe/drivers/gcs" (the lazyscribe command has all)`},
		{"azblob://c/p.json", `open store "azblob://c/p.json": unsupported operation: the program has no driver for azblob://: ` +
			`import _ "github.com/lazyscribe-go/lazyscribe/drivers/azure" (the lazyscribe command has all)`},
		{"http://host/p.json", `open store "http://host/p.json": unsupported operation scheme "http": a path, file://, mem://, s3://, gs:// and azblob:// are known`},
		{"mem://", `open store "mem://": want mem://name/manifest`},
		{"mem://name", `open store "mem://name": want mem://name/manifest`},
		{"mem://name/", `open store "mem://name/": want mem://name/manifest`},
		{"mem://name/a/", `open store "mem://name/a/": want mem://name/manifest`},
		{"mem:///p.json", `open store "mem:///p.json": want mem://name/manifest`},
		{"mem://name/../p.json", `open store "mem://name/../p.json": unsafe path`},
	} {
		s, _, err := store.Open(t.Context(), c.url, nil)
		if err == nil {
			t.Errorf("%q opened as %v", c.url, s)
			continue
		}
		if runtime.GOOS != "windows" && err.Error() != c.message {
			t.Errorf("got  %s\nwant %s", err, c.message)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := store.Open(ctx, "p.json", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("opened after the end: %v", err)
	}
}

// TestNothingIsMade opens and reads a project that is not there, and edits it in
// vain: no trace is left.
func TestNothingIsMade(t *testing.T) {
	top := t.TempDir()
	s := open(t, filepath.Join(top, "a", "b", "project.json"), nil)
	defer s.Close()
	if _, err := s.ReadText(t.Context(), "project.json"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("read: %v", err)
	}
	for range s.List(t.Context(), "") {
		t.Error("something is listed")
	}
	if err := s.Remove(t.Context(), "x/y"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("remove: %v", err)
	}
	if err := s.Move(t.Context(), "x/y", "x/z"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("move: %v", err)
	}
	broken := errors.New("broken")
	for _, result := range []error{nil, broken} {
		err := s.Update(t.Context(), "project.json", nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
			return nil, result
		})
		if err != result {
			t.Errorf("update: %v", err)
		}
	}
	if diff := cmp.Diff([]string{}, tree(t, top)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestChdir changes the working directory after a store was opened by a
// relative path: it stays where it was.
func TestChdir(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	t.Chdir(first)
	s := open(t, "project.json", nil)
	defer s.Close()
	t.Chdir(second)
	if _, err := s.Create(t.Context(), "run/a", func(io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"run/", "run/a"}, tree(t, first)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMemoryIsShared(t *testing.T) {
	url := storetest.MemoryURL("p.json")
	for i, want := range []string{"1", "2"} {
		s := open(t, url, nil)
		if _, err := storetest.Increment(t.Context(), s, "p.json", nil); err != nil {
			t.Fatal(err)
		}
		text, err := s.ReadText(t.Context(), "p.json")
		if err != nil || string(text) != want {
			t.Errorf("opened %d times: %q, %v", i+1, text, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// The store is the manifest's folder: a nested one is a part of it.
	outer := open(t, url, nil)
	inner, key, err := store.Open(t.Context(), strings.TrimSuffix(url, "p.json")+"sub/dir/q.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != "q.json" || inner.URL("run/a") != strings.TrimSuffix(url, "p.json")+"sub/dir/run/a" {
		t.Errorf("key %q, URL %q", key, inner.URL("run/a"))
	}
	if _, err := inner.Create(t.Context(), "run/a", func(io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := outer.Stat(t.Context(), "sub/dir/run/a"); err != nil {
		t.Error(err)
	}
}

// tree returns what is in a folder, by relative path; folders end in a slash.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	names := []string{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if e.IsDir() {
			rel += "/"
		}
		names = append(names, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
