package dirblob_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store/dirblob"
)

// TestGuard: one at a time, through folders that each opens for himself, and
// nothing is left in the end, neither the lock's file nor its folder.
func TestGuard(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new")
	var holders atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		d := dirblob.New(path, nil)
		all.Go(func() {
			defer d.Close()
			for range 50 {
				unlock, err := d.Guard(t.Context(), "run/x")
				if err != nil {
					t.Error(err)
					return
				}
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				holders.Add(-1)
				unlock()
			}
		})
	}
	all.Wait()
	left, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestGuardAndLock: the lock of writers is another one.
func TestGuardAndLock(t *testing.T) {
	d := dirblob.New(t.TempDir(), nil)
	defer d.Close()
	release, err := d.Guard(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	unlock, err := d.Lock(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := d.Guard(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("guarded twice: %v", err)
	}
	if _, err := d.Guard(t.Context(), "../x"); !errors.Is(err, dirblob.ErrInvalidName) {
		t.Errorf("a name that leads out: %v", err)
	}
}
