package process

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// baseFolder makes the folder that sockets go to first.
func baseFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "lz")
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
	return dir
}

func TestFolder(t *testing.T) {
	base := baseFolder(t)
	var unused, f Folder
	if err := unused.Close(); err != nil {
		t.Errorf("close before use: %v", err)
	}
	path, err := f.Path()
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(path) != base || len(path) > longestFolder {
		t.Errorf("path %q", path)
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if again, err := f.Path(); again != path || err != nil {
		t.Errorf("second path %q, %v", again, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	for _, closed := range []*Folder{&unused, &f} {
		if path, err := closed.Path(); !errors.Is(err, ErrClosed) {
			t.Errorf("path after close: %q, %v", path, err)
		}
	}
	if left, _ := os.ReadDir(base); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestFolderSweeps: folders of programs that are gone are removed, those of
// others that live are not, and neither is anything that only looks alike.
func TestFolderSweeps(t *testing.T) {
	base := baseFolder(t)
	make := func(name, file string) string {
		path := filepath.Join(base, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if file != "" {
			if err := os.WriteFile(filepath.Join(path, file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	gone := make("lazyscribe-1-2", lockName)
	young := make("lazyscribe-1-3", "")
	old := make("lazyscribe-1-4", "")
	other := make("lazyscribe-x", lockName)
	ago := time.Now().Add(-2 * unlockedAge)
	if err := os.Chtimes(old, ago, ago); err != nil {
		t.Fatal(err)
	}
	target := make("target", "precious")
	link := filepath.Join(base, "lazyscribe-1-5")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	var living, f Folder
	mine, err := living.Path()
	if err != nil {
		t.Fatal(err)
	}
	defer living.Close()
	if _, err := f.Path(); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for path, stays := range map[string]bool{gone: false, old: false, young: true, other: true, mine: true, link: true, filepath.Join(target, "precious"): true} {
		if _, err := os.Lstat(path); (err == nil) != stays {
			t.Errorf("%s: %v, stays should be %v", path, err, stays)
		}
	}
}

func TestFolderNowhere(t *testing.T) {
	base := baseFolder(t)
	long := filepath.Join(base, strings.Repeat("x", 60))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", "relative")
	t.Setenv("TMPDIR", long)
	var f Folder
	path, err := f.Path()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if filepath.Dir(path) != "/tmp" {
		t.Errorf("path %q", path)
	}
	if left, _ := os.ReadDir(long); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
