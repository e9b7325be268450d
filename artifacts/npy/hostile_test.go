package npy_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// allowance is the memory that reading a file may take however short it is.
const allowance = 4 << 20

// decodeAll reads a file into all kinds of targets and measures what that takes.
func decodeAll(t *testing.T, file []byte) {
	t.Helper()
	for _, target := range []any{new(any), new([]float64), new([][]float64), new([][][]int), new(float64), new([]bool)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_ = npy.Handler{}.Decode(t.Context(), struct{ io.Reader }{bytes.NewReader(file)}, target)
		_ = npy.Handler{}.Decode(t.Context(), bytes.NewReader(file), target)
		runtime.ReadMemStats(&after)
		// A byte can become eight, or an element of a slice of slices, and there is
		// room for eight elements for each that was read.
		if taken := after.TotalAlloc - before.TotalAlloc; taken > allowance+300*uint64(len(file)) {
			t.Fatalf("Decode of %d bytes into %T takes %d", len(file), target, taken)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range arrays(f) {
		if len(file) < 1000 {
			f.Add(file)
		}
	}
	f.Add(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776,)}"))
	f.Add(header("{'descr': '<f8', 'fortran_order': True, 'shape': (1099511627776, 0)}"))
	f.Fuzz(decodeAll)
}

// LAZYSCRIBE_LONG=1 makes it ten thousand files.
func TestMutatedFiles(t *testing.T) {
	count := 1000
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		count = 10_000
	}
	var files [][]byte
	for _, file := range arrays(t) {
		files = append(files, file)
	}
	slices.SortFunc(files, bytes.Compare)
	random := rand.New(rand.NewPCG(6, 0))
	for i := range count {
		file := slices.Clone(files[i%len(files)])
		for range 1 + random.IntN(4) {
			// The header is where damage can do harm; digits are what can lie.
			at := random.IntN(min(len(file), 140))
			switch random.IntN(4) {
			case 0:
				file[at] = byte(random.Uint32())
			case 1:
				file[at] = "0123456789"[random.IntN(10)]
			case 2:
				file = slices.Insert(file, at, []byte("99999")...)
			case 3:
				file = file[:random.IntN(len(file))+1]
			}
		}
		decodeAll(t, file)
	}
}
