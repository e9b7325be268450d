package cli

import (
	"errors"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

// datasetScratch makes the dataset the examples are about.
func datasetScratch(t *testing.T) {
	t.Helper()
	d, err := dataset.Open(t.Context(), "data", &dataset.Options{Mode: dataset.ReadWrite})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		d.Put(t.Context(), "mus", []float64{1.2, 2.5}, &dataset.PutOptions{Info: "Chemical potentials"}),
		d.Put(t.Context(), "psi", make([]float64, 1000), nil),
		d.Close(),
	)
	if err != nil {
		t.Fatal(err)
	}
}
