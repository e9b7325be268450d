package npy_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

var numpy = []string{"numpy"}

// The files of testdata are what the present numpy writes.
func TestNumpyWrites(t *testing.T) {
	var files map[string][]byte
	pyrun.Script(t, "testdata/arrays.py", numpy, nil, &files)
	if diff := cmp.Diff(arrays(t), files); diff != "" {
		t.Errorf("testdata (-) and numpy (+) differ:\n%s", diff)
	}
}

// What numpy reads from our files, also from values that it did not write.
func TestNumpyReads(t *testing.T) {
	type answer struct {
		DType   string
		Shape   []int
		Fortran bool
		Numbers []string
	}
	tests := []struct {
		value any
		big   bool
		want  answer
	}{
		{value: []bool{true, false}, want: answer{"|b1", []int{2}, false, []string{"True", "False"}}},
		{value: []int{-1, 1 << 62}, want: answer{"<i8", []int{2}, false, []string{"-1", "4611686018427387904"}}},
		{value: []uint8{255}, want: answer{"|u1", []int{1}, false, []string{"255"}}},
		{value: []npy.Float16{0x3e00}, want: answer{"<f2", []int{1}, false, []string{"1.5"}}},
		{value: days{{0.5, -2}, {3, 4}}, want: answer{"<f4", []int{2, 2}, false, []string{"0.5", "-2.0", "3.0", "4.0"}}},
		{value: [][]float64{{0.1, 1e300}, {-5e-324, 7}}, big: true, want: answer{">f8", []int{2, 2}, false, []string{"0.1", "1e+300", "-5e-324", "7.0"}}},
		{value: []complex128{1 - 2i}, big: true, want: answer{">c16", []int{1}, false, []string{"(1-2j)"}}},
		{value: int16(-3), want: answer{"<i2", []int{}, false, []string{"-3"}}},
		{value: [][]float32{{}, {}, {}}, want: answer{"<f4", []int{3, 0}, false, []string{}}},
		{
			value: npy.Array{Shape: []int{2, 3}, Fortran: true, Data: []uint16{1, 4, 2, 5, 3, 6}},
			want:  answer{"<u2", []int{2, 3}, true, []string{"1", "2", "3", "4", "5", "6"}},
		},
		{
			value: npy.Array{Shape: []int{2, 1, 2}, Fortran: true, Data: []int32{1, 3, 2, 4}}, big: true,
			want: answer{">i4", []int{2, 1, 2}, true, []string{"1", "2", "3", "4"}},
		},
	}
	dir := t.TempDir()
	var names []string
	var want []answer
	for i, test := range tests {
		name := filepath.Join(dir, fmt.Sprintf("%d.npy", i))
		var file bytes.Buffer
		if err := (npy.Handler{BigEndian: test.big}).Encode(t.Context(), &file, test.value); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		names, want = append(names, name), append(want, test.want)
	}
	var got []answer
	pyrun.Script(t, "testdata/describe.py", numpy, names, &got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +numpy):\n%s", diff)
	}
}

// All of numpy's float16 are read as what they are.
func TestHalves(t *testing.T) {
	all := make([]npy.Float16, 1<<16)
	for i := range all {
		all[i] = npy.Float16(i)
	}
	name := filepath.Join(t.TempDir(), "halves.npy")
	if err := os.WriteFile(name, encoded(t, all), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []struct{ Numbers []string }
	pyrun.Script(t, "testdata/describe.py", numpy, []string{name}, &got)
	for i, text := range got[0].Numbers {
		var want float64
		if _, err := fmt.Sscan(text, &want); err != nil {
			t.Fatal(err)
		}
		if have := float64(all[i].Float32()); have != want && !(math.IsNaN(have) && math.IsNaN(want)) {
			t.Fatalf("%#04x is %v, want %v", i, have, want)
		}
	}
}
