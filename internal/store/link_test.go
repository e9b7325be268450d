package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

func mustLink(t *testing.T, target string, path ...string) {
	t.Helper()
	if err := os.Symlink(target, filepath.Join(path...)); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

// TestLinkedManifest opens a manifest that is a link: the file it leads to is
// replaced, locked, and has the segments; artifacts lie beside the link.
func TestLinkedManifest(t *testing.T) {
	for _, c := range []struct{ name, target string }{
		{"relative", "../data/real.json"},
		{"absolute", ""},
		{"chain", "../hop/next.json"},
		{"same folder", "real.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			top := t.TempDir()
			for _, dir := range []string{"work", "data", "hop"} {
				mustMkdir(t, top, dir)
			}
			data := "data"
			switch c.name {
			case "absolute":
				c.target = filepath.Join(top, "data", "real.json")
			case "chain":
				mustLink(t, "../data/real.json", top, "hop", "next.json")
			case "same folder":
				data = "work"
			}
			mustWrite(t, "old", top, data, "real.json")
			mustLink(t, c.target, top, "work", "project.json")
			// Segments beside the link are not those of the manifest.
			mustMkdir(t, top, "work", "project.json.d")
			mustWrite(t, "stray", top, "work", "project.json.d", "stray.json")
			s := open(t, filepath.Join(top, "work", "project.json"), nil)
			defer s.Close()
			for _, key := range []string{"run/a", "project.json.d/seg.json"} {
				if _, err := s.Create(t.Context(), key, text(key)); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Update(t.Context(), "project.json", store.Text{[]byte("old")}, set("new")); err != nil {
				t.Fatal(err)
			}
			mustRead(t, "new", top, data, "real.json")
			mustRead(t, "project.json.d/seg.json", top, data, "real.json.d", "seg.json")
			mustRead(t, "run/a", top, "work", "run", "a")
			if _, err := os.Lstat(filepath.Join(top, data, ".real.json.lock")); err != nil {
				t.Error(err)
			}
			if fi, err := os.Lstat(filepath.Join(top, "work", "project.json")); err != nil || fi.Mode()&os.ModeSymlink == 0 {
				t.Errorf("the link is gone: %v, %v", fi, err)
			}
			if got, err := s.ReadText(t.Context(), "project.json"); err != nil || string(got) != "new" {
				t.Errorf("read %q, %v", got, err)
			}
			sizes := map[string]int64{}
			for info, err := range s.List(t.Context(), "") {
				if err != nil {
					t.Fatal(err)
				}
				if _, twice := sizes[info.Key]; twice {
					t.Errorf("%s is listed twice", info.Key)
				}
				sizes[info.Key] = info.Size
			}
			want := map[string]int64{"project.json": 3, "project.json.d/seg.json": 23, "run/a": 5}
			if c.name == "same folder" {
				want["real.json"], want["real.json.d/seg.json"] = 3, 23 // it is in the folder, too
			}
			if diff := cmp.Diff(want, sizes); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if info, err := s.Stat(t.Context(), "project.json.d/seg.json"); err != nil || info.Key != "project.json.d/seg.json" {
				t.Errorf("stat: %+v, %v", info, err)
			}
			// Into the other folder a file can only be copied.
			if err := s.Move(t.Context(), "kept.json", "project.json.d/seg.json"); err != nil {
				t.Error(err)
			}
			mustRead(t, "project.json.d/seg.json", top, "work", "kept.json")
		})
	}
}

func TestLinkedManifestLeftovers(t *testing.T) {
	top := t.TempDir()
	mustMkdir(t, top, "work")
	mustMkdir(t, top, "data", "real.json.d")
	mustMkdir(t, top, "data", "another")
	mustLink(t, "../data/real.json", top, "work", "project.json")
	for _, name := range []string{".lazyscribe-tmp-A", "real.json.d/.lazyscribe-tmp-B", "another/.lazyscribe-tmp-C"} {
		mustWrite(t, "x", top, "data", name)
	}
	s := open(t, filepath.Join(top, "work", "project.json"), nil)
	defer s.Close()
	for info, err := range s.Leftovers(t.Context(), time.Unix(1<<40, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveLeftover(t.Context(), info.Key); err != nil {
			t.Error(err)
		}
	}
	// What is elsewhere below that folder is none of ours.
	if diff := cmp.Diff([]string{"another/", "another/.lazyscribe-tmp-C"}, tree(t, filepath.Join(top, "data"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDanglingManifest(t *testing.T) {
	top := t.TempDir()
	mustMkdir(t, top, "work")
	mustLink(t, "../later/real.json", top, "work", "project.json")
	s := open(t, filepath.Join(top, "work", "project.json"), nil)
	defer s.Close()
	if _, err := s.ReadText(t.Context(), "project.json"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("read: %v", err)
	}
	if err := s.Update(t.Context(), "project.json", nil, set("new")); err != nil {
		t.Fatal(err)
	}
	mustRead(t, "new", top, "later", "real.json")
}

func TestManifestLinksThatFail(t *testing.T) {
	top := t.TempDir()
	mustMkdir(t, top, "folder")
	mustLink(t, "loop.json", top, "loop.json")
	mustLink(t, "folder", top, "folder.json")
	for name, want := range map[string]string{
		"loop.json":   "too many levels of symbolic links",
		"folder.json": "is a directory: name the manifest in it",
	} {
		path := filepath.Join(top, name)
		_, _, err := store.Open(t.Context(), path, nil)
		if want := "open store \"" + path + "\": " + want; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// TestLinksLeadOut has links in the folder that lead out of it.
func TestLinksLeadOut(t *testing.T) {
	top := t.TempDir()
	mustMkdir(t, top, "work")
	mustMkdir(t, top, "outside")
	mustWrite(t, "secret", top, "outside", "a")
	mustLink(t, filepath.Join(top, "outside"), top, "work", "abs")
	mustLink(t, "../outside", top, "work", "rel")
	mustLink(t, "../outside/a", top, "work", "file")
	s := open(t, filepath.Join(top, "work", "project.json"), nil)
	defer s.Close()
	ctx := t.Context()
	for _, key := range []string{"abs/a", "rel/a", "file"} {
		if _, err := s.Open(ctx, key); !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("open %s: %v", key, err)
		}
		if _, err := s.Stat(ctx, key); !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("stat %s: %v", key, err)
		}
		if err := s.Update(ctx, key, nil, set("x")); !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("update %s: %v", key, err)
		}
	}
	for _, key := range []string{"abs/b", "rel/b"} {
		if _, err := s.Create(ctx, key, text("x")); !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("create %s: %v", key, err)
		}
		if err := s.Remove(ctx, key); !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("remove %s: %v", key, err)
		}
	}
	for info := range s.List(ctx, "") {
		t.Errorf("listed: %s", info.Key)
	}
	mustRead(t, "secret", top, "outside", "a")
	if diff := cmp.Diff([]string{"a"}, tree(t, filepath.Join(top, "outside"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAllowLinks keeps the files of experiments on another disk.
func TestAllowLinks(t *testing.T) {
	top := t.TempDir()
	mustMkdir(t, top, "work")
	mustMkdir(t, top, "scratch", "run")
	mustMkdir(t, top, "other")
	mustLink(t, filepath.Join(top, "scratch", "run"), top, "work", "run")
	s := open(t, filepath.Join(top, "work", "project.json"), &store.Options{AllowLinks: true})
	defer s.Close()
	ctx := t.Context()
	for _, key := range []string{"run/a", "run/test/b", "here/c"} {
		if _, err := s.Create(ctx, key, text(key)); err != nil {
			t.Fatal(err)
		}
		if got, err := s.ReadText(ctx, key); err != nil || string(got) != key {
			t.Errorf("read %q, %v", got, err)
		}
	}
	mustRead(t, "run/test/b", top, "scratch", "run", "test", "b")
	var keys []string
	for info, err := range s.List(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, info.Key)
	}
	if diff := cmp.Diff([]string{"here/c", "run/a", "run/test/b"}, keys); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// From disk to disk a file is copied.
	if err := s.Move(ctx, "here/a", "run/a"); err != nil {
		t.Fatal(err)
	}
	mustRead(t, "run/a", top, "work", "here", "a")
	// What is emptied is removed, the link and its target are not.
	if err := s.Remove(ctx, "run/test/b"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"run/"}, tree(t, filepath.Join(top, "scratch"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := os.Readlink(filepath.Join(top, "work", "run")); err != nil {
		t.Error(err)
	}
	// A link in a folder that a link leads to is not followed.
	mustLink(t, "../../other", top, "scratch", "run", "deep")
	if _, err := s.Create(ctx, "run/deep/x", text("x")); !errors.Is(err, artifacts.ErrUnsafePath) {
		t.Errorf("create through a second link: %v", err)
	}
	// The link is turned elsewhere while the store is open.
	if err := os.Remove(filepath.Join(top, "work", "run")); err != nil {
		t.Fatal(err)
	}
	mustLink(t, "../other", top, "work", "run")
	if _, err := s.Create(ctx, "run/moved", text("x")); err != nil {
		t.Fatal(err)
	}
	mustRead(t, "x", top, "other", "moved")
}
