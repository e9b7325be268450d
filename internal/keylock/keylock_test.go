package keylock_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
	"github.com/lazyscribe-go/lazyscribe/internal/keylock"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// kinds are the storages that locks are tested over: each gives the URL of a
// file in a new, empty store.
var kinds = map[string]func(t *testing.T) string{
	"local":  func(t *testing.T) string { return filepath.Join(t.TempDir(), "new", "x") },
	"memory": func(*testing.T) string { return storetest.MemoryURL("folder/x") },
	"cloud":  func(t *testing.T) string { return servers.FakeS3(t, nil).URL("folder/x") },
	"server": func(t *testing.T) string { return servers.VersityGW(t, nil).URL("folder/x") },
}

func open(t *testing.T, url string, o *store.Options) (*store.Store, string) {
	t.Helper()
	s, key, err := store.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, key
}

// short is a lease for tests in which a holder dies or is held up.
var short = &keylock.Options{Lease: 400 * time.Millisecond}

// TestOneAtATime has many want one lock, each with a store of its own.
func TestOneAtATime(t *testing.T) {
	for name, newURL := range kinds {
		t.Run(name, func(t *testing.T) {
			url := newURL(t)
			var holders, times atomic.Int32
			var all sync.WaitGroup
			for range 6 {
				s, key := open(t, url, nil)
				all.Go(func() {
					for range 3 {
						h, err := keylock.Lock(t.Context(), s, key, nil)
						if err != nil {
							t.Error(err)
							return
						}
						if n := holders.Add(1); n != 1 {
							t.Errorf("%d hold the lock", n)
						}
						times.Add(1)
						holders.Add(-1)
						if err := h.Release(); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			if times.Load() != 18 {
				t.Errorf("the lock was taken %d times", times.Load())
			}
			s, key := open(t, url, nil)
			for info, err := range s.List(t.Context(), "") {
				t.Errorf("locks leave %q (%v)", info.Key, err)
			}
			for info, err := range s.Leftovers(t.Context(), time.Now().Add(time.Hour)) {
				t.Errorf("locks leave the hidden %q (%v)", info.Key, err)
			}
			if s.Locks() {
				return
			}
			err := s.UpdateLease(t.Context(), key, func(_ context.Context, now []byte, _, exists bool) (store.Text, error) {
				if exists {
					t.Errorf("locks leave the lease %s", now)
				}
				return nil, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLeftovers: whoever collects garbage, however young, takes no lock away.
func TestLeftovers(t *testing.T) {
	for name, newURL := range kinds {
		t.Run(name, func(t *testing.T) {
			s, key := open(t, newURL(t), nil)
			h, err := keylock.Lock(t.Context(), s, key, nil)
			if err != nil {
				t.Fatal(err)
			}
			for info, err := range s.Leftovers(t.Context(), time.Now().Add(48*time.Hour)) {
				t.Errorf("the held lock is the leftover %q (%v)", info.Key, err)
			}
			if err := h.Release(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestKeys: other keys, and other uses of the key, do not wait.
func TestKeys(t *testing.T) {
	for name, newURL := range kinds {
		t.Run(name, func(t *testing.T) {
			s, key := open(t, newURL(t), nil)
			h, err := keylock.Lock(t.Context(), s, key, nil)
			if err != nil {
				t.Fatal(err)
			}
			other, err := keylock.Lock(t.Context(), s, "run/"+key, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := storetest.Increment(t.Context(), s, key, nil); err != nil {
				t.Error(err)
			}
			for _, h := range []*keylock.Held{h, other} {
				if err := h.Release(); err != nil {
					t.Error(err)
				}
				if err := h.Release(); err != nil {
					t.Errorf("again: %v", err)
				}
				if h.Context().Err() == nil {
					t.Error("the context goes on after the release")
				}
			}
			if _, err := keylock.Lock(t.Context(), s, "../x", nil); err == nil {
				t.Error("a key that leads out of the store was locked")
			}
		})
	}
}

func TestWaitEnds(t *testing.T) {
	for name, newURL := range kinds {
		t.Run(name, func(t *testing.T) {
			s, key := open(t, newURL(t), nil)
			h, err := keylock.Lock(t.Context(), s, key, nil)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if _, err := keylock.Lock(ctx, s, key, nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v, want that the time is up", err)
			}
			if err := h.Release(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestHolderEnds: the context of a holder is the one it gave, with its end.
func TestHolderEnds(t *testing.T) {
	for name, newURL := range kinds {
		t.Run(name, func(t *testing.T) {
			s, key := open(t, newURL(t), nil)
			ctx, cancel := context.WithCancelCause(t.Context())
			h, err := keylock.Lock(ctx, s, key, nil)
			if err != nil {
				t.Fatal(err)
			}
			enough := errors.New("enough")
			cancel(enough)
			<-h.Context().Done()
			if cause := context.Cause(h.Context()); cause != enough {
				t.Errorf("cause %v", cause)
			}
			if err := h.Release(); err != nil {
				t.Errorf("a lock is given back after the context of its holder ended: %v", err)
			}
		})
	}
}

// TestRenewed: a lease that is renewed is not taken over, however long it is
// held.
func TestRenewed(t *testing.T) {
	s, key := open(t, kinds["cloud"](t), nil)
	h, err := keylock.Lock(t.Context(), s, key, short)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*short.Lease)
	defer cancel()
	_, err = keylock.Lock(ctx, s, key, short)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(fmt.Sprint(err), "process") {
		t.Errorf("error %v, want that the time is up, and who has the lock", err)
	}
	if err := h.Release(); err != nil {
		t.Error(err)
	}
}

// TestTimeUpInRequest: who has the lock is said too where the time was up while a
// look at it was under way.
func TestTimeUpInRequest(t *testing.T) {
	url := kinds["cloud"](t)
	s, key := open(t, url, nil)
	h, err := keylock.Lock(t.Context(), s, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	other, key := open(t, url, &store.Options{Fault: func(op, _ string) error {
		if op != "open" {
			return nil
		}
		if looks++; looks > 1 {
			cancel()
		}
		return ctx.Err()
	}})
	if _, err = keylock.Lock(ctx, other, key, nil); !errors.Is(err, context.Canceled) || !strings.Contains(fmt.Sprint(err), "process") {
		t.Errorf("error %v, want that the time is up, and who has the lock", err)
	}
	if err := h.Release(); err != nil {
		t.Error(err)
	}
}

// TestLost: a holder that can no longer reach the storage hears of it before
// anybody takes its lease over, and does not remove the other's.
func TestLost(t *testing.T) {
	url := kinds["cloud"](t)
	var cut atomic.Bool
	mine, key := open(t, url, &store.Options{Fault: func(op, _ string) error {
		if cut.Load() {
			return errors.New("the line is cut before " + op)
		}
		return nil
	}})
	h, err := keylock.Lock(t.Context(), mine, key, short)
	if err != nil {
		t.Fatal(err)
	}
	cut.Store(true)
	theirs, _ := open(t, url, nil)
	other, err := keylock.Lock(t.Context(), theirs, key, short)
	if err != nil {
		t.Fatal(err)
	}
	if cause := context.Cause(h.Context()); !errors.Is(cause, keylock.ErrLost) {
		t.Errorf("the lock was taken over; its holder knows %v", cause)
	}
	cut.Store(false)
	if err := h.Release(); !errors.Is(err, keylock.ErrLost) {
		t.Errorf("release of a lost lock: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), short.Lease/2)
	defer cancel()
	if _, err := keylock.Lock(ctx, theirs, key, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the other's lease is not there any more: %v", err)
	}
	if err := other.Release(); err != nil {
		t.Error(err)
	}
}

// TestNoConditions: without conditions on writes there are no leases.
func TestNoConditions(t *testing.T) {
	server := servers.FakeS3(t, &servers.Options{Blind: []string{"If-Match", "If-None-Match"}})
	s, key := open(t, server.URL("x"), nil)
	if _, err := keylock.Lock(t.Context(), s, key, nil); err == nil || !strings.Contains(err.Error(), "conditions") {
		t.Errorf("error %v, want that the server does not heed conditions", err)
	}
}
