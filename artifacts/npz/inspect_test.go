package npz_test

import (
	"bytes"
	"errors"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

func TestInspect(t *testing.T) {
	var file bytes.Buffer
	value := map[string]any{"weights": [][]float64{{1, 2}, {3, 4}, {5, 6}}, "bias": []float32{0.5}, "n": int64(3)}
	if err := (npz.Handler{Compress: true}).Encode(t.Context(), &file, value); err != nil {
		t.Fatal(err)
	}
	want := []npz.Member{
		{Name: "bias", Header: npy.Header{DType: "<f4", Shape: []int{1}}},
		{Name: "n", Header: npy.Header{DType: "<i8", Shape: []int{}}},
		{Name: "weights", Header: npy.Header{DType: "<f8", Shape: []int{3, 2}}},
	}
	got, err := npz.Inspect(t.Context(), bytes.NewReader(file.Bytes()))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, difference (-want +got):\n%s", err, diff)
	}
	got, err = npz.Inspect(t.Context(), iotest.OneByteReader(bytes.NewReader(file.Bytes())))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("stream: error %v, difference (-want +got):\n%s", err, diff)
	}
	if _, err := npz.Inspect(t.Context(), bytes.NewReader(file.Bytes()[:file.Len()-30])); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("a file that was cut: error %v, want ErrCorrupt", err)
	}
}
