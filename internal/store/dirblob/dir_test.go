package dirblob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// without returns a fault that takes away operations, as file systems do that
// do not know them.
func without(err error, ops ...string) func(op, name string) error {
	return func(op, _ string) error {
		if slices.Contains(ops, op) {
			return err
		}
		return nil
	}
}

func create(d *Dir, name, content string) error {
	p, err := d.Begin(name)
	if err != nil {
		return err
	}
	if _, err := p.Write([]byte(content)); err != nil {
		p.Abort()
		return err
	}
	return p.Create(context.Background())
}

// TestLarge: a file that is sent to the disk while it is written is the same, and
// what was sent is what was written. Without flushes nothing is sent.
func TestLarge(t *testing.T) {
	block := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	for _, noSync := range []bool{false, true} {
		dir := t.TempDir()
		d := New(dir, &Options{NoSync: noSync})
		p, err := d.Begin("large")
		if err != nil {
			t.Fatal(err)
		}
		const size = 2*stride + 5<<20
		for range size / len(block) {
			if _, err := p.Write(block); err != nil {
				t.Fatal(err)
			}
		}
		if want := map[bool]int64{false: 2 * stride, true: 0}[noSync]; p.written != size || p.begun != want {
			t.Errorf("NoSync %t: %d bytes were written and %d sent, want %d", noSync, p.written, p.begun, want)
		}
		if err := errors.Join(p.Create(t.Context()), d.Close()); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, "large"))
		if err != nil || !bytes.Equal(got, bytes.Repeat(block, size/len(block))) {
			t.Errorf("NoSync %t: the file has %d bytes, %v; want %d and the same", noSync, len(got), err, size)
		}
	}
}

// TestCreateWithoutLink creates files where link(2) or more is missing: still
// each has one winner.
func TestCreateWithoutLink(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault func(op, name string) error
	}{
		{"no link", without(syscall.EPERM, "link")},
		{"no link, answered otherwise", without(syscall.ENOTSUP, "link")},
		{"no renameat2", without(syscall.EINVAL, "link", "renameat2")},
	} {
		t.Run(c.name, func(t *testing.T) {
			const writers, files = 8, 20
			dir := t.TempDir()
			for file := range files {
				name := fmt.Sprint("run/", file)
				errs := make([]error, writers)
				var wg sync.WaitGroup
				for w := range writers {
					wg.Go(func() {
						d := New(dir, &Options{Fault: c.fault})
						defer d.Close()
						errs[w] = create(d, name, fmt.Sprint(w))
					})
				}
				wg.Wait()
				winners := 0
				for w, err := range errs {
					if err == nil {
						winners++
						got, err := os.ReadFile(filepath.Join(dir, name))
						if err != nil || string(got) != fmt.Sprint(w) {
							t.Errorf("%s has %q, %v; %d won", name, got, err, w)
						}
					} else if !errors.Is(err, fs.ErrExist) {
						t.Error(err)
					}
				}
				if winners != 1 {
					t.Errorf("%s: %d winners", name, winners)
				}
			}
			entries, err := os.ReadDir(filepath.Join(dir, "run"))
			if err != nil || len(entries) != files {
				t.Errorf("%d files in the folder, %v", len(entries), err)
			}
		})
	}
}

// TestWithoutLocks has a file system that knows neither links nor locks.
func TestWithoutLocks(t *testing.T) {
	fault := without(syscall.ENOSYS, "link", "renameat2")
	noLocks := func(op, name string) error {
		if op == "lock" {
			return ErrNoLocks
		}
		return fault(op, name)
	}
	d := New(t.TempDir(), &Options{Fault: noLocks})
	defer d.Close()
	if err := create(d, "a", "x"); !errors.Is(err, ErrNoLocks) {
		t.Errorf("create: %v", err)
	}
	if _, err := d.Lock(t.Context(), "m.json"); !errors.Is(err, ErrNoLocks) {
		t.Errorf("lock: %v", err)
	}
	var log strings.Builder
	single := New(d.Path(), &Options{
		Fault: noLocks, AssumeSingleWriter: true, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	defer single.Close()
	for _, want := range []error{nil, fs.ErrExist} {
		if err := create(single, "a", "x"); !errors.Is(err, want) {
			t.Errorf("create: %v, want %v", err, want)
		}
	}
	unlock, err := single.Lock(t.Context(), "m.json")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "no locks here") {
		t.Errorf("log: %s", log.String())
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	first, second := New(dir, nil), New(dir, nil)
	defer first.Close()
	defer second.Close()
	unlock, err := first.Lock(t.Context(), "sub/m.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "sub", ".m.json.lock")); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("had enough")
	cancel(cause)
	for _, d := range []*Dir{first, second} {
		if _, err := d.Lock(ctx, "sub/m.json"); !errors.Is(err, cause) {
			t.Errorf("a lock that is taken: %v", err)
		}
	}
	other, err := second.Lock(t.Context(), "sub/n.json")
	if err != nil {
		t.Fatal(err)
	}
	other()
	unlock()
	again, err := second.Lock(t.Context(), "sub/m.json")
	if err != nil {
		t.Fatal(err)
	}
	again()
}

// TestLockWaits lets a waiter in when the lock is freed, and tells the log that
// it waits.
func TestLockWaits(t *testing.T) {
	waiting := make(chan struct{})
	var once sync.Once
	log := slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
		if bytes.Contains(p, []byte("waiting for a lock")) {
			once.Do(func() { close(waiting) })
		}
		return len(p), nil
	}), nil))
	d := New(t.TempDir(), &Options{Logger: log})
	defer d.Close()
	unlock, err := d.Lock(t.Context(), "m.json")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		unlock, err := d.Lock(t.Context(), "m.json")
		if err != nil {
			t.Error(err)
			return
		}
		unlock()
	})
	<-waiting
	unlock()
	wg.Wait()
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestLockFileRemoved tidies the lock file away while somebody has the lock and
// another waits: there is never more than one in.
func TestLockFileRemoved(t *testing.T) {
	dir := t.TempDir()
	d := New(dir, nil)
	defer d.Close()
	var mu sync.Mutex
	in := 0
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				unlock, err := d.Lock(t.Context(), "m.json")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				in++
				mu.Unlock()
				runtime.Gosched() // let another one in, if it can come in
				mu.Lock()
				if in != 1 {
					t.Errorf("%d are in", in)
				}
				in--
				mu.Unlock()
				// From here on a newcomer locks a new file, and whoever waits
				// for the old one must notice that it is not the lock any more.
				if err := os.Remove(filepath.Join(dir, ".m.json.lock")); err != nil {
					t.Error(err)
				}
				unlock()
			}
		})
	}
	wg.Wait()
}

func TestNames(t *testing.T) {
	d := New(t.TempDir(), nil)
	defer d.Close()
	for _, name := range []string{"", ".", "..", "../a", "/a", "a//b", "a\x00", TempPrefix + "x", "a/.b.lock"} {
		_, begin := d.Begin(name)
		_, replace := d.BeginReplace(name)
		_, open := d.Open(name)
		_, stat := d.Stat(name)
		_, lock := d.Lock(t.Context(), name)
		for op, err := range map[string]error{
			"begin": begin, "replace": replace, "open": open, "stat": stat, "lock": lock,
			"remove": d.Remove(name), "move to": d.Move(name, "a"), "move from": d.Move("a", name),
		} {
			if !errors.Is(err, ErrInvalidName) {
				t.Errorf("%s %q: %v", op, name, err)
			}
		}
	}
	for _, name := range []string{"plain", "../" + TempPrefix + "x", "a/.b.lock", ""} {
		if err := d.RemoveTemp(name); !errors.Is(err, ErrInvalidName) {
			t.Errorf("remove %q as a hidden file: %v", name, err)
		}
	}
}

// TestNotRegular opens what would block or has no end.
func TestNotRegular(t *testing.T) {
	dir := t.TempDir()
	if err := mkfifo(filepath.Join(dir, "pipe")); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	d := New(dir, nil)
	defer d.Close()
	_, open := d.Open("pipe")
	_, stat := d.Stat("pipe")
	_, replace := d.BeginReplace("pipe")
	for op, err := range map[string]error{"open": open, "stat": stat, "replace": replace} {
		if !errors.Is(err, errNotRegular) {
			t.Errorf("%s: %v", op, err)
		}
	}
}

// TestFolderVanishes removes the folder itself under an open Dir: an error, not
// an endless attempt to make what cannot be made.
func TestFolderVanishes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	d := New(dir, nil)
	defer d.Close()
	if err := create(d, "a", "x"); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Skipf("an open folder cannot be removed here: %v", err)
	}
	for _, name := range []string{"b", "run/b"} {
		if err := create(d, name, "x"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("create %s: %v", name, err)
		}
	}
}

func BenchmarkCreate(b *testing.B) {
	d := New(b.TempDir(), nil)
	defer d.Close()
	n := 0
	for b.Loop() {
		n++
		if err := create(d, fmt.Sprint(n), "x"); err != nil {
			b.Fatal(err)
		}
	}
}
