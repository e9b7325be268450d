package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A manifest of 100 MiB is read into 100 MiB: the memory that a large project
// takes is its file's.
func TestReadTextAllocatesOnce(t *testing.T) {
	const size = 100 << 20
	path := filepath.Join(t.TempDir(), "m.json")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	s, key, err := store.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	data, err := s.ReadText(t.Context(), key)
	runtime.ReadMemStats(&after)
	if err != nil || len(data) != size {
		t.Fatalf("read %d bytes, %v", len(data), err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > size+size/10 {
		t.Errorf("reading %d bytes allocated %d", size, got)
	}
}
