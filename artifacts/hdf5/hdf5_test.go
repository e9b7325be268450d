package hdf5_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

type layer struct {
	Weights [][]float32 `hdf5:"layer/weights"`
	Bias    [2]float64
	Notes   string `hdf5:"-"`
	hidden  func()
}

type key string

func TestConformance(t *testing.T) {
	value := layer{Weights: [][]float32{{1, 2}, {3, 4}}, Bias: [2]float64{5, 6}, hidden: nil}
	natural := map[string]any{
		"layer/weights": npy.Array{Shape: []int{2, 2}, Data: []float32{1, 2, 3, 4}},
		"Bias":          npy.Array{Shape: []int{2}, Data: []float64{5, 6}},
	}
	equal := func(got, want any) bool { return cmp.Equal(got, want, cmp.AllowUnexported(layer{})) }
	artifacttest.Run(t, hdf5.Handler{},
		artifacttest.Case{Name: "struct", Value: value, Natural: natural, Equal: equal, Settings: map[string]any{"max_size": "100000"}},
		artifacttest.Case{Name: "pointer", Value: &value, Want: value, Equal: equal},
		artifacttest.Case{Name: "map of anything", Value: natural, Natural: natural},
		artifacttest.Case{Name: "map with types of its own", Value: map[key][]int16{"a": {1}, "b/c": {2, 3}, "b/d": nil}, Want: map[key][]int16{"a": {1}, "b/c": {2, 3}, "b/d": {}}},
		artifacttest.Case{Name: "numbers", Value: map[string]float64{"x": 1, "y": 2}},
		artifacttest.Case{Name: "empty", Value: map[string]any{}, Natural: map[string]any{}},
		artifacttest.Case{
			Name: "array", Value: [][]int16{{1, 2}, {3, 4}},
			Natural: map[string]any{"data": npy.Array{Shape: []int{2, 2}, Data: []int16{1, 2, 3, 4}}},
		},
		artifacttest.Case{Name: "number", Value: 2.5},
		artifacttest.Case{
			Name: "Fortran order", Value: npy.Array{Shape: []int{2, 3}, Fortran: true, Data: []uint8{1, 4, 2, 5, 3, 6}},
			Want: npy.Array{Shape: []int{2, 3}, Data: []uint8{1, 2, 3, 4, 5, 6}},
		},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "nil pointer", Value: (*layer)(nil), Refused: true},
		artifacttest.Case{Name: "other keys", Value: map[int][]int{}, Refused: true},
		artifacttest.Case{Name: "no fields", Value: struct{}{}, Refused: true},
		artifacttest.Case{Name: "text", Value: "a", Refused: true},
		artifacttest.Case{Name: "nothing", Value: map[string]any{"a": nil}, Refused: true},
		artifacttest.Case{Name: "no name", Value: map[string]int{"": 1}, Refused: true},
		artifacttest.Case{Name: "no UTF-8", Value: map[string]int{"\xff": 1}, Refused: true},
		artifacttest.Case{Name: "a zero", Value: map[string]int{"a\x00": 1}, Refused: true},
		artifacttest.Case{Name: "long name", Value: map[string]int{strings.Repeat("x", 5000): 1}, Refused: true},
		artifacttest.Case{Name: "many groups", Value: map[string]int{strings.Repeat("x/", 300) + "x": 1}, Refused: true},
		artifacttest.Case{Name: "a group without a name", Value: map[string]int{"a//b": 1}, Refused: true},
		artifacttest.Case{Name: "the group itself", Value: map[string]int{"a/./b": 1}, Refused: true},
		artifacttest.Case{Name: "a dataset and a group", Value: map[string]int{"a": 1, "a/b": 1}, Refused: true},
		artifacttest.Case{Name: "many axes", Value: npy.Array{Shape: slices.Repeat([]int{1}, 33), Data: []int8{1}}, Refused: true},
		artifacttest.Case{Name: "one name twice", Value: struct {
			A int
			B int `hdf5:"A"`
		}{}, Refused: true},
	)
}

func TestCheckNamesTheDataset(t *testing.T) {
	err := hdf5.Handler{}.Check(map[string]any{"good": 1, "bad": [][]int{{1}, {}}})
	const want = `dataset "bad": unsupported value: row [1] has 0 elements, the first of its kind has 1`
	if err == nil || err.Error() != want {
		t.Errorf("Check returns %v, want %s", err, want)
	}
}

func encoded(t testing.TB, value any) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := (hdf5.Handler{}).Encode(t.Context(), &file, value); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func committed(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// open opens a file that h5py wrote.
func open(t testing.TB, name string) *hdf5.File {
	t.Helper()
	file := committed(t, name)
	f, err := hdf5.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSameValueSameFile(t *testing.T) {
	value := map[string]int{}
	for i := range 100 {
		value[fmt.Sprintf("%d/%d", i%7, i)] = i
	}
	if !bytes.Equal(encoded(t, value), encoded(t, value)) {
		t.Error("one map is written as two files")
	}
}

// Many members take tables and trees of several levels; h5py's view of them is in
// TestH5pyReads.
func TestManyMembers(t *testing.T) {
	for _, n := range []int{1, 8, 9, 256, 257, 8193} {
		want := make(map[string]uint16)
		for i := range n {
			want[fmt.Sprintf("member %d", i)] = uint16(i)
		}
		var got map[string]uint16
		err := hdf5.Handler{MaxSize: 1 << 20}.Decode(t.Context(), bytes.NewReader(encoded(t, want)), &got)
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%d members: %v, or other numbers", n, err)
		}
	}
}

func TestTargets(t *testing.T) {
	numbers := encoded(t, map[string][]int8{"A": {1}})
	for _, test := range []struct {
		file   []byte
		target any
	}{
		{numbers, new(struct{})}, {numbers, new(map[int]any)}, {numbers, new(map[string]string)}, {numbers, new(error)},
		{numbers, new(struct{ A string })}, {numbers, new(struct{ A []uint8 })}, {numbers, new(string)}, {numbers, new([][]int8)},
		{encoded(t, map[string]int{"a": 1, "b": 2}), new(int)},
		{encoded(t, map[string]int{}), new(npy.Array)},
	} {
		if err := (hdf5.Handler{}).Decode(t.Context(), bytes.NewReader(test.file), test.target); !errors.Is(err, artifacts.ErrTargetType) {
			t.Errorf("Decode into %T: %v, want ErrTargetType", test.target, err)
		}
	}
	var one []int32
	if err := (hdf5.Handler{}).Decode(t.Context(), bytes.NewReader(numbers), &one); err != nil || !slices.Equal(one, []int32{1}) {
		t.Errorf("Decode of the one dataset: %v, %v", one, err)
	}
	var missing struct{ A, C []int8 }
	err := hdf5.Handler{}.Decode(t.Context(), bytes.NewReader(numbers), &missing)
	if !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), `no dataset "C" (it has: ["A"])`) {
		t.Errorf("Decode into fields of other names: %v", err)
	}
}

// A file has what is not read; what is asked for is read all the same.
func TestOthersDoNotMatter(t *testing.T) {
	f := open(t, "refused-latest.h5")
	if _, err := f.Dataset("lzf"); !errors.Is(err, errors.ErrUnsupported) || err.Error() != `dataset "lzf": the filter lzf is not supported` {
		t.Errorf("Dataset: %v, want ErrUnsupported", err)
	}
	if _, err := f.Dataset("not there"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("Dataset: %v, want ErrNotFound", err)
	}
	err := hdf5.Handler{}.Decode(t.Context(), bytes.NewReader(committed(t, "refused-latest.h5")), new(any))
	if !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("Decode of everything: %v, want ErrTargetType", err)
	}
	var some struct {
		Cube  [2][3][4]int16 `hdf5:"cube"`
		Texts []key          `hdf5:"fixed"`
		Grid  [1][2]string   `hdf5:"fixed grid"`
		Text  string         `hdf5:"text"`
		Any   any            `hdf5:"text grid"`
	}
	if err := (hdf5.Handler{}).Decode(t.Context(), bytes.NewReader(committed(t, "types-latest.h5")), &some); err != nil {
		t.Fatal(err)
	}
	if some.Cube[1][2][3] != 23 || some.Text != "größer" || some.Grid[0][1] != "c" ||
		!slices.Equal(some.Texts, []key{"a", "", "abcde"}) || !cmp.Equal(some.Any, [][]string{{"a", "b"}, {"c", "d"}}) {
		t.Errorf("Decode gives %+v", some)
	}
}

func TestTextTargets(t *testing.T) {
	f := open(t, "types-earliest.h5")
	for _, test := range []struct {
		name   string
		target any
	}{
		{"text", new([]string)}, {"texts", new(string)}, {"texts", new([]int)}, {"texts", new([3]string)},
		{"text grid", new([]string)}, {"text grid", new(map[string]string)}, {"text", new(error)}, {"text", new([]byte)},
	} {
		if err := f.Read(t.Context(), test.name, test.target); !errors.Is(err, artifacts.ErrTargetType) {
			t.Errorf("Read of %s into %T: %v, want ErrTargetType", test.name, test.target, err)
		}
	}
}

// A stream that is longer than what is kept in memory goes through a file, which
// is gone afterwards.
func TestLongStream(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	want := make([]float64, 1<<18)
	want[1<<17] = 7
	var got []float64
	err := hdf5.Handler{}.Decode(t.Context(), struct{ io.Reader }{bytes.NewReader(encoded(t, want))}, &got)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Decode gives another array, or %v", err)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A file may begin with what belongs to somebody else, and end with it.
func TestUserBlock(t *testing.T) {
	file := slices.Concat(make([]byte, 1024), encoded(t, []int16{1, 2, 3}), []byte("more"))
	f, err := hdf5.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Dataset("data")
	if err != nil {
		t.Fatal(err)
	}
	var got []int16
	if err := d.Read(t.Context(), &got); err != nil || !slices.Equal(got, []int16{1, 2, 3}) {
		t.Errorf("Read: %v, %v", got, err)
	}
	if d.Name() != "data" {
		t.Errorf("the name is %q", d.Name())
	}
	if at, ok := d.Offset(); !ok || !bytes.Equal(file[at:at+6], []byte{1, 0, 2, 0, 3, 0}) {
		t.Errorf("Offset is %d, %v", at, ok)
	}
}

func ExampleOpen() {
	var file bytes.Buffer
	model := map[string]any{"layer/weights": [][]float32{{1, 2}, {3, 4}, {5, 6}}, "layer/bias": []float32{7, 8}}
	if err := (hdf5.Handler{}).Encode(context.Background(), &file, model); err != nil {
		fmt.Println(err)
		return
	}
	f, err := hdf5.Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Names())
	weights, err := f.Dataset("layer/weights")
	if err != nil {
		fmt.Println(err)
		return
	}
	var rows [][]float32
	err = weights.ReadRows(context.Background(), 1, 3, &rows)
	fmt.Println(weights.DType(), weights.Shape(), rows, err)
	// Output:
	// [layer/bias layer/weights]
	// <f4 [3 2] [[3 4] [5 6]] <nil>
}
