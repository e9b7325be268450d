package npy_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// TestInspect inspects files that numpy wrote.
func TestInspect(t *testing.T) {
	files := arrays(t)
	shape := func(n ...int) []int { return n }
	tests := []struct {
		name string
		want npy.Summary
	}{
		{"bool", npy.Summary{Header: npy.Header{DType: "|b1", Shape: shape(3)}, First: []any{true, false}}},
		{"int8", npy.Summary{Header: npy.Header{DType: "|i1", Shape: shape(3)}, First: []any{int64(-128), int64(0)}, Min: int64(-128), Max: int64(127)}},
		{"int64", npy.Summary{Header: npy.Header{DType: "<i8", Shape: shape(3)}, First: []any{int64(math.MinInt64), int64(1)}, Min: int64(math.MinInt64), Max: int64(math.MaxInt64)}},
		{"uint64", npy.Summary{Header: npy.Header{DType: "<u8", Shape: shape(3)}, First: []any{uint64(0), uint64(1)}, Min: uint64(0), Max: uint64(math.MaxUint64)}},
		{"float16", npy.Summary{Header: npy.Header{DType: "<f2", Shape: shape(7)}, First: []any{float32(0), float32(negativeZero)}, Min: float32(-1.5), Max: float32(math.Inf(1))}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := npy.Inspect(t.Context(), bytes.NewReader(files[test.name]), 2)
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("error %v, difference (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestInspectNumbers(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name     string
		value    any
		low, top any
		nan      int
		first    []any
	}{
		{"NaN first", []float64{nan, 2, -1, nan, 5}, -1.0, 5.0, 2, []any{nan, 2.0, -1.0}},
		{"only NaN", []float64{nan}, nil, nil, 1, []any{nan}},
		{"infinite", []float64{-inf, 0}, -inf, 0.0, 0, []any{-inf, 0.0}},
		{"empty", []float64{}, nil, nil, 0, nil},
		{"a number", 3.5, 3.5, 3.5, 0, []any{3.5}},
		{"short floats", []float32{0.1, 0.2}, float32(0.1), float32(0.2), 0, []any{float32(0.1), float32(0.2)}},
		{"all above zero", []uint16{7, 8, 9, 10}, uint64(7), uint64(10), 0, []any{uint64(7), uint64(8), uint64(9)}},
		{"all below zero", []int32{-7, -8}, int64(-8), int64(-7), 0, []any{int64(-7), int64(-8)}},
		{"complex", []complex64{1i, 2, 3, complex(float32(nan), 0)}, nil, nil, 1, []any{1i, 2 + 0i, 3 + 0i}},
		{"blocks", append(make([]float64, 1<<18), -1, 1), -1.0, 1.0, 0, []any{0.0, 0.0, 0.0}},
	}
	for _, test := range tests {
		for _, big := range []bool{false, true} {
			var file bytes.Buffer
			if err := (npy.Handler{BigEndian: big}).Encode(t.Context(), &file, test.value); err != nil {
				t.Fatal(err)
			}
			got, err := npy.Inspect(t.Context(), &file, 3)
			want := npy.Summary{Header: got.Header, Min: test.low, Max: test.top, NaN: test.nan, First: test.first}
			if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); err != nil || diff != "" {
				t.Errorf("%s, big endian %t: error %v, difference (-want +got):\n%s", test.name, big, err, diff)
			}
		}
	}
}

func TestInspectUnreadable(t *testing.T) {
	file := encoded(t, []int8{1, 2, 3, 4})
	strings := bytes.Replace(bytes.Replace(file, []byte("|i1"), []byte("<U1"), 1), []byte("(4,)"), []byte("(1,)"), 1)
	got, err := npy.Inspect(t.Context(), bytes.NewReader(strings), 3)
	if err != nil || !errors.Is(got.Unread, artifacts.ErrTargetType) || got.DType != "<U1" || len(got.First) > 0 {
		t.Errorf("strings: %+v, error %v", got, err)
	}
	for name, damaged := range map[string][]byte{
		"cut":       file[:len(file)-1],
		"long":      append(bytes.Clone(file), 0),
		"no header": file[:5],
	} {
		if _, err := npy.Inspect(t.Context(), bytes.NewReader(damaged), 3); !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("%s: error %v, want ErrCorrupt", name, err)
		}
	}
}

// zeros are endless.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestInspectMemory: a GiB of numbers takes a block of memory.
func TestInspectMemory(t *testing.T) {
	const elements = 1 << 27
	file := encoded(t, npy.Array{Shape: []int{0}, Data: []float64{}})
	header := bytes.Replace(file, []byte("(0,), }         "), []byte("(134217728,), } "), 1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := npy.Inspect(t.Context(), io.MultiReader(bytes.NewReader(header), io.LimitReader(zeros{}, 8*elements)), 3)
	runtime.ReadMemStats(&after)
	if err != nil || got.Elements() != elements || got.Max != 0.0 {
		t.Fatalf("summary %+v, error %v", got, err)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
		t.Errorf("allocated %d bytes", took)
	}
}
