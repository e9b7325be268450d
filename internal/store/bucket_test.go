package store_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
)

func openBucket(t *testing.T, b *blob.Bucket, o *store.Options) *store.Store {
	t.Helper()
	s, err := store.OpenBucket(b, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBucketConflict changes a manifest behind the back of an update: the edit
// runs again and sees the change.
func TestBucketConflict(t *testing.T) {
	for _, before := range []string{"", "old"} {
		b := memblob.OpenBucket(nil)
		defer b.Close()
		var log strings.Builder
		s := openBucket(t, b, &store.Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
		if before != "" {
			if err := b.WriteAll(t.Context(), "m.json", []byte(before), nil); err != nil {
				t.Fatal(err)
			}
		}
		var saw []string
		err := s.Update(t.Context(), "m.json", nil, func(ctx context.Context, now []byte, _, exists bool) (store.Text, error) {
			saw = append(saw, string(now))
			if exists != (string(now) != "") {
				t.Errorf("saw %q, exists %t", now, exists)
			}
			if len(saw) == 1 {
				if err := b.WriteAll(ctx, "m.json", []byte("theirs"), nil); err != nil {
					t.Fatal(err)
				}
			}
			return store.Text{now, []byte("+mine")}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(saw) != 2 || saw[0] != before || saw[1] != "theirs" {
			t.Errorf("the edit saw %q", saw)
		}
		if got, err := b.ReadAll(t.Context(), "m.json"); err != nil || string(got) != "theirs+mine" {
			t.Errorf("then %q, %v", got, err)
		}
		if !strings.Contains(log.String(), "trying again") {
			t.Errorf("log: %s", log.String())
		}
	}
}

// TestBucketConflictForEver loses every race until its context ends.
func TestBucketConflictForEver(t *testing.T) {
	b := memblob.OpenBucket(nil)
	defer b.Close()
	s := openBucket(t, b, nil)
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	err := s.Update(ctx, "m.json", nil, func(ctx context.Context, now []byte, _, _ bool) (store.Text, error) {
		if calls++; calls == 3 {
			cancel()
		}
		if err := b.WriteAll(t.Context(), "m.json", append(now, 'x'), nil); err != nil {
			t.Fatal(err)
		}
		return store.Text{[]byte("mine")}, nil
	})
	if !errors.Is(err, context.Canceled) || calls != 3 {
		t.Errorf("%d calls, error %v", calls, err)
	}
	if got, err := b.ReadAll(t.Context(), "m.json"); err != nil || string(got) != "xxx" {
		t.Errorf("then %q, %v", got, err)
	}
}

// TestBucketAnswerLost loses the answer to the write of a manifest.
func TestBucketAnswerLost(t *testing.T) {
	f := &storetest.Faulty{Op: "commit", FailAt: 1, Err: syscall.ECONNRESET}
	b := memblob.OpenBucket(nil)
	defer b.Close()
	s := openBucket(t, b, &store.Options{Fault: f.Hook})
	err := s.Update(t.Context(), "m.json", nil, set("new"))
	if !errors.Is(err, artifacts.ErrOutcomeUnknown) || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("error %v", err)
	}
	if err := s.Update(t.Context(), "m.json", nil, set("new")); err != nil {
		t.Error(err)
	}
}

// TestBucketFaults has every operation of a bucket fail once.
func TestBucketFaults(t *testing.T) {
	for _, c := range storetest.FaultCases() {
		t.Run(c.Name, func(t *testing.T) {
			faults := storetest.EachFault(syscall.ENOSPC, func(f *storetest.Faulty) {
				t.Helper()
				b := memblob.OpenBucket(nil)
				defer b.Close()
				c.Try(t, openBucket(t, b, nil), openBucket(t, b, &store.Options{Fault: f.Hook}), f)
			})
			if faults < 2 {
				t.Errorf("%d faults put in", faults)
			}
		})
	}
}

// TestBucketStaysOpen closes a store and goes on with its bucket.
func TestBucketStaysOpen(t *testing.T) {
	b := memblob.OpenBucket(nil)
	defer b.Close()
	s := openBucket(t, b, nil)
	if _, err := s.Create(t.Context(), "a", func(io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if ok, err := b.Exists(t.Context(), "a"); err != nil || !ok {
		t.Errorf("exists %t, %v", ok, err)
	}
}
