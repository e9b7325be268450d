package npy_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

func TestRaw(t *testing.T) {
	for _, test := range []struct {
		name   string
		value  any
		header npy.Header
		raw    []byte
		read   any // what it is read back as
	}{
		{"rows", [][]int16{{1, -2}, {3, 0x0405}}, npy.Header{DType: "<i2", Shape: []int{2, 2}},
			[]byte{1, 0, 0xfe, 0xff, 3, 0, 5, 4}, [][]int32{{1, -2}, {3, 0x0405}}},
		{"number", uint8(7), npy.Header{DType: "|u1", Shape: []int{}}, []byte{7}, uint16(7)},
		{"C order", npy.Array{Shape: []int{2, 3}, Fortran: true, Data: []uint8{1, 4, 2, 5, 3, 6}},
			npy.Header{DType: "|u1", Shape: []int{2, 3}, Fortran: true}, []byte{1, 2, 3, 4, 5, 6}, [][]uint8{{1, 2, 3}, {4, 5, 6}}},
		{"empty", []float64{}, npy.Header{DType: "<f8", Shape: []int{0}}, nil, []float64{}},
	} {
		h, err := npy.Describe(test.value)
		if diff := cmp.Diff(test.header, h); err != nil || diff != "" {
			t.Errorf("%s: Describe: %v (-want +got):\n%s", test.name, err, diff)
		}
		var file bytes.Buffer
		err = npy.WriteRaw(t.Context(), &file, test.value)
		if !bytes.Equal(file.Bytes(), test.raw) || err != nil {
			t.Errorf("%s: WriteRaw gives %x, %v; want %x", test.name, file.Bytes(), err, test.raw)
		}
		h.Fortran = false
		got := reflect.New(reflect.TypeOf(test.read))
		err = npy.ReadRaw(t.Context(), bytes.NewReader(test.raw), h, got.Interface())
		if diff := cmp.Diff(test.read, got.Elem().Interface()); err != nil || diff != "" {
			t.Errorf("%s: ReadRaw: %v (-want +got):\n%s", test.name, err, diff)
		}
	}
}

func TestRawRefuses(t *testing.T) {
	if _, err := npy.Describe("text"); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("Describe of a text: %v, want ErrUnsupportedValue", err)
	}
	if err := npy.WriteRaw(t.Context(), new(bytes.Buffer), [][]int{{1}, {}}); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("WriteRaw of ragged rows: %v, want ErrUnsupportedValue", err)
	}
	two := npy.Header{DType: "<i2", Shape: []int{2}}
	for _, test := range []struct {
		name   string
		header npy.Header
		raw    string
		target any
		want   error
	}{
		{"narrow", two, "abcd", new([]int8), artifacts.ErrTargetType},
		{"text", two, "abcd", new(string), artifacts.ErrTargetType},
		{"short", two, "abc", new([]int16), artifacts.ErrCorrupt},
		{"long", two, "abcde", new([]int16), artifacts.ErrCorrupt},
		{"huge", npy.Header{DType: "<i2", Shape: []int{1 << 40, 1 << 40}}, "", new(any), artifacts.ErrCorrupt},
	} {
		if err := npy.ReadRaw(t.Context(), bytes.NewReader([]byte(test.raw)), test.header, test.target); !errors.Is(err, test.want) {
			t.Errorf("ReadRaw of what is %s: %v, want %v", test.name, err, test.want)
		}
	}
}
