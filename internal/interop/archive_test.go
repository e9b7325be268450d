package interop

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

// TestArchiveArrays lets numpy and h5py read the arrays of an archive, in each of
// the formats in which they are kept.
func TestArchiveArrays(t *testing.T) {
	pyrun.Need(t, "numpy", "h5py")
	dir := t.TempDir()
	x := make([]float64, 20)
	for i := range x {
		x[i] = float64(i) / 4
	}
	a := archive.New(&archive.Options{ArrayThreshold: 5})
	for name, v := range map[string]any{
		"x": x, "both": [][]float64{x, x}, "table": [][]int32{{1, 2, 3}, {4, 5, 6}},
		"flags": []bool{true, false, true, true, false, true}, "waves": []complex64{1, 2i, 3, 4, 5, 6 - 1i}, "bytes": []byte("0123456789"),
	} {
		if err := a.Insert(name, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []archive.DataFormat{archive.Npy, archive.Npz, archive.HDF5} {
		if _, err := a.SaveData(t.Context(), format, func(name string) (io.WriteCloser, error) {
			return os.Create(filepath.Join(dir, name))
		}); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := (archive.Handler{}).Encode(t.Context(), &file, a); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "all.archive.npz"), file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	data, err := a.Data()
	if err != nil {
		t.Fatal(err)
	}

	// What an array is to numpy: its dtype, its shape, and a sum of it.
	type seen struct {
		DType string  `json:"dtype"`
		Shape []int   `json:"shape"`
		Sum   float64 `json:"sum"`
	}
	want := map[string]seen{}
	for _, array := range data {
		switch array.Value.(type) {
		case []float64:
			want[array.Name] = seen{"<f8", []int{20}, 47.5}
		case [][]int32:
			want[array.Name] = seen{"<i4", []int{2, 3}, 21}
		case []bool:
			want[array.Name] = seen{"|b1", []int{6}, 4}
		case []complex64:
			want[array.Name] = seen{"<c8", []int{6}, 19} // of the real parts
		case []byte:
			want[array.Name] = seen{"|u1", []int{10}, 525}
		}
	}
	if len(want) != 5 {
		t.Fatalf("%d arrays", len(want))
	}
	got := map[string]map[string]seen{}
	runPython(t, dir, "archive_arrays.py", nil, &got)
	for _, source := range []string{"npy", "npz", "h5", "archive"} {
		if diff := cmp.Diff(want, got[source]); diff != "" {
			t.Errorf("%s: %s", source, diff)
		}
	}
}
