package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// TestAppend: lines of many who add them at once are whole.
func TestAppend(t *testing.T) {
	dir := t.TempDir()
	line := strings.Repeat("x", 300) + "\n"
	var all sync.WaitGroup
	for range 4 {
		s := open(t, filepath.Join(dir, "new", "project.json"), nil)
		all.Go(func() {
			defer s.Close()
			for range 50 {
				if err := s.Append(t.Context(), "logs/step.log", []byte(line)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	got, err := os.ReadFile(filepath.Join(dir, "new", "logs", "step.log"))
	if err != nil || string(got) != strings.Repeat(line, 200) {
		t.Errorf("%d bytes (%v), want %d", len(got), err, 200*len(line))
	}
	s := open(t, filepath.Join(dir, "project.json"), nil)
	defer s.Close()
	if err := s.Append(t.Context(), "../step.log", nil); !errors.Is(err, artifacts.ErrUnsafePath) {
		t.Errorf("a key that leads out: %v", err)
	}
	m := open(t, storetest.MemoryURL("project.json"), nil)
	if err := m.Append(t.Context(), "step.log", []byte(line)); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("in memory: %v", err)
	}
}

// TestLockAndUpdate: who holds the lock of a key can replace it, and so can others.
func TestLockAndUpdate(t *testing.T) {
	for name, url := range map[string]string{"local": filepath.Join(t.TempDir(), "project.json"), "memory": storetest.MemoryURL("project.json")} {
		t.Run(name, func(t *testing.T) {
			s := open(t, url, &store.Options{NoSync: true})
			unlock, err := s.Lock(t.Context(), "project.json")
			if err != nil {
				t.Fatal(err)
			}
			defer unlock()
			if _, err := storetest.Increment(t.Context(), s, "project.json", nil); err != nil {
				t.Error(err)
			}
			if _, err := s.Lock(t.Context(), "/x"); !errors.Is(err, artifacts.ErrUnsafePath) {
				t.Errorf("a key that is none: %v", err)
			}
		})
	}
}
