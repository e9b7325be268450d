package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func set(s string) store.Edit {
	return func(context.Context, []byte, bool, bool) (store.Text, error) { return store.Text{[]byte(s)}, nil }
}

func mustMkdir(t *testing.T, path ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(path...), 0o777); err != nil {
		t.Fatal(err)
	}
}

func mustWrite(t *testing.T, content string, path ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(path...), []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, want string, path ...string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(path...))
	if err != nil || string(got) != want {
		t.Errorf("%s has %q, %v; want %q", filepath.Join(path...), got, err, want)
	}
}

// TestLocalFiles looks at what is in the folder after a save: the files, the
// lock, and nothing else.
func TestLocalFiles(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "project.json"), nil)
	defer s.Close()
	for _, key := range []string{"run/a", "run/test/b"} {
		if _, err := s.Create(t.Context(), key, text("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Update(t.Context(), "project.json", nil, set("[]")); err != nil {
		t.Fatal(err)
	}
	want := []string{".project.json.lock", "project.json", "run/", "run/a", "run/test/", "run/test/b"}
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Removing takes the folders that became empty, and never the store's own.
	for _, key := range []string{"run/test/b", "run/a", "project.json"} {
		if err := s.Remove(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{".project.json.lock"}, tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLocalErrors has what people put in the wrong place.
func TestLocalErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	mustMkdir(t, "p", "run", "folder")
	mustMkdir(t, "p", "m.json")
	mustWrite(t, "x", "p", "file")
	s := open(t, "p/project.json", nil)
	defer s.Close()
	for _, c := range []struct {
		message string
		is      error
		do      func(ctx context.Context) error
	}{
		{`open "p/run/folder": is a directory`, syscall.EISDIR, func(ctx context.Context) error {
			_, err := s.Open(ctx, "run/folder")
			return err
		}},
		{`stat "p/run/folder": is a directory`, syscall.EISDIR, func(ctx context.Context) error {
			_, err := s.Stat(ctx, "run/folder")
			return err
		}},
		{`remove "p/run/folder": is a directory`, syscall.EISDIR, func(ctx context.Context) error {
			return s.Remove(ctx, "run/folder")
		}},
		{`create "p/run/folder": already exists`, artifacts.ErrExists, func(ctx context.Context) error {
			_, err := s.Create(ctx, "run/folder", text("x"))
			return err
		}},
		{`create "p/file/a": stat: not a directory`, syscall.ENOTDIR, func(ctx context.Context) error {
			_, err := s.Create(ctx, "file/a", text("x"))
			return err
		}},
		{`update "p/m.json": open: is a directory`, syscall.EISDIR, func(ctx context.Context) error {
			return s.Update(ctx, "m.json", nil, set("x"))
		}},
		{`move "p/file" to "p/run/folder": already exists`, artifacts.ErrExists, func(ctx context.Context) error {
			return s.Move(ctx, "run/folder", "file")
		}},
		{`move "p/run/folder" to "p/new": stat: is a directory`, syscall.EISDIR, func(ctx context.Context) error {
			return s.Move(ctx, "new", "run/folder")
		}},
	} {
		err := c.do(t.Context())
		if err == nil || err.Error() != c.message || !errors.Is(err, c.is) {
			t.Errorf("got  %v\nwant %s", err, c.message)
		}
	}
	want := []string{".m.json.lock", "file", "m.json/", "run/", "run/folder/"}
	if diff := cmp.Diff(want, tree(t, "p")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLeftovers finds the files of a writer that died and leaves alone those of
// one that lives.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "project.json"), nil)
	defer s.Close()
	old := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	mustMkdir(t, dir, "run")
	for _, name := range []string{".lazyscribe-tmp-A", "run/.lazyscribe-tmp-B", "run/plain"} {
		mustWrite(t, "x", dir, name)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Create(t.Context(), "run/alive", func(w io.Writer) error {
		leftovers := func() []string {
			keys := []string{}
			for info, err := range s.Leftovers(t.Context(), old.Add(time.Hour)) {
				if err != nil {
					t.Fatal(err)
				}
				keys = append(keys, info.Key)
			}
			return keys
		}
		keys := leftovers()
		if diff := cmp.Diff([]string{".lazyscribe-tmp-A", "run/.lazyscribe-tmp-B"}, keys); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, key := range keys {
			if err := s.RemoveLeftover(t.Context(), key); err != nil {
				t.Error(err)
			}
		}
		if keys := leftovers(); len(keys) > 0 {
			t.Errorf("still there: %q", keys)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"run/", "run/alive", "run/plain"}, tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestClosed uses a store after Close, and a file that was opened before.
func TestClosed(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "project.json"), nil)
	if _, err := s.Create(t.Context(), "a", text("abc")); err != nil {
		t.Fatal(err)
	}
	f, err := s.Open(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if got, err := io.ReadAll(f); err != nil || string(got) != "abc" {
		t.Errorf("read %q, %v", got, err)
	}
	if _, err := s.Open(t.Context(), "a"); !errors.Is(err, os.ErrClosed) {
		t.Errorf("open: %v", err)
	}
	if err := s.Update(t.Context(), "m", nil, set("x")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("update: %v", err)
	}
	if _, err := s.Create(t.Context(), "b", text("x")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("create: %v", err)
	}
}

// TestOrder checks what is flushed, and when: a file before it has its name,
// the folder that names it after that, new folders before any file in them, and
// all of it before the manifest.
func TestOrder(t *testing.T) {
	f := &storetest.Faulty{}
	s := open(t, filepath.Join(t.TempDir(), "project.json"), &store.Options{Fault: f.Hook})
	defer s.Close()
	if _, err := s.Create(t.Context(), "run/test/a", text("x")); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), "project.json", nil, set("[]")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"mkdir run", "syncdir .", "mkdir run/test", "syncdir run",
		"create run/test/a", "write run/test/a", "sync run/test/a", "link run/test/a", "remove run/test/a", "syncdir run/test",
		"lock project.json", "create project.json", "write project.json", "sync project.json", "rename project.json", "syncdir .",
	}
	var got []string
	for _, op := range f.Ops() {
		if op[:5] != "stat " && op[:5] != "open " {
			got = append(got, op)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A second file needs no more than itself and its folder.
	before := f.Count()
	if _, err := s.Create(t.Context(), "run/test/b", text("x")); err != nil {
		t.Fatal(err)
	}
	got = slices.DeleteFunc(f.Ops()[before:], func(op string) bool { return op == "stat run/test/b" })
	want = []string{"create run/test/b", "write run/test/b", "sync run/test/b", "link run/test/b", "remove run/test/b", "syncdir run/test"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoSync(t *testing.T) {
	f := &storetest.Faulty{}
	s := open(t, filepath.Join(t.TempDir(), "project.json"), &store.Options{NoSync: true, Fault: f.Hook})
	defer s.Close()
	if _, err := s.Create(t.Context(), "run/a", text("x")); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), "project.json", nil, set("[]")); err != nil {
		t.Fatal(err)
	}
	for _, op := range f.Ops() {
		var name, key string
		if _, err := fmt.Sscan(op, &name, &key); err != nil {
			t.Fatal(err)
		}
		if name == "sync" || name == "syncdir" {
			t.Errorf("flushed: %s", op)
		}
	}
}
