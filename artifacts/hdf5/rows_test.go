package hdf5_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// All rows of all datasets of a file are the parts of what Read gives, whose
// numbers TestCommitted has from h5py.
func TestRows(t *testing.T) {
	for _, name := range []string{"types-earliest.h5", "types-latest.h5", "chunks-earliest.h5", "chunks-latest.h5"} {
		f := open(t, name)
		for _, name := range f.Names() {
			d, err := f.Dataset(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Shape()) == 0 {
				if err := d.ReadRows(t.Context(), 0, 1, new(any)); err == nil {
					t.Errorf("%s: there are rows of one element", name)
				}
				continue
			}
			var all any
			if err := d.Read(t.Context(), &all); err != nil {
				t.Fatal(err)
			}
			n := d.Shape()[0]
			for from := range n + 1 {
				for to := from; to <= n; to++ {
					var rows any
					if err := d.ReadRows(t.Context(), from, to, &rows); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(part(all, from, to), rows, cmpopts.EquateNaNs()); diff != "" {
						t.Fatalf("%s[%d:%d] (-want +got):\n%s", name, from, to, diff)
					}
				}
			}
			for _, wrong := range [][2]int{{-1, 0}, {1, 0}, {0, n + 1}} {
				if err := d.ReadRows(t.Context(), wrong[0], wrong[1], new(any)); err == nil {
					t.Errorf("%s has rows %d", name, wrong)
				}
			}
		}
	}
}

// part returns rows of what Read gave.
func part(all any, from, to int) any {
	a, ok := all.(npy.Array)
	if !ok { // strings
		return reflect.ValueOf(all).Slice(from, to).Interface()
	}
	row := 1
	for _, n := range a.Shape[1:] {
		row *= n
	}
	shape := append([]int{to - from}, a.Shape[1:]...)
	return npy.Array{Shape: shape, Data: reflect.ValueOf(a.Data).Slice(from*row, to*row).Interface()}
}

// countingAt counts the bytes that are read.
type countingAt struct {
	bytes.Reader
	mu sync.Mutex
	n  int64
}

func (c *countingAt) ReadAt(p []byte, offset int64) (int, error) {
	n, err := c.Reader.ReadAt(p, offset)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += int64(n)
	return n, err
}

// Rows of a large array take no more than themselves, and where they are follows
// from the place of the first.
func TestRowsAreReadAlone(t *testing.T) {
	const rows, columns = 1 << 14, 16
	grid := npy.Array{Shape: []int{rows, columns}, Data: make([]int32, rows*columns)}
	for i := range rows * columns {
		grid.Data.([]int32)[i] = int32(i)
	}
	file := encoded(t, map[string]any{"grid": grid, "other": grid})
	r := new(countingAt)
	r.Reset(file)
	f, err := hdf5.Open(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Dataset("grid")
	if err != nil {
		t.Fatal(err)
	}
	opened := r.n
	if opened > 1<<16 {
		t.Errorf("%d of %d bytes are read to open the file", opened, len(file))
	}
	var got [][]int32
	if err := d.ReadRows(t.Context(), 10_000, 10_002, &got); err != nil || got[0][0] != 160_000 || got[1][15] != 160_031 {
		t.Errorf("ReadRows: %v, %v", got, err)
	}
	if n := r.n - opened; n != 2*columns*4 {
		t.Errorf("%d bytes are read for two rows", n)
	}
	at, ok := d.Offset()
	if !ok || binary.LittleEndian.Uint32(file[at+10_000*columns*4:]) != 160_000 {
		t.Errorf("Offset is %d, %v", at, ok)
	}
	for _, name := range []string{"compact", "unwritten", "texts"} {
		d, err := open(t, "types-latest.h5").Dataset(name)
		if err != nil {
			t.Fatal(err)
		}
		if at, ok := d.Offset(); ok {
			t.Errorf("%s is at %d, and is not contiguous", name, at)
		}
	}
}

// One file serves several goroutines; the race detector looks on.
func TestConcurrentReads(t *testing.T) {
	f := open(t, "chunks-latest.h5")
	d, err := f.Dataset("all/both grow")
	if err != nil {
		t.Fatal(err)
	}
	var want [][]float64
	if err := d.Read(t.Context(), &want); err != nil {
		t.Fatal(err)
	}
	if d, err = f.Dataset("all/both grow"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			var got [][]float64
			if err := d.ReadRows(t.Context(), i, 10, &got); err != nil || !cmp.Equal(want[i:], got) {
				t.Errorf("rows from %d: %v", i, err)
			}
			var cube [][][]int16
			if err := f.Read(t.Context(), "cube", &cube); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// What was never written has no bytes in the file, and may be said to be huge.
func TestUnwrittenIsLimited(t *testing.T) {
	file := encoded(t, map[string]any{"none": [][3]float32{}})
	axes := slices.Concat([]byte{1, 2, 0, 0, 0, 0, 0, 0}, make([]byte, 8), []byte{3, 0, 0, 0, 0, 0, 0, 0})
	at := bytes.Index(file, axes)
	if at < 0 {
		t.Fatal("the shape is not in the file")
	}
	binary.LittleEndian.PutUint64(file[at+8:], 1<<30)
	for _, h := range []hdf5.Handler{{}, {MaxSize: 4096}} {
		f, err := h.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Read(t.Context(), "none", new(any)); !errors.Is(err, artifacts.ErrTooLarge) {
			t.Errorf("Read of 12 GiB that were never written: %v, want ErrTooLarge", err)
		}
		if err := h.Decode(t.Context(), bytes.NewReader(file), new(any)); !errors.Is(err, artifacts.ErrTooLarge) {
			t.Errorf("Decode of 12 GiB that were never written: %v, want ErrTooLarge", err)
		}
		d, err := f.Dataset("none")
		if err != nil {
			t.Fatal(err)
		}
		var rows [][]float32
		if err := d.ReadRows(t.Context(), 1<<29, 1<<29+2, &rows); err != nil || !cmp.Equal(rows, [][]float32{{0, 0, 0}, {0, 0, 0}}) {
			t.Errorf("ReadRows of some of it: %v, %v", rows, err)
		}
	}
}
