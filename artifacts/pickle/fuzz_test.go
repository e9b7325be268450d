package pickle_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
)

// fixtureFiles are the small files of the fixture.
func fixtureFiles(t testing.TB) [][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(fixture, "data", "protocol-*", "*.pkl"))
	if err != nil || len(names) < 300 {
		t.Fatalf("the fixture has %d files (%v)", len(names), err)
	}
	var files [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) < 4096 {
			files = append(files, data)
		}
	}
	return files
}

// survive decodes whatever it is given: no panic, no more memory than the file's
// size allows, and what was read can be written and read again.
func survive(t *testing.T, data []byte) {
	t.Helper()
	var v any
	var err error
	used := allocated(func() {
		err = (pickle.Handler{Ordered: true}).Decode(t.Context(), bytes.NewReader(data), &v)
	})
	if limit := uint64(memoryFactor*len(data) + memoryFloor); used > limit {
		t.Errorf("%q: %d bytes allocate %d", data, len(data), used)
	}
	for _, target := range []any{new(run), new([]run), new(map[string][]int), new(map[any]any)} {
		typed := allocated(func() {
			_ = (pickle.Handler{}).Decode(t.Context(), bytes.NewReader(data), target)
		})
		// A struct is as large as its type says, whatever the dict holds.
		if limit := uint64(2*memoryFactor*len(data) + memoryFloor); typed > limit {
			t.Errorf("%q into a %T: %d bytes allocate %d", data, target, len(data), typed)
		}
	}
	if err != nil {
		if !errors.Is(err, artifacts.ErrCorrupt) && !errors.Is(err, pickle.ErrNotPlain) {
			t.Errorf("%q: %v", data, err)
		}
		return
	}
	var b bytes.Buffer
	if err := (pickle.Handler{}).Encode(t.Context(), &b, v); err != nil {
		if !errors.Is(err, artifacts.ErrUnsupportedValue) { // too deep to write
			t.Errorf("%q is read as %s and cannot be written: %v", data, canon(v), err)
		}
		return
	}
	again, err := decode(t, pickle.Handler{Ordered: true}, b.Bytes())
	if err != nil || canon(again) != canon(v) {
		t.Errorf("%q is read as %s, and then as %s (%v)", data, canon(v), canon(again), err)
	}
}

func FuzzDecode(f *testing.F) {
	for i, data := range fixtureFiles(f) {
		if i%7 == 0 {
			f.Add(data)
		}
	}
	f.Fuzz(survive)
}

// TestMutated damages the files of the fixture, the same way each time. LAZYSCRIBE_LONG=1 asks
// for ten times as many.
func TestMutated(t *testing.T) {
	files := fixtureFiles(t)
	count := 1000
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		count = 10000
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range count {
		data := slices.Clone(files[random.IntN(len(files))])
		for range 1 + random.IntN(4) {
			i := random.IntN(len(data))
			switch random.IntN(4) {
			case 0:
				data[i] = byte(random.Uint32())
			case 1:
				data[i] = byte(random.IntN(2) * 0xff)
			case 2:
				data = slices.Insert(data, i, byte(random.Uint32()))
			case 3: // a piece of another file
				other := files[random.IntN(len(files))]
				j := random.IntN(len(other))
				data = slices.Insert(data, i, other[j:min(len(other), j+8)]...)
			}
		}
		survive(t, data)
	}
}
