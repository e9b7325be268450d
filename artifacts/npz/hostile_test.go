package npz_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

// seeds are files to begin with.
func seeds(t testing.TB) [][]byte {
	arrays := map[string]any{
		"a": []int16{1, 2, 3}, "b/c": [][]float64{{1}, {2}}, "number": 3.5,
		"fortran": npy.Array{Shape: []int{2, 2}, Fortran: true, Data: []bool{true, false, true, true}},
	}
	return [][]byte{
		encoded(t, npz.Handler{}, arrays),
		encoded(t, npz.Handler{Compress: true}, arrays),
		encoded(t, npz.Handler{Compress: true}, map[string]any{"zeros": make([]float64, 10_000)}),
		encoded(t, npz.Handler{}, map[string]any{}),
	}
}

// decodeAll reads a file into several targets and measures what that takes.
func decodeAll(t *testing.T, file []byte) {
	t.Helper()
	for _, target := range []any{new(any), new(map[string][]float64), new(struct {
		A []int16 `npz:"a"`
	})} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_ = npz.Handler{}.Decode(t.Context(), struct{ io.Reader }{bytes.NewReader(file)}, target)
		_ = npz.Handler{}.Decode(t.Context(), bytes.NewReader(file), target)
		runtime.ReadMemStats(&after)
		// Deflated bytes become at most 1032 of them, and there is room for eight times as many.
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 4<<20+2*10*1032*uint64(len(file)) {
			t.Fatalf("Decode of %d bytes into %T takes %d", len(file), target, taken)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range seeds(f) {
		f.Add(file)
	}
	f.Fuzz(decodeAll)
}

// LAZYSCRIBE_LONG=1 makes it ten thousand files.
func TestMutatedFiles(t *testing.T) {
	count := 1000
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		count = 10_000
	}
	files := seeds(t)
	random := rand.New(rand.NewPCG(6, 1))
	for i := range count {
		file := slices.Clone(files[i%len(files)])
		for range 1 + random.IntN(4) {
			at := random.IntN(len(file))
			switch random.IntN(4) {
			case 0:
				file[at] = byte(random.Uint32())
			case 1:
				for k := at; k < min(at+4, len(file)); k++ {
					file[k] = 0xff
				}
			case 2: // the directory is at the end
				at = len(file) - 1 - random.IntN(min(len(file), 200))
				file[at] ^= 1 << random.IntN(8)
			case 3:
				file = slices.Insert(file, at, file[at:min(len(file), at+random.IntN(60))]...)
			}
		}
		decodeAll(t, file)
	}
}
