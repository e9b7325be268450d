package hdf5_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

var h5py = []string{"h5py", "numpy"}

// What the present h5py writes for all versions of the format is read as h5py reads
// it, also where indexes and heaps have several levels.
func TestH5pyWrites(t *testing.T) {
	type task struct {
		Folder   string   `json:"folder"`
		Versions []string `json:"versions"`
		Large    []string `json:"large"`
	}
	dir := t.TempDir()
	var want map[string]map[string]described
	versions := []string{"earliest", "v108", "v110", "v112", "v114", "latest"}
	pyrun.Script(t, "testdata/write.py", h5py, task{dir, versions, []string{"earliest", "v108", "latest"}}, &want)
	compareFiles(t, dir, want)
}

// h5py reads what is written here, and can add to it.
func TestH5pyReads(t *testing.T) {
	type answer struct {
		DType  string
		Shape  []int
		Values []string
	}
	value := map[string]any{
		"bool":          []bool{true, false},
		"int":           []int{-1, 1 << 62},
		"int8":          []int8{-128, 127},
		"int16":         []int16{-32768, 5},
		"int32":         []int32{-1 << 31, 5},
		"uint8":         []uint8{255},
		"uint16":        []uint16{65535},
		"uint32":        []uint32{1<<32 - 1},
		"uint64":        []uint64{1<<64 - 1},
		"float16":       []npy.Float16{0x3e00},
		"float32":       []float32{0.5, -2},
		"float64":       []float64{0.1, 1e300, -5e-324},
		"complex64":     []complex64{1 - 2i},
		"complex128":    []complex128{0.1 - 2i},
		"number":        int16(-3),
		"truth":         true,
		"empty":         []float64{},
		"rows of none":  [][]float32{{}, {}},
		"deep/er/still": [][][]int32{{{1, 2}}, {{3, 4}}},
		"deep/other":    [2][2]uint8{{1, 2}, {3, 4}},
		"ünï/ç":         []int8{1},
		"fortran":       npy.Array{Shape: []int{2, 3}, Fortran: true, Data: []uint16{1, 4, 2, 5, 3, 6}},
	}
	want := map[string]answer{
		"bool":          {"|b1", []int{2}, []string{"True", "False"}},
		"int":           {"<i8", []int{2}, []string{"-1", "4611686018427387904"}},
		"int8":          {"|i1", []int{2}, []string{"-128", "127"}},
		"int16":         {"<i2", []int{2}, []string{"-32768", "5"}},
		"int32":         {"<i4", []int{2}, []string{"-2147483648", "5"}},
		"uint8":         {"|u1", []int{1}, []string{"255"}},
		"uint16":        {"<u2", []int{1}, []string{"65535"}},
		"uint32":        {"<u4", []int{1}, []string{"4294967295"}},
		"uint64":        {"<u8", []int{1}, []string{"18446744073709551615"}},
		"float16":       {"<f2", []int{1}, []string{"1.5"}},
		"float32":       {"<f4", []int{2}, []string{"0.5", "-2.0"}},
		"float64":       {"<f8", []int{3}, []string{"0.1", "1e+300", "-5e-324"}},
		"complex64":     {"<c8", []int{1}, []string{"(1-2j)"}},
		"complex128":    {"<c16", []int{1}, []string{"(0.1-2j)"}},
		"number":        {"<i2", []int{}, []string{"-3"}},
		"truth":         {"|b1", []int{}, []string{"True"}},
		"empty":         {"<f8", []int{0}, []string{}},
		"rows of none":  {"<f4", []int{2, 0}, []string{}},
		"deep/er/still": {"<i4", []int{2, 1, 2}, []string{"1", "2", "3", "4"}},
		"deep/other":    {"|u1", []int{2, 2}, []string{"1", "2", "3", "4"}},
		"ünï/ç":         {"|i1", []int{1}, []string{"1"}},
		"fortran":       {"<u2", []int{2, 3}, []string{"1", "2", "3", "4", "5", "6"}},
	}
	members := make(map[string]any)
	wantMembers := make(map[string]answer)
	for i := range 2000 { // so that the tree over them has two levels
		name := "group/" + string(rune('a'+i%26)) + "/" + string(rune(0x4e00+i))
		if i%2 == 0 {
			name = "flat" + string(rune(0x4e00+i))
		}
		members[name] = uint8(i)
		wantMembers[name] = answer{"|u1", []int{}, []string{fmt.Sprint(uint8(i))}}
	}
	dir := t.TempDir()
	var names []string
	for name, value := range map[string]any{
		"1-values.h5":  value,
		"2-members.h5": members,
		"3-none.h5":    map[string]any{},
		"4-single.h5":  [][]float32{{1, 2}},
		"5-struct.h5": struct {
			Weights []float32 `hdf5:"layer/weights"`
			Bias    float64
		}{[]float32{1}, 2},
	} {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, encoded(t, value), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	var got []map[string]answer
	pyrun.Script(t, "testdata/read.py", h5py, names, &got)
	if diff := cmp.Diff([]map[string]answer{
		want, wantMembers, {},
		{"data": {"<f4", []int{1, 2}, []string{"1.0", "2.0"}}},
		{"layer/weights": {"<f4", []int{1}, []string{"1.0"}}, "Bias": {"<f8", []int{}, []string{"2.0"}}},
	}, got); diff != "" {
		t.Errorf("(-want +h5py):\n%s", diff)
	}

	// What h5py has added to them since, and what was there before.
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := hdf5.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		var added []int64
		if err := f.Read(t.Context(), "added/by h5py 7", &added); err != nil || !slices.Equal(added, []int64{0, 1, 2, 3, 4, 5, 6}) {
			t.Errorf("%s: %v, %v", name, added, err)
		}
		if n := len(got[slices.Index(names, name)]) + 50; len(f.Names()) != n {
			t.Errorf("%s has %d datasets after h5py added 50, want %d", name, len(f.Names()), n)
		}
	}
}
