//go:build unix

package store_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestModes checks that new files follow the umask and that a manifest keeps its
// permission bits, whatever the umask says.
func TestModes(t *testing.T) {
	for _, mask := range []int{0o022, 0o027, 0o077, 0} {
		t.Run(fmt.Sprintf("umask %03o", mask), func(t *testing.T) {
			dir := t.TempDir()
			old := syscall.Umask(mask) // of the whole process: no test here is parallel
			defer syscall.Umask(old)
			s := open(t, filepath.Join(dir, "sub", "p.json"), nil)
			defer s.Close()
			if _, err := s.Create(t.Context(), "run/a", text("x")); err != nil {
				t.Fatal(err)
			}
			if err := s.Update(t.Context(), "p.json", nil, set("x")); err != nil {
				t.Fatal(err)
			}
			plain := fs.FileMode(mask)
			wantMode(t, 0o777&^plain, dir, "sub")
			wantMode(t, 0o777&^plain, dir, "sub", "run")
			wantMode(t, 0o666&^plain, dir, "sub", "run", "a")
			wantMode(t, 0o666&^plain, dir, "sub", "p.json")
			for _, mode := range []fs.FileMode{0o600, 0o664, 0o640, 0o666, 0o755, 0o200} {
				if err := os.Chmod(filepath.Join(dir, "sub", "p.json"), mode); err != nil {
					t.Fatal(err)
				}
				if mode&0o400 == 0 && os.Geteuid() != 0 {
					continue // only root can read what it is to change
				}
				if err := s.Update(t.Context(), "p.json", nil, set("x")); err != nil {
					t.Fatal(err)
				}
				wantMode(t, mode, dir, "sub", "p.json")
			}
		})
	}
}

func wantMode(t *testing.T, want fs.FileMode, path ...string) {
	t.Helper()
	fi, err := os.Stat(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	if got := fi.Mode().Perm(); got != want {
		t.Errorf("%s has mode %03o, want %03o", path[len(path)-1], got, want)
	}
}
