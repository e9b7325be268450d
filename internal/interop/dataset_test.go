package interop

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

// The arrays of a dataset are read by numpy and h5py, and lie where the records
// say.
func TestDatasetArrays(t *testing.T) {
	matrix := make([][]float64, 50)
	for i := range matrix {
		matrix[i] = []float64{float64(i), 1, -1}
	}
	flags, waves, ints := make([]bool, 200), make([]complex64, 200), make([]int32, 200)
	for i := range flags {
		flags[i], waves[i], ints[i] = i%2 == 0, complex(float32(i), 1), int32(i)
	}
	type read struct {
		Shape []int   `json:"shape"`
		Sum   float64 `json:"sum"`
	}
	want := map[string]read{
		"all <f8": {[]int{50, 3}, 1225}, "all |b1": {[]int{200}, 100}, "all <c8": {[]int{200}, 19900}, "all <i4": {[]int{200}, 19900},
		"one <f8": {[]int{50, 3}, 1225},
	}
	for _, format := range []dataset.Format{dataset.Npy, dataset.Npz, dataset.HDF5} {
		dir := t.TempDir()
		d, err := dataset.Open(t.Context(), dir, &dataset.Options{Mode: dataset.ReadWrite, Format: format})
		if err != nil {
			t.Fatal(err)
		}
		for key, value := range map[string]any{"all": []any{matrix, flags, waves, ints}, "one": matrix} {
			if err := d.Put(t.Context(), key, value, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		var got map[string]read
		runPython(t, dir, "dataset.py", nil, &got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", format, diff)
		}
	}
}
