package plugins

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFolders(t *testing.T) {
	quiet(t)
	dir := tempDir(t)
	at := func(name string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	here := at("project")
	t.Chdir(here)
	if err := os.Symlink(here, filepath.Join(dir, "alias-of-project")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("bin"), filepath.Join(dir, "sbin")); err != nil {
		t.Fatal(err)
	}
	list := func(paths ...string) string { return strings.Join(paths, string(filepath.ListSeparator)) }
	t.Setenv(EnvSearchPath, list(at("env"), "relative", "", ".", here, filepath.Join(dir, "alias-of-project")))
	t.Setenv("XDG_DATA_HOME", at("data"))
	t.Setenv("PATH", list("bin", "", ".", here, at("bin"), filepath.Join(dir, "sbin"), at("env"), filepath.Join(dir, "missing")))
	got := Folders([]string{at("own"), "relative", here})
	want := []string{at("own"), at("env"), filepath.Join(dir, "data", "lazyscribe", "plugins"), at("bin"), filepath.Join(dir, "missing")}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	t.Setenv("XDG_DATA_HOME", "relative")
	t.Setenv("HOME", at("home"))
	if want := filepath.Join(dir, "home", ".local", "share", "lazyscribe", "plugins"); Folders(nil)[1] != want {
		t.Errorf("own folder is %q, want %q", Folders(nil)[1], want)
	}
}

func TestSearch(t *testing.T) {
	quiet(t)
	dir := tempDir(t)
	first, second, here := filepath.Join(dir, "first"), filepath.Join(dir, "second"), filepath.Join(dir, "here")
	writeCanary(t, first, "lazyscribe-plugin-b")
	writeCanary(t, first, "lazyscribe-plugin-a")
	writeCanary(t, second, "lazyscribe-plugin-b")
	writeCanary(t, second, "lazyscribe-plugin-c")
	for _, other := range []string{"lazyscribe", "lazyscribe-plugin-", "lazyscribe-plugin-X", "lazyscribe-plugin-x.sh", "xlazyscribe-plugin-x", "lazyscribe-plugin--x"} {
		writeCanary(t, second, other)
	}
	writeCanary(t, filepath.Join(second, "lazyscribe-plugin-folder"), "x")
	writeCanary(t, here, "lazyscribe-plugin-here")
	t.Chdir(here)
	t.Setenv("PATH", second+string(filepath.ListSeparator)+"."+string(filepath.ListSeparator)+here)
	got, err := Search([]string{first})
	if err != nil {
		t.Fatal(err)
	}
	want := []Found{
		{Name: "a", Path: filepath.Join(first, "lazyscribe-plugin-a")},
		{Name: "b", Path: filepath.Join(first, "lazyscribe-plugin-b")},
		{Name: "b", Path: filepath.Join(second, "lazyscribe-plugin-b"), Shadowed: true},
		{Name: "c", Path: filepath.Join(second, "lazyscribe-plugin-c")},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, f := range want {
		if f.Shadowed {
			continue
		}
		if path, ok := Find(f.Name, []string{first}); !ok || path != f.Path {
			t.Errorf("Find(%q) = %q, %v, want %q", f.Name, path, ok, f.Path)
		}
	}
	for _, name := range []string{"here", "folder", "none"} {
		if path, ok := Find(name, []string{first}); ok {
			t.Errorf("Find(%q) = %q", name, path)
		}
	}
	if _, err := Search([]string{"relative"}); err == nil {
		t.Error("a folder that is not absolute is searched")
	}
}

// TestHostileNames checks that a name leads to nothing even where it would be
// the path of something that runs.
func TestHostileNames(t *testing.T) {
	quiet(t)
	dir := tempDir(t)
	folder := filepath.Join(dir, "a", "b")
	writeCanary(t, folder, "lazyscribe-plugin-x")
	for _, file := range []string{"x", "y", "sh", "lazyscribe-plugin-.."} {
		writeCanary(t, dir, file)
		writeCanary(t, filepath.Join(dir, "a"), file)
		writeCanary(t, folder, file)
	}
	for _, name := range hostileNames {
		if !strings.ContainsAny(name, "/\x00\\") && len(name) < 200 {
			writeCanary(t, folder, binaryPrefix+name)
		}
	}
	t.Setenv("PATH", folder)
	store := OpenTrust(filepath.Join(dir, "plugins.json"))
	for _, name := range hostileNames {
		if path, ok := Find(name, nil); ok {
			t.Errorf("Find(%.40q) = %q", name, path)
		}
		if hint := Hint(name, nil); strings.Contains(hint, "found") || len(hint) > 500 {
			t.Errorf("Hint(%.40q) = %q", name, hint)
		}
		e := trustedCanary(filepath.Join(folder, binaryPrefix+name), name)
		if err := store.Put(e); err == nil {
			t.Errorf("Put took %.40q", name)
		}
		if err := e.Verify(); err == nil {
			t.Errorf("Verify took %.40q", name)
		}
	}
	found, err := Search(nil)
	if err != nil || len(found) != 1 || found[0].Name != "x" {
		t.Errorf("Search = %v, %v, want x alone", found, err)
	}
}
