package npy_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// arrays are the files that numpy wrote.
func arrays(t testing.TB) map[string][]byte {
	text, err := os.ReadFile("testdata/arrays.json")
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string][]byte)
	if err := json.Unmarshal(text, &files); err != nil { // base64 is what it does with bytes
		t.Fatal(err)
	}
	return files
}

func count[T int16 | int32 | int64 | float64](n int) []T {
	numbers := make([]T, n)
	for i := range numbers {
		numbers[i] = T(i)
	}
	return numbers
}

var negativeZero = math.Copysign(0, -1)

// table has what numpy's script saved, by the same names.
var table = []struct {
	name    string
	value   any
	natural npy.Array
	big     bool
}{
	{name: "bool", value: []bool{true, false, true}},
	{name: "int8", value: []int8{-128, 0, 127}},
	{name: "int16", value: []int16{-32768, 1, 32767}},
	{name: "int32", value: []int32{-2147483648, 1, 2147483647}},
	{name: "int64", value: []int64{math.MinInt64, 1, math.MaxInt64}},
	{name: "uint8", value: []uint8{0, 1, 255}},
	{name: "uint16", value: []uint16{0, 1, 65535}},
	{name: "uint32", value: []uint32{0, 1, math.MaxUint32}},
	{name: "uint64", value: []uint64{0, 1, math.MaxUint64}},
	{name: "float16", value: []npy.Float16{0, 0x8000, 0x3c00, 0xbe00, 0x7bff, 1, 0x7c00}},
	{name: "float32", value: []float32{0, float32(negativeZero), 1.5, math.SmallestNonzeroFloat32, float32(math.Inf(1)), float32(math.Inf(-1))}},
	{name: "float64", value: []float64{0, negativeZero, 0.1, math.SmallestNonzeroFloat64, math.MaxFloat64, math.Inf(1)}},
	{name: "complex64", value: []complex64{1 + 2i, complex(float32(negativeZero), -0.5)}},
	{name: "complex128", value: []complex128{0.1 + 0.2i, -1e300}},
	{name: "number", value: 2.5, natural: npy.Array{Shape: []int{}, Data: []float64{2.5}}},
	{name: "truth", value: true, natural: npy.Array{Shape: []int{}, Data: []bool{true}}},
	{name: "empty", value: []float64{}},
	{name: "empty rows", value: [][]int32{{}, {}}, natural: npy.Array{Shape: []int{2, 0}, Data: []int32{}}},
	{name: "no rows", value: [0][3]float64{}, natural: npy.Array{Shape: []int{0, 3}, Data: []float64{}}},
	{name: "matrix", value: [][]float64{{0, 1, 2}, {3, 4, 5}}, natural: npy.Array{Shape: []int{2, 3}, Data: count[float64](6)}},
	{name: "one row", value: [1][]int64{{0, 1, 2}}, natural: npy.Array{Shape: []int{1, 3}, Data: count[int64](3)}},
	{name: "cube", value: cube, natural: npy.Array{Shape: []int{2, 3, 4}, Data: count[int16](24)}},
	{
		name:  "fortran",
		value: npy.Array{Shape: []int{2, 3}, Fortran: true, Data: []float64{0, 3, 1, 4, 2, 5}},
	},
	{
		name: "fortran cube",
		value: npy.Array{Shape: []int{2, 3, 4}, Fortran: true, Data: []int32{
			0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23,
		}},
	},
	{
		name:    "fortran row", // both orders are one, which is called C
		value:   npy.Array{Shape: []int{1, 3}, Data: count[float64](3)},
		natural: npy.Array{Shape: []int{1, 3}, Data: count[float64](3)},
	},
	{name: "many axes", value: npy.Array{Shape: manyAxes, Data: count[int64](4)}},
	{name: "long", value: count[int32](12345)},
	{name: "big int16", value: []int16{-32768, 1, 258}, big: true},
	{name: "big float64", value: [][]float64{{0.1, 1}, {2, 3}}, natural: npy.Array{Shape: []int{2, 2}, Data: []float64{0.1, 1, 2, 3}}, big: true},
	{name: "big complex64", value: []complex64{1 + 2i, complex(float32(negativeZero), -0.5)}, big: true},
}

var cube = [][3][]int16{
	{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}},
	{{12, 13, 14, 15}, {16, 17, 18, 19}, {20, 21, 22, 23}},
}

var manyAxes = []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 1}

type (
	celsius float32
	days    [][]celsius
)

func TestConformance(t *testing.T) {
	files := arrays(t)
	var cases []artifacttest.Case
	for _, row := range table {
		c := artifacttest.Case{Name: row.name, Value: row.value, File: files[row.name], Settings: map[string]any{"big_endian": row.big}}
		if row.natural.Shape != nil {
			c.Natural = row.natural
		}
		if len(files[row.name]) == 0 {
			t.Errorf("no file of %q", row.name)
		}
		if row.name != "long" { // which would be decoded thousands of times
			cases = append(cases, c)
		}
	}
	cyclic := make([]any, 1)
	cyclic[0] = cyclic
	cases = append(cases,
		artifacttest.Case{Name: "named types", Value: days{{1, 2}, {3, 4}}, Natural: npy.Array{Shape: []int{2, 2}, Data: []float32{1, 2, 3, 4}}},
		artifacttest.Case{Name: "ints", Value: [2][]int{{1}, {2}}},
		artifacttest.Case{Name: "pointer", Value: &[]uint{7}, Want: []uint{7}},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "nil pointer", Value: (*[]int)(nil), Refused: true},
		artifacttest.Case{Name: "text", Value: "text", Refused: true},
		artifacttest.Case{Name: "texts", Value: []string{"a"}, Refused: true},
		artifacttest.Case{Name: "anything", Value: []any{1}, Refused: true},
		artifacttest.Case{Name: "itself", Value: cyclic, Refused: true},
		artifacttest.Case{Name: "pointers", Value: []*int{nil}, Refused: true},
		artifacttest.Case{Name: "ragged", Value: [][]int{{1}, {1, 2}}, Refused: true},
		artifacttest.Case{Name: "no data", Value: npy.Array{}, Refused: true},
		artifacttest.Case{Name: "wrong shape", Value: npy.Array{Shape: []int{2}, Data: []int{1}}, Refused: true},
		artifacttest.Case{Name: "negative shape", Value: npy.Array{Shape: []int{-1, -1}, Data: []int{1}}, Refused: true},
		artifacttest.Case{Name: "huge shape", Value: npy.Array{Shape: []int{math.MaxInt, 2, 0}, Data: []int{}}, Refused: true},
		artifacttest.Case{Name: "65 axes", Value: npy.Array{Shape: make([]int, 65), Data: []int{}}, Refused: true},
		artifacttest.Case{Name: "array of nested", Value: npy.Array{Shape: []int{1}, Data: [][]int{{1}}}, Refused: true},
	)
	artifacttest.Run(t, npy.Handler{}, cases...)
}

func TestWritesNumpysBytes(t *testing.T) {
	files := arrays(t)
	for _, row := range table {
		var file bytes.Buffer
		if err := (npy.Handler{BigEndian: row.big}).Encode(t.Context(), &file, row.value); err != nil {
			t.Errorf("%s: %v", row.name, err)
		} else if !bytes.Equal(file.Bytes(), files[row.name]) {
			t.Errorf("%s: Encode writes %.200q, numpy %.200q", row.name, &file, files[row.name])
		}
	}
}

func TestRaggedRowIsNamed(t *testing.T) {
	err := npy.Handler{}.Check([][][]int{{{1}, {2}}, {{3}, {4, 5}}})
	const want = "unsupported value: row [1][1] has 2 elements, the first of its kind has 1"
	if err == nil || err.Error() != want {
		t.Errorf("Check returns %v, want %s", err, want)
	}
}

func TestOtherVersions(t *testing.T) {
	files := arrays(t)
	for _, name := range []string{"version 2", "version 3"} {
		got, err := npy.Read[[]int32](t.Context(), bytes.NewReader(files[name]))
		if diff := cmp.Diff([]int32{0, 1, 2}, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestDTypesWithoutCounterpart(t *testing.T) {
	files := arrays(t)
	for name, want := range map[string]string{
		"strings":    `dtype "<U3" is of strings`,
		"bytes":      `dtype "|S3" is of strings`,
		"dates":      `dtype "<M8[D]" is of dates`,
		"objects":    `dtype "|O" holds Python objects`,
		"structured": `dtype "[('a', '<i4'), ('b [x]', '<f8')]" is structured`,
		"subarrays":  `dtype "[('a', '<i4', (2, 2))]" is structured`,
		"void":       `dtype "|V3" has no counterpart`,
	} {
		for _, target := range []any{new(any), new([]float64)} {
			err := npy.Handler{}.Decode(t.Context(), bytes.NewReader(files[name]), target)
			if !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s into %T: %v, want ErrTargetType and %s", name, target, err, want)
			}
		}
		h, err := npy.ReadHeader(bytes.NewReader(files[name]))
		if err != nil || h.Elements() == 0 {
			t.Errorf("%s: header %+v, %v", name, h, err)
		}
	}
}

// The numbers after a header are read only when they are wanted.
func TestReadHeader(t *testing.T) {
	r := bytes.NewReader(arrays(t)["fortran"])
	h, err := npy.ReadHeader(r)
	want := npy.Header{DType: "<f8", Shape: []int{2, 3}, Fortran: true}
	if diff := cmp.Diff(want, h); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if rest, _ := io.ReadAll(r); len(rest) != 6*8 {
		t.Errorf("%d bytes are left, want those of 6 numbers", len(rest))
	}
}

func encoded(t testing.TB, value any) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := (npy.Handler{}).Encode(t.Context(), &file, value); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func header(text string) []byte {
	b, _ := base64.StdEncoding.DecodeString("k05VTVBZAQA=")
	return append(append(b, byte(len(text)), byte(len(text)>>8)), text...)
}
