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
		{Name: "bias", Summary: npy.Summary{Header: npy.Header{DType: "<f4", Shape: []int{1}}, First: []any{float32(0.5)}, Min: float32(0.5), Max: float32(0.5)}},
		{Name: "n", Summary: npy.Summary{Header: npy.Header{DType: "<i8", Shape: []int{}}, First: []any{int64(3)}, Min: int64(3), Max: int64(3)}},
		{Name: "weights", Summary: npy.Summary{Header: npy.Header{DType: "<f8", Shape: []int{3, 2}}, First: []any{1.0, 2.0}, Min: 1.0, Max: 6.0}},
	}
	got, err := npz.Inspect(t.Context(), bytes.NewReader(file.Bytes()), 2)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, difference (-want +got):\n%s", err, diff)
	}
	got, err = npz.Inspect(t.Context(), iotest.OneByteReader(bytes.NewReader(file.Bytes())), 2)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("stream: error %v, difference (-want +got):\n%s", err, diff)
	}
	damaged := bytes.Clone(file.Bytes())
	damaged[60] ^= 1 // in the numbers, of which there is a checksum
	if _, err := npz.Inspect(t.Context(), bytes.NewReader(damaged), 2); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("a file that was damaged: error %v, want ErrCorrupt", err)
	}
	if _, err := npz.Inspect(t.Context(), bytes.NewReader(file.Bytes()[:file.Len()-30]), 2); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("a file that was cut: error %v, want ErrCorrupt", err)
	}
}
