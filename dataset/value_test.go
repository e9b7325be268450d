package dataset_test

import (
	"bytes"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

var formats = []dataset.Format{dataset.Npy, dataset.Npz, dataset.HDF5}

// withFormat opens a dataset that keeps arrays in a format.
func withFormat(t *testing.T, url string, f dataset.Format) *dataset.DataSet {
	t.Helper()
	return open(t, url, &dataset.Options{Mode: dataset.ReadWrite, Format: f})
}

func count1000() []float64 {
	list := make([]float64, 1000)
	for i := range list {
		list[i] = float64(i)
	}
	return list
}

func TestLargeArray(t *testing.T) {
	for _, format := range formats {
		t.Run(format.String(), func(t *testing.T) {
			overEach(t, func(t *testing.T, url string) {
				d := withFormat(t, url, format)
				put(t, d, "a", count1000())
				put(t, d, "two", map[string]any{"x": count1000(), "y": slices.Repeat([]int32{-1}, 200)})
				d = open(t, url, nil)
				same(t, d, "a", count1000())
				same(t, d, "two", map[string]any{"x": count1000(), "y": slices.Repeat([]int32{-1}, 200)})
				same[any](t, d, "a", count1000())
				_, err := dataset.Get[[]string](t.Context(), d, "a")
				is(t, err, artifacts.ErrTargetType)
				it, err := d.Item(t.Context(), "a")
				if err != nil || len(it.Arrays) != 1 || !cmp.Equal(it.Arrays[0], dataset.Array{Name: "array_0", DType: "<f8", Shape: []int{1000}}) {
					t.Errorf("arrays: %+v, %v", it.Arrays, err)
				}
				var file bytes.Buffer
				noError(t, d.WriteArray(t.Context(), "a", "", &file))
				start := map[dataset.Format]string{dataset.Npy: "\x93NUMPY", dataset.Npz: "PK\x03\x04", dataset.HDF5: "\x89HDF\r\n"}[format]
				if !strings.HasPrefix(file.String(), start) {
					t.Errorf("the file of the array begins with %q", file.Bytes()[:8])
				}
			})
		})
	}
}

// Arrays of equal content, and arrays that get another's place, are what they were.
func TestEqualArrays(t *testing.T) {
	for _, format := range formats {
		d := withFormat(t, storetest.MemoryURL("dataset"), format)
		a, b, c := count1000(), slices.Repeat([]float64{1}, 200), slices.Repeat([]float64{2}, 200)
		for _, value := range [][][]float64{
			{a, b}, {b, a}, {a, slices.Clone(a)}, {a, slices.Clone(a), slices.Clone(a)}, {b, a, b}, {c, b, a}, {a}, {b, slices.Clone(b)},
		} {
			put(t, d, "x", value)
			same(t, d, "x", value)
			put(t, d, "x", value)
			same(t, d, "x", value)
		}
	}
}

type node struct {
	Name string
	Next *node
	Data []float64
}

// What is shared within an item is shared when it is read; two readings share
// nothing.
func TestSharing(t *testing.T) {
	for _, format := range formats {
		d := withFormat(t, storetest.MemoryURL("dataset"), format)
		data := count1000()
		last := &node{"last", nil, data}
		put(t, d, "net", []*node{{"a", last, data}, {"b", last, nil}, last})
		got, err := dataset.Get[[]*node](t.Context(), d, "net")
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Next != got[2] || got[1].Next != got[2] || &got[0].Data[0] != &got[2].Data[0] || got[2].Data[999] != 999 {
			t.Errorf("%v: what was shared is not", format)
		}
		again, err := dataset.Get[[]*node](t.Context(), d, "net")
		if err != nil || again[2] == got[2] || &again[2].Data[0] == &got[2].Data[0] {
			t.Errorf("%v: two readings share memory (%v)", format, err)
		}
	}
}

// Rows are read by one request for them alone.
func TestRows(t *testing.T) {
	matrix := make([][]float64, 500)
	for i := range matrix {
		matrix[i] = []float64{float64(i), math.Sqrt(float64(i)), -1}
	}
	for _, format := range formats {
		t.Run(format.String(), func(t *testing.T) {
			url := storetest.MemoryURL("dataset")
			w := withFormat(t, url, format)
			put(t, w, "x", map[string]any{"m": matrix, "v": count1000()})
			put(t, w, "one", matrix)
			f := new(storetest.Faulty)
			d := open(t, url, dataset.WithFault(&dataset.Options{}, f.Hook))
			it, err := d.Item(t.Context(), "x")
			noError(t, err)
			var name string
			for _, a := range it.Arrays {
				if len(a.Shape) == 2 {
					name = a.Name
				}
			}
			before := f.Count()
			rows, err := dataset.Rows[[][]float64](t.Context(), d, "x", name, 100, 103)
			if err != nil || !cmp.Equal(rows, matrix[100:103]) {
				t.Errorf("rows: %v, %v", rows, err)
			}
			if ops := f.Ops()[before:]; len(ops) != 2 || !strings.Contains(ops[0], ".records/x.json") || !strings.HasPrefix(ops[1], "open x_data/") {
				t.Errorf("operations: %q, want the record and the rows", ops)
			}
			whole, err := dataset.Rows[npy.Array](t.Context(), d, "one", "", 0, 500)
			if err != nil || !cmp.Equal(whole.Shape, []int{500, 3}) || whole.Data.([]float64)[1499] != -1 {
				t.Errorf("all rows: %v, %v", whole.Shape, err)
			}
			none, err := dataset.Rows[[][]float64](t.Context(), d, "one", "array_0", 7, 7)
			if err != nil || len(none) != 0 {
				t.Errorf("no rows: %v, %v", none, err)
			}
			for _, wrong := range [][2]int{{-1, 2}, {3, 2}, {0, 501}, {501, 501}} {
				if _, err := dataset.Rows[[][]float64](t.Context(), d, "one", "", wrong[0], wrong[1]); err == nil {
					t.Errorf("rows %v are read", wrong)
				}
			}
			_, err = dataset.Rows[[]float64](t.Context(), d, "one", "", 0, 1)
			is(t, err, artifacts.ErrTargetType)
			_, err = dataset.Rows[[][]float64](t.Context(), d, "x", "", 0, 1) // there are two
			is(t, err, artifacts.ErrNotFound)
			_, err = dataset.Rows[[][]float64](t.Context(), d, "none", "", 0, 1)
			is(t, err, artifacts.ErrNotFound)
		})
	}
}

// Items that were read and dropped are not kept by the dataset.
func TestNothingIsKept(t *testing.T) {
	d := write(t, storetest.MemoryURL("dataset"))
	const size = 8 << 20
	for _, key := range []string{"a", "b", "c", "d"} {
		put(t, d, key, make([]float64, size/8))
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for _, key := range []string{"a", "b", "c", "d"} {
		read := dataset.Lazy[[]float64](d, key)
		if got, err := read(t.Context()); err != nil || len(got) != size/8 {
			t.Fatal(len(got), err)
		}
	}
	if after := heap(); after > before+size/2 {
		t.Errorf("after reading 4 items of %d bytes the heap has grown by %d", size, after-before)
	}
}

// A value that cannot be written leaves everything as it was.
func TestBadValues(t *testing.T) {
	d := write(t, t.TempDir()+"/dataset")
	cycle := &node{Name: "a"}
	cycle.Next = cycle
	for name, value := range map[string]any{"func": func() {}, "chan": make(chan int), "cycle": cycle} {
		err := d.Put(t.Context(), "a", value, nil)
		if err == nil {
			t.Errorf("%s is written", name)
		}
		_, err = d.Item(t.Context(), "a")
		is(t, err, artifacts.ErrNotFound)
	}
	put(t, d, "x", 1)
	same(t, d, "x", 1)
}
