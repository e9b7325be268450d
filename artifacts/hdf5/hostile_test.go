package hdf5

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/hostile"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// seeds are files that h5py wrote, with names as in a pattern, and our own.
func seeds(t testing.TB, pattern string) [][]byte {
	all := hostile.Files(t, "testdata/"+pattern)
	for _, value := range []any{
		map[string]any{"a": []int16{1, 2, 3}, "b/c": [][]float64{{1}, {2}}, "b/d": npy.Array{Shape: []int{0, 3}, Data: []bool{}}, "number": 3.5},
		[]complex64{1, 2},
		map[string]int{},
	} {
		var file bytes.Buffer
		if err := (Handler{}).Encode(t.Context(), &file, value); err != nil {
			t.Fatal(err)
		}
		all = append(all, file.Bytes())
	}
	return all
}

// limit is what reading one dataset, or the groups of a file, may allocate: an
// array that was deflated, twice while it is put together, and what little files
// take.
func limit(file []byte) uint64 { return 8<<20 + 5*maxDeflation*uint64(len(file)) }

// measured fails the test if a function allocates more than it may.
func measured(t testing.TB, file []byte, what string, do func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > limit(file) {
		t.Fatalf("%s of a file of %d bytes takes %d", what, len(file), taken)
	}
}

// readAll reads what there is in a file. Checksums of structures are looked at or
// not: looked at, they end nearly all attempts before those begin.
func readAll(t testing.TB, file []byte, unsummed bool) {
	t.Helper()
	var f *File
	var err error
	measured(t, file, "opening", func() {
		f, err = Handler{}.open(&storage{r: bytes.NewReader(file), size: uint64(len(file)), unsummed: unsummed})
	})
	if err != nil {
		return
	}
	// A file that was made for it has many names for one large array.
	const most = 100
	for _, name := range f.names[:min(most, len(f.names))] {
		measured(t, file, "reading a dataset", func() {
			d, err := f.Dataset(name)
			if err != nil {
				return
			}
			if err := d.Read(t.Context(), new(any)); err == nil && len(d.Shape()) > 0 {
				_ = d.ReadRows(t.Context(), d.Shape()[0]/2, d.Shape()[0], new(any))
			}
			_ = d.Read(t.Context(), new([]float64))
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range seeds(f, "small-*.h5") {
		f.Add(file, true)
		f.Add(file, false)
	}
	f.Fuzz(func(t *testing.T, file []byte, unsummed bool) { readAll(t, file, unsummed) })
}

// LAZYSCRIBE_LONG=1 makes it ten thousand files.
func TestMutatedFiles(t *testing.T) {
	count := 500
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		count = 10_000
	}
	files := seeds(t, "*.h5")
	random := rand.New(rand.NewPCG(8, 8))
	for i := range count {
		file := slices.Clone(files[i%len(files)])
		// Most of a file says nothing: changes go to where something is.
		var places []int
		for at, b := range file {
			if b != 0 && b != 0xff {
				places = append(places, at)
			}
		}
		for range 1 + random.IntN(20) {
			at := places[random.IntN(len(places))]
			at = min(max(0, at+random.IntN(5)-2), len(file)-8)
			switch random.IntN(5) {
			case 0:
				file[at] = byte(random.Uint32())
			case 1:
				file[at] ^= 1 << random.IntN(8)
			case 2: // an address or a size
				binary.LittleEndian.PutUint64(file[at:], uint64(random.IntN(2*len(file))))
			case 3: // a large number
				binary.LittleEndian.PutUint64(file[at:], 1<<random.IntN(64)-uint64(random.IntN(2)))
			case 4: // what is elsewhere
				from := places[random.IntN(len(places))]
				copy(file[at:], slices.Clone(file[from:min(len(file), from+random.IntN(9))]))
			}
		}
		readAll(t, file, true)
	}
}

// TestLongElement: the size of elements is not believed where there are none.
func TestLongElement(t *testing.T) {
	d := &Dataset{file: &File{storage: &storage{}}, typ: datatype{kind: 'S', size: 1 << 31}, space: dataspace{shape: []uint64{0}}}
	var got []string
	measured(t, nil, "no string", func() {
		if err := d.Read(t.Context(), &got); err != nil || got == nil || len(got) != 0 {
			t.Errorf("got %q (%v)", got, err)
		}
	})
}
