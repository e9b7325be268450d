package file_test

import (
	"archive/tar"
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
)

// unpackOne unpacks a file below a folder of its own and measures what that takes.
func unpackOne(t *testing.T, packed []byte) {
	t.Helper()
	dir := t.TempDir()
	target := file.Into(file.Path(filepath.Join(dir, "in", "sub")))
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := file.Handler{}.Decode(t.Context(), bytes.NewReader(packed), target)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 8<<20+20*uint64(len(packed)) {
		t.Fatalf("Decode of %d bytes takes %d", len(packed), taken)
	}
	if outside, _ := os.ReadDir(dir); len(outside) != 1 {
		t.Fatalf("Decode writes outside of its folder: %v", outside)
	}
	if err == nil {
		err = target.Rollback()
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "in")); len(left) > 0 {
		t.Fatalf("Decode leaves %v after %v", left, err)
	}
}

func FuzzInto(f *testing.F) {
	f.Add(encoded(f, file.Path(write(f, folder))))
	f.Add(archive(f, regular("../a"), regular("a/b")))
	f.Add(sparse())
	f.Fuzz(func(t *testing.T, packed []byte) {
		// Most inputs have no header; making folders for them would be all the work.
		if _, err := tar.NewReader(bytes.NewReader(packed)).Next(); err == nil {
			unpackOne(t, packed)
		}
	})
}

// LAZYSCRIBE_LONG=1 makes it ten thousand files.
func TestMutatedFiles(t *testing.T) {
	count := 500
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		count = 10_000
	}
	seeds := [][]byte{encoded(t, file.Path(write(t, folder))), archive(t, regular("a"), regular("b/c")), sparse()}
	random := rand.New(rand.NewPCG(6, 2))
	for i := range count {
		packed := slices.Clone(seeds[i%len(seeds)])
		for range 1 + random.IntN(4) {
			header := random.IntN(len(packed)/512) * 512
			at := header + random.IntN(512)
			packed[at] = byte(random.Uint32())
			sum := 8 * int(' ') // a header with a wrong sum is refused before anything else
			for k, c := range packed[header : header+512] {
				if k < 148 || k >= 156 {
					sum += int(c)
				}
			}
			for k := range 6 {
				packed[header+148+k] = '0' + byte(sum>>(3*(5-k))&7)
			}
			packed[header+154], packed[header+155] = 0, ' '
		}
		unpackOne(t, packed)
	}
}
