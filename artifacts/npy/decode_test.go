package npy_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

func TestTargets(t *testing.T) {
	files := arrays(t)
	tests := []struct {
		file   string
		target any
		want   any // nil: ErrTargetType
	}{
		{"bool", new([3]bool), [3]bool{true, false, true}},
		{"bool", new([]uint8), nil},
		{"bool", new([2]bool), nil},
		{"int8", new([]int16), []int16{-128, 0, 127}},
		{"int8", new([]int), []int{-128, 0, 127}},
		{"int8", new([]float32), []float32{-128, 0, 127}},
		{"int8", new([]npy.Float16), nil},
		{"int8", new([]uint64), nil},
		{"int16", new([]int32), []int32{-32768, 1, 32767}},
		{"int16", new([]float32), []float32{-32768, 1, 32767}},
		{"int16", new([]int8), nil},
		{"int32", new([]float64), []float64{-2147483648, 1, 2147483647}},
		{"int32", new([]float32), nil},
		{"int64", new([]int), []int{math.MinInt64, 1, math.MaxInt64}},
		{"int64", new([]float64), nil},
		{"uint8", new([]uint16), []uint16{0, 1, 255}},
		{"uint8", new([]int16), []int16{0, 1, 255}},
		{"uint8", new([]int8), nil},
		{"uint16", new([]uint32), []uint32{0, 1, 65535}},
		{"uint16", new([]int64), []int64{0, 1, 65535}},
		{"uint32", new([]uint), []uint{0, 1, math.MaxUint32}},
		{"uint32", new([]uint64), []uint64{0, 1, math.MaxUint32}},
		{"uint32", new([]int32), nil},
		{"uint64", new([]uint), []uint{0, 1, math.MaxUint64}},
		{"uint64", new([]int64), nil},
		{"float16", new([]float32), []float32{0, float32(negativeZero), 1, -1.5, 65504, 0x1p-24, float32(math.Inf(1))}},
		{"float16", new([]float64), []float64{0, negativeZero, 1, -1.5, 65504, 0x1p-24, math.Inf(1)}},
		{"float32", new([]float64), []float64{0, negativeZero, 1.5, 0x1p-149, math.Inf(1), math.Inf(-1)}},
		{"float64", new([]float32), nil},
		{"float64", new([]complex128), nil},
		{"complex64", new([]complex128), []complex128{1 + 2i, complex(negativeZero, -0.5)}},
		{"complex128", new([]complex64), nil},
		{"big int16", new([]float64), []float64{-32768, 1, 258}},
		{"big complex64", new([]complex128), []complex128{1 + 2i, complex(negativeZero, -0.5)}},
		{"number", new(float64), 2.5},
		{"number", new([]float64), nil},
		{"matrix", new([]float64), nil},
		{"matrix", new([][][]float64), nil},
		{"matrix", new([2][3]float64), [2][3]float64{{0, 1, 2}, {3, 4, 5}}},
		{"matrix", new([][2]float64), nil},
		{"matrix", new([]any), nil},
		{"matrix", new([][]string), nil},
		{"matrix", new(error), nil},
		{"fortran", new([][]float64), [][]float64{{0, 1, 2}, {3, 4, 5}}},
		{"fortran cube", new([2][][4]int32), [2][][4]int32{
			{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}},
			{{12, 13, 14, 15}, {16, 17, 18, 19}, {20, 21, 22, 23}},
		}},
		{"fortran row", new([][]float64), [][]float64{{0, 1, 2}}},
		{"no rows", new([][]float64), [][]float64{}},
		{"empty rows", new([][]int32), [][]int32{{}, {}}},
	}
	for _, test := range tests {
		err := npy.Handler{}.Decode(t.Context(), bytes.NewReader(files[test.file]), test.target)
		switch {
		case test.want == nil:
			if !errors.Is(err, artifacts.ErrTargetType) {
				t.Errorf("%s into %T: %v, want ErrTargetType", test.file, test.target, err)
			}
		case err != nil:
			t.Errorf("%s into %T: %v", test.file, test.target, err)
		default:
			if diff := cmp.Diff(test.want, content(test.target)); diff != "" {
				t.Errorf("%s into %T (-want +got):\n%s", test.file, test.target, diff)
			}
		}
	}
}

// A byte that is neither 0 nor 1 would be a bool that Go has no name for.
func TestOddBools(t *testing.T) {
	file := encoded(t, []bool{false, true, true})
	copy(file[len(file)-3:], []byte{0, 2, 255})
	got, err := npy.Read[[]bool](t.Context(), bytes.NewReader(file))
	if err != nil || !cmp.Equal(got, []bool{false, true, true}) || got[1] != got[2] {
		t.Errorf("read %v, %v", got, err)
	}
}

const spaces = "                                                   "

func TestDamagedFiles(t *testing.T) {
	numbers := string(make([]byte, 8))
	tests := map[string]string{
		"nothing":              "",
		"other magic":          strings.Repeat("x", 100),
		"version 4":            strings.Replace(string(encoded(t, []int{1})), "NUMPY\x01", "NUMPY\x04", 1),
		"huge header":          "\x93NUMPY\x02\x00\xff\xff\xff\xffx",
		"empty header":         string(header("")),
		"no dictionary":        string(header("[]")),
		"unclosed":             string(header("{'descr': '<f8', ")),
		"no keys":              string(header("{}")),
		"unclosed key":         string(header("{'descr")),
		"unknown key":          string(header("{'x': 1}")),
		"key twice":            string(header("{'descr': '<f8', 'descr': '<f8'}")),
		"no shape":             string(header("{'descr': '<f8', 'fortran_order': False}")),
		"no commas":            string(header("{'descr': '<f8' 'fortran_order': False 'shape': (1,)}")),
		"escapes":              string(header(`{'descr': '<\x668', 'fortran_order': False, 'shape': (1,)}`)),
		"order":                string(header("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}")),
		"shape is a number":    string(header("{'descr': '<f8', 'fortran_order': False, 'shape': 1}")),
		"unclosed shape":       string(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1")),
		"negative":             string(header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}")) + numbers,
		"huge number":          string(header("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}")),
		"product wraps":        string(header("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}")),
		"product wraps, empty": string(header("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296)}")),
		"many axes":            string(header("{'descr': '<f8', 'fortran_order': False, 'shape': (" + strings.Repeat("1, ", 65) + ")}")),
		"after the dictionary": string(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x")) + numbers,
		"structure":            string(header("{'descr': [('a', [('b', '<f8')], 'fortran_order': False, 'shape': (1,)}")),
		"byte order":           string(header("{'descr': '|f8', 'fortran_order': False, 'shape': (1,)}")) + numbers,
		"no numbers":           string(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}")),
		"something after":      string(encoded(t, []int{1})) + "x",
	}
	for name, file := range tests {
		for how, r := range map[string]io.Reader{"file": strings.NewReader(file), "reader": struct{ io.Reader }{strings.NewReader(file)}} {
			var a npy.Array
			if err := (npy.Handler{}).Decode(t.Context(), r, &a); !errors.Is(err, artifacts.ErrCorrupt) || a.Data != nil {
				t.Errorf("%s: Decode from a %s gives %v and %v, want ErrCorrupt", name, how, a, err)
			}
		}
	}
}

// Headers that numpy does not write and that mean the same.
func TestOtherSpellings(t *testing.T) {
	for _, text := range []string{
		`{"shape":(2L,),"fortran_order":True,"descr":"<i1"}`,
		"{'descr': '|i1', 'fortran_order': False, 'shape': (2), }" + spaces + "\n",
		"{ 'descr' : '>i1' ,\t'fortran_order' : False,'shape' : ( 2 , ) }",
	} {
		got, err := npy.Read[[]int8](t.Context(), bytes.NewReader(append(header(text), 1, 255)))
		if err != nil || !cmp.Equal(got, []int8{1, -1}) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

// Rows without elements are not in the file; a header must not get them for
// nothing.
func TestRowsOutOfNothing(t *testing.T) {
	file := header("{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776, 0)}")
	if _, err := npy.Read[[][]float64](t.Context(), bytes.NewReader(file)); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("Read returns %v, want ErrTargetType", err)
	}
	a, err := npy.Read[npy.Array](t.Context(), bytes.NewReader(file))
	if err != nil || a.Len() != 0 || a.Shape[0] != 1<<40 {
		t.Errorf("Read returns %v, %v", a, err)
	}
}

// The context is looked at while numbers are read and written, not only before.
func TestContextEndsOnTheWay(t *testing.T) {
	numbers := make([]float64, 1<<20)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if err := (npy.Handler{}).Encode(ctx, w, numbers); !errors.Is(err, context.Canceled) {
		t.Errorf("Encode returns %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	r := bytes.NewReader(encoded(t, numbers))
	stopping := readerFunc(func(p []byte) (int, error) {
		if r.Len() < 4<<20 {
			cancel()
		}
		return r.Read(p)
	})
	if _, err := npy.Read[[]float64](ctx, stopping); !errors.Is(err, context.Canceled) || r.Len() == 0 {
		t.Errorf("Read returns %v with %d bytes left", err, r.Len())
	}
}

type (
	writerFunc func(p []byte) (int, error)
	readerFunc func(p []byte) (int, error)
)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
func (f readerFunc) Read(p []byte) (int, error)  { return f(p) }

// content returns what a target points to.
func content(target any) any { return reflect.ValueOf(target).Elem().Interface() }
