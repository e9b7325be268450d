package npz_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

var numpy = []string{"numpy"}

func TestNumpyWrites(t *testing.T) {
	dir := t.TempDir()
	pyrun.Script(t, "testdata/write.py", numpy, dir, nil)
	arrays := map[string]any{
		"weights":  npy.Array{Shape: []int{2, 3}, Data: []float32{0, 1, 2, 3, 4, 5}},
		"bias":     npy.Array{Shape: []int{2}, Data: []float64{0.5, -1}},
		"layers/0": npy.Array{Shape: []int{2, 2}, Fortran: true, Data: []int16{0, 2, 1, 3}},
		"steps":    npy.Array{Shape: []int{}, Data: []int64{12}},
	}
	for name, want := range map[string]any{
		"stored.npz":     arrays,
		"compressed.npz": arrays,
		"empty.npz":      map[string]any{},
		"unnamed.npz": map[string]any{
			"arr_0": npy.Array{Shape: []int{1}, Data: []bool{true}},
			"arr_1": npy.Array{Shape: []int{1}, Data: []complex128{1 + 1i}},
		},
	} {
		file, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var got any
		err = npz.Handler{}.Decode(t.Context(), bytes.NewReader(file), &got)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestNumpyReads(t *testing.T) {
	type named struct {
		Grid  [][]int32 `npz:"a/grid"`
		Scale float32
		Mask  npy.Array
	}
	value := named{[][]int32{{1, 2}, {3, 4}}, 0.5, npy.Array{Shape: []int{2, 2}, Fortran: true, Data: []bool{true, false, true, true}}}
	arrays := map[string]string{"a/grid": "<i4 [[1, 2], [3, 4]]", "Scale": "<f4 0.5", "Mask": "|b1 [[True, True], [False, True]]"}
	dir := t.TempDir()
	var names []string
	for name, file := range map[string][]byte{
		"stored.npz":   encoded(t, npz.Handler{}, value),
		"deflated.npz": encoded(t, npz.Handler{Compress: true}, value),
	} {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	var got []map[string]string
	pyrun.Script(t, "testdata/read.py", numpy, names, &got)
	if diff := cmp.Diff([]map[string]string{arrays, arrays}, got); diff != "" {
		t.Errorf("(-want +numpy):\n%s", diff)
	}
}
