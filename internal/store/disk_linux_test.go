package store_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// TestDiskFull fills a small file system.
func TestDiskFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	s := open(t, filepath.Join(dir, "p.json"), nil)
	defer s.Close()
	if err := s.Update(t.Context(), "p.json", nil, set("old")); err != nil {
		t.Fatal(err)
	}
	huge := strings.Repeat("x", 1<<20)
	_, err := s.Create(t.Context(), "run/a", text(huge))
	if want := `create "` + dir + `/run/a": write: no space left on device`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	err = s.Update(t.Context(), "p.json", nil, set(huge))
	if want := `update "` + dir + `/p.json": write: no space left on device`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	mustRead(t, "old", dir, "p.json")
	if diff := cmp.Diff([]string{".p.json.lock", "p.json", "run/"}, tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// There is room for what is small.
	if _, err := s.Create(t.Context(), "run/a", text("small")); err != nil {
		t.Error(err)
	}
	if err := s.Update(t.Context(), "p.json", nil, set("new")); err != nil {
		t.Error(err)
	}
}

// TestPermissions works as a user who may read everything and write nothing.
func TestPermissions(t *testing.T) {
	// TempDir is for its owner only.
	dir, err := os.MkdirTemp("", "store")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	mustMkdir(t, dir, "run")
	mustMkdir(t, dir, "open")
	for name, content := range map[string]string{"p.json": "old", "run/a": "a", "open/p.json": "old", "open/q.json": "old", "open/.q.json.lock": ""} {
		mustWrite(t, content, dir, name)
	}
	for name, mode := range map[string]fs.FileMode{
		"open": 0o777, "open/p.json": 0o444, "open/q.json": 0o666, "open/.q.json.lock": 0o444, "p.json": 0o444, "run/a": 0o444, "run": 0o555, ".": 0o555,
	} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o777); _ = os.Chmod(filepath.Join(dir, "run"), 0o777) })
	asNobody(t, func() {
		s := open(t, filepath.Join(dir, "p.json"), nil)
		defer s.Close()
		if got, err := s.ReadText(t.Context(), "p.json"); err != nil || string(got) != "old" {
			t.Errorf("read %q, %v", got, err)
		}
		denied := func(err error, message string) {
			t.Helper()
			message = strings.ReplaceAll(message, "DIR", dir)
			if err == nil || err.Error() != message || !errors.Is(err, fs.ErrPermission) {
				t.Errorf("got  %v\nwant %s", err, message)
			}
		}
		_, err := s.Create(t.Context(), "run/b", text("x"))
		denied(err, `create "DIR/run/b": permission denied`)
		_, err = s.Create(t.Context(), "new/b", text("x"))
		denied(err, `create "DIR/new/b": mkdir new: permission denied`)
		denied(s.Update(t.Context(), "p.json", nil, set("new")), `update "DIR/p.json": lock: permission denied`)
		denied(s.Remove(t.Context(), "run/a"), `remove "DIR/run/a": permission denied`)
		// Which way of renaming says so depends on the kernel's settings.
		if err := s.Move(t.Context(), "run/b", "run/a"); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("move: %v", err)
		}

		// A file that may not be written is not replaced, though its folder
		// would allow it.
		other := open(t, filepath.Join(dir, "open", "p.json"), &store.Options{})
		defer other.Close()
		err = other.Update(t.Context(), "p.json", nil, set("new"))
		denied(err, `update "DIR/open/p.json": stat: permission denied`)

		// A lock that belongs to somebody else can be taken all the same.
		if err := other.Update(t.Context(), "q.json", nil, set("new")); err != nil {
			t.Error(err)
		}
	})
	if diff := cmp.Diff([]string{
		"open/", "open/.p.json.lock", "open/.q.json.lock", "open/p.json", "open/q.json", "p.json", "run/", "run/a",
	}, tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	mustRead(t, "old", dir, "p.json")
	mustRead(t, "old", dir, "open", "p.json")
	mustRead(t, "new", dir, "open", "q.json")
}

// asNobody runs f without root's powers. Only the thread it runs on gives them
// up, and takes them back.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	setUser := func(id uintptr) {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, ^uintptr(0), id, ^uintptr(0)); errno != 0 {
			t.Fatal(errno)
		}
	}
	setUser(65534)
	defer setUser(0)
	f()
}
