package store_test

import (
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"gocloud.dev/blob/memblob"
)

func TestLocal(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store {
		return open(t, filepath.Join(t.TempDir(), "new", "project.json"), nil)
	})
}

func TestLocalNoSync(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store {
		return open(t, filepath.Join(t.TempDir(), "project.json"), &store.Options{NoSync: true, AllowLinks: true})
	})
}

func TestMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store {
		return open(t, storetest.MemoryURL("folder/project.json"), nil)
	})
}

func TestBucket(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store {
		b := memblob.OpenBucket(nil)
		t.Cleanup(func() {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		})
		s, err := store.OpenBucket(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s.Locks() || !s.SingleWriter() {
			t.Error("a plain bucket has no locks and one writer")
		}
		return s
	})
}

// open opens a store that can have many writers.
func open(t *testing.T, url string, o *store.Options) *store.Store {
	t.Helper()
	s, _, err := store.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Locks() || s.SingleWriter() {
		t.Error("a store of its own has locks and any number of writers")
	}
	return s
}
