// Package hostile tries decoders on damaged files, in tests.
package hostile

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// A Decoder is what is tried.
type Decoder struct {
	Seeds  [][]byte                      // files it is made for
	Pieces []string                      // that mean something in its format
	Decode func(t testing.TB, in []byte) // into targets of all kinds; panics are found, errors are its own
	Limit  func(length int) uint64       // in bytes: what a Decode may allocate for a file so long
}

// Files returns the contents of all files that a pattern matches.
func Files(t testing.TB, pattern string) [][]byte {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	var all [][]byte
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, file)
	}
	return all
}

// Try decodes one file and fails the test if that takes more memory than it may.
// It returns how much it took.
func (d Decoder) Try(t testing.TB, file []byte) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d.Decode(t, file)
	runtime.ReadMemStats(&after)
	took := after.TotalAlloc - before.TotalAlloc
	if limit := d.Limit(len(file)); took > limit {
		t.Fatalf("%.1000q takes %d bytes of memory, limit %d", file, took, limit)
	}
	return took
}

// Mutate tries files that were changed at random: 10,000 of them if
// LAZYSCRIBE_LONG is 1, and fewer otherwise.
func (d Decoder) Mutate(t *testing.T) {
	count := 1000
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		count = 10_000
	}
	random := rand.New(rand.NewPCG(7, 8))
	var most uint64
	for range count {
		file := slices.Clone(d.Seeds[random.IntN(len(d.Seeds))])
		for range 1 + random.IntN(5) {
			at := random.IntN(len(file) + 1)
			switch random.IntN(3) {
			case 0:
				file = slices.Insert(file, at, []byte(d.Pieces[random.IntN(len(d.Pieces))])...)
			case 1:
				file = slices.Delete(file, at, min(len(file), at+random.IntN(6)))
			default:
				file = slices.Insert(file, at, file[at:min(len(file), at+random.IntN(20))]...)
			}
		}
		most = max(most, d.Try(t, file))
	}
	t.Logf("%d files, at most %d bytes of memory each", count, most)
}

// Fuzz tries what the fuzzer makes of the seeds.
func (d Decoder) Fuzz(f *testing.F) {
	for _, file := range d.Seeds {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) { d.Try(t, file) })
}
