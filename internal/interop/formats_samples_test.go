package interop

import (
	"errors"
	"image"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// A formatted artifact is one of the formats that the package in python/ adds.
type formatted struct {
	Name    string `json:"name"`
	Handler string `json:"handler"`
	Kind    string `json:"kind"`  // how testdata/formats.py makes the value
	Value   any    `json:"value"` // as both sides describe it

	native any  // the same in Go
	oneWay bool // the files of both sides need not be the same
}

// An array is one of numpy's as both sides describe it.
type array struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Fortran bool   `json:"fortran"`
	Values  []any  `json:"values"` // in C order
}

// pythonNaN has the bits of the NaN that Python makes, math.NaN has others.
var pythonNaN = math.Float64frombits(0x7ff8 << 48)

// arrays are values of Go and what they are in both languages.
var arrays = map[string]struct {
	native any
	array  array
}{
	"matrix":   {[][]float64{{0, 0.1, 1e300}, {pythonNaN, -1, 5e-324}}, array{"<f8", []int{2, 3}, false, floats(0, 0.1, 1e300, math.NaN(), -1, 5e-324)}},
	"fortran":  {npy.Array{Shape: []int{2, 2}, Fortran: true, Data: []int32{1, -3, 2, 4}}, array{"<i4", []int{2, 2}, true, integers("1", "2", "-3", "4")}},
	"bools":    {[]bool{true, false}, array{"|b1", []int{2}, false, []any{true, false}}},
	"half":     {[]npy.Float16{0x3800, 0x7bff}, array{"<f2", []int{2}, false, floats(0.5, 65504)}},
	"wide":     {[][][]uint64{{{0, math.MaxUint64}}}, array{"<u8", []int{1, 1, 2}, false, integers("0", "18446744073709551615")}},
	"a number": {float32(0.25), array{"<f4", []int{}, false, floats(0.25)}},
	"nothing":  {npy.Array{Shape: []int{0, 2}, Data: []int8{}}, array{"|i1", []int{0, 2}, false, []any{}}},
	"complex":  {[]complex128{1 - 2i, 0.5i}, array{"<c16", []int{2}, false, []any{floats(1, -2), floats(0, 0.5)}}},
	"größe 漢字": {[]uint8{255}, array{"|u1", []int{1}, false, integers("255")}},
}

func floats(list ...float64) []any {
	described := make([]any, len(list))
	for i, x := range list {
		described[i] = float(x)
	}
	return described
}

func integers(list ...string) []any {
	described := make([]any, len(list))
	for i, digits := range list {
		described[i] = integer(digits)
	}
	return described
}

// A picture is described by its pixels, row after row, with the most significant
// byte first.
type picture struct {
	Mode   string `json:"mode"` // as pillow has it
	Size   [2]int `json:"size"`
	Pixels any    `json:"pixels"`
}

var (
	twoPixels = image.Rect(0, 0, 2, 1)
	pictures  = map[string]struct {
		native  image.Image
		picture picture
	}{
		"grey":        {&image.Gray{Pix: []uint8{1, 200}, Stride: 2, Rect: twoPixels}, picture{"L", [2]int{2, 1}, data([]byte{1, 200})}},
		"deep grey":   {&image.Gray16{Pix: []uint8{1, 2, 200, 3}, Stride: 4, Rect: twoPixels}, picture{"I;16", [2]int{2, 1}, data([]byte{1, 2, 200, 3})}},
		"colours":     {&image.RGBA{Pix: []uint8{1, 2, 3, 255, 4, 5, 6, 255}, Stride: 8, Rect: twoPixels}, picture{"RGB", [2]int{2, 1}, data([]byte{1, 2, 3, 4, 5, 6})}},
		"transparent": {&image.NRGBA{Pix: []uint8{1, 2, 3, 4, 250, 251, 252, 0}, Stride: 8, Rect: twoPixels}, picture{"RGBA", [2]int{2, 1}, data([]byte{1, 2, 3, 4, 250, 251, 252, 0})}},
	}
)

// A stored file of a folder; nil is a folder in it.
type stored struct {
	Content any  `json:"content"`
	Program bool `json:"program"`
}

var folders = map[string]map[string]*stored{
	"plain names": {
		"a.txt": {data([]byte("one\n")), false}, "b": nil, "b/empty": nil, "b/run.sh": {data([]byte("#!/bin/sh\n")), true}, "b.c": {data(nil), false},
		"b/B": {data(make([]byte, 1000)), false},
	},
	"odd names": {"größe": {data([]byte{1}), false}, "z " + strings.Repeat("long", 30): {data([]byte{0}), false}, "a b": nil},
}

// makeFolder makes a folder of files.
func makeFolder(t *testing.T, dir string, files map[string]*stored) file.Path {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path, f := filepath.Join(dir, filepath.FromSlash(name)), files[name]
		if f == nil {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		mode := os.FileMode(0o644)
		if f.Program {
			mode = 0o755
		}
		if err := errors.Join(os.WriteFile(path, native(f.Content).([]byte), mode), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	return file.Path(dir)
}

// everyFormat is something of each format.
func everyFormat(t *testing.T) []formatted {
	t.Helper()
	var list []formatted
	together, described := map[string]any{}, map[string]array{}
	for name, a := range arrays {
		list = append(list, formatted{Name: name, Handler: "npy", Kind: "array", Value: a.array, native: a.native})
		together[name], described[name] = a.native, a.array
	}
	list = append(list, formatted{Name: "together", Handler: "npz", Kind: "arrays", Value: described, native: together, oneWay: true})
	for name, p := range pictures {
		list = append(list, formatted{Name: name, Handler: "png", Kind: "picture", Value: p.picture, native: p.native, oneWay: true})
	}
	for name, files := range folders {
		list = append(list, formatted{
			Name: name, Handler: "file", Kind: "folder", Value: files,
			native: makeFolder(t, t.TempDir(), files), oneWay: name == "odd names",
		})
	}
	content := []byte("\x00\xff\r\n")
	return append(list,
		formatted{Name: "bytes", Handler: "bytes", Kind: "bytes", Value: data(content), native: content},
		formatted{Name: "a file", Handler: "file", Kind: "bytes", Value: data(content), native: content},
	)
}
