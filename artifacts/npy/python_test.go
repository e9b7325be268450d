package npy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// python runs a script of testdata. Without an interpreter that has numpy the
// test is skipped, or fails where there must be one.
func python(t *testing.T, script string, in, out any) {
	t.Helper()
	path := os.Getenv("LAZYSCRIBE_PYTHON")
	stop := t.Skip
	if os.Getenv("LAZYSCRIBE_INTEROP") == "1" {
		stop = t.Fatal
	}
	if path == "" {
		stop("LAZYSCRIBE_PYTHON does not name a Python interpreter")
	}
	if err := exec.Command(path, "-c", "import numpy").Run(); err != nil {
		stop("the interpreter of LAZYSCRIBE_PYTHON lacks numpy:", err)
	}
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-B", filepath.Join("testdata", script))
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, &stderr)
	}
	if err := json.Unmarshal(output, out); err != nil {
		t.Fatalf("%s: %v in %.200s", script, err, output)
	}
}

// The files of testdata are what the present numpy writes.
func TestNumpyWrites(t *testing.T) {
	var files map[string][]byte
	python(t, "arrays.py", nil, &files)
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
	python(t, "describe.py", names, &got)
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
	python(t, "describe.py", []string{name}, &got)
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
