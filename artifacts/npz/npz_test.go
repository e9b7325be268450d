package npz_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

type layer struct {
	Weights [][]float32 `npz:"weights"`
	Bias    [2]float64
	Notes   string `npz:"-"`
	hidden  func()
}

type key string

func TestConformance(t *testing.T) {
	value := layer{Weights: [][]float32{{1, 2}, {3, 4}}, Bias: [2]float64{5, 6}, hidden: nil}
	natural := map[string]any{
		"weights": npy.Array{Shape: []int{2, 2}, Data: []float32{1, 2, 3, 4}},
		"Bias":    npy.Array{Shape: []int{2}, Data: []float64{5, 6}},
	}
	equal := func(got, want any) bool { return cmp.Equal(got, want, cmp.AllowUnexported(layer{})) }
	deflated := map[string]any{"compress": true, "max_size": "100000"}
	artifacttest.Run(t, npz.Handler{},
		artifacttest.Case{Name: "struct", Value: value, Natural: natural, Equal: equal},
		artifacttest.Case{Name: "struct deflated", Value: value, Natural: natural, Equal: equal, Settings: deflated},
		artifacttest.Case{Name: "pointer", Value: &value, Want: value, Equal: equal},
		artifacttest.Case{Name: "map of anything", Value: natural, Natural: natural},
		artifacttest.Case{Name: "map of one type", Value: map[key][]int16{"a": {1}, "": nil}, Refused: true},
		artifacttest.Case{Name: "map with types of its own", Value: map[key][]int16{"a": {1}, "b/c": {2, 3}}, Settings: deflated},
		artifacttest.Case{Name: "numbers", Value: map[string]float64{"x": 1, "y": 2}},
		artifacttest.Case{Name: "empty", Value: map[string]any{}, Natural: map[string]any{}},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "nil pointer", Value: (*layer)(nil), Refused: true},
		artifacttest.Case{Name: "array", Value: []int{1}, Refused: true},
		artifacttest.Case{Name: "Array", Value: npy.Array{Shape: []int{1}, Data: []int{1}}, Refused: true},
		artifacttest.Case{Name: "other keys", Value: map[int][]int{}, Refused: true},
		artifacttest.Case{Name: "no fields", Value: struct{}{}, Refused: true},
		artifacttest.Case{Name: "no UTF-8", Value: map[string]int{"\xff": 1}, Refused: true},
		artifacttest.Case{Name: "long name", Value: map[string]int{strings.Repeat("x", 1<<16): 1}, Refused: true},
		artifacttest.Case{Name: "text", Value: map[string]any{"a": "b"}, Refused: true},
		artifacttest.Case{Name: "nothing", Value: map[string]any{"a": nil}, Refused: true},
		artifacttest.Case{Name: "one name twice", Value: struct {
			A int
			B int `npz:"A"`
		}{}, Refused: true},
	)
}

func TestCheckNamesTheArray(t *testing.T) {
	err := npz.Handler{}.Check(map[string]any{"good": 1, "bad": [][]int{{1}, {}}})
	const want = `array "bad": unsupported value: row [1] has 0 elements, the first of its kind has 1`
	if err == nil || err.Error() != want {
		t.Errorf("Check returns %v, want %s", err, want)
	}
}

func encoded(t testing.TB, h npz.Handler, value any) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := h.Encode(t.Context(), &file, value); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestSameValueSameFile(t *testing.T) {
	value := map[string]int{}
	for i := range 100 {
		value[fmt.Sprint(i)] = i
	}
	if !bytes.Equal(encoded(t, npz.Handler{}, value), encoded(t, npz.Handler{}, value)) {
		t.Error("one map is written as two files")
	}
}

// countingAt counts the bytes that are read.
type countingAt struct {
	bytes.Reader
	n int64
}

func (c *countingAt) ReadAt(p []byte, offset int64) (int, error) {
	n, err := c.Reader.ReadAt(p, offset)
	c.n += int64(n)
	return n, err
}

// Only what is wanted is read, also where it is one of many large arrays.
func TestReadsOneArrayWithoutTheOthers(t *testing.T) {
	value := map[string]any{"small": []int8{1, 2}}
	for i := range 8 {
		value[fmt.Sprintf("large%d", i)] = make([]float64, 1<<16)
	}
	file := encoded(t, npz.Handler{}, value)
	for name, read := range map[string]func(*countingAt) (any, error){
		"Archive": func(r *countingAt) (any, error) {
			a, err := npz.Handler{}.Open(r, r.Size())
			if err != nil {
				return nil, err
			}
			var small []int8
			err = a.Read(t.Context(), "small", &small)
			return small, err
		},
		"struct": func(r *countingAt) (any, error) {
			var s struct {
				Small []int8 `npz:"small"`
			}
			err := npz.Handler{}.Decode(t.Context(), r, &s)
			return s.Small, err
		},
		"header": func(r *countingAt) (any, error) {
			a, err := npz.Handler{}.Open(r, r.Size())
			if err != nil {
				return nil, err
			}
			h, err := a.Header("large3")
			return []int8{1, int8(h.Shape[0] >> 15)}, err
		},
	} {
		r := new(countingAt)
		r.Reset(file)
		got, err := read(r)
		if diff := cmp.Diff([]int8{1, 2}, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
		if r.n > 1<<16 {
			t.Errorf("%s: %d of %d bytes were read", name, r.n, len(file))
		}
	}
}

func TestArchive(t *testing.T) {
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for _, name := range []string{"b.npy", "readme.txt", "a.npy"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := (npy.Handler{}).Encode(t.Context(), w, 1.5); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := npz.Handler{}.Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"b", "a"}, a.Names()); diff != "" {
		t.Errorf("Names (-want +got):\n%s", diff)
	}
	if _, err := a.Header("readme.txt"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("Header of what is no array: %v, want ErrNotFound", err)
	}
	if err := a.Read(t.Context(), "c", new(any)); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("Read of what is not there: %v, want ErrNotFound", err)
	}
	var s struct{ A, C float64 }
	err = npz.Handler{}.Decode(t.Context(), &file, &s)
	if !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), `no array "A" (it has: ["b" "a"])`) {
		t.Errorf("Decode into fields of other names: %v", err)
	}
}

func TestTargets(t *testing.T) {
	file := encoded(t, npz.Handler{}, map[string][]int8{"A": {1}})
	for _, target := range []any{
		new([]int8), new(npy.Array), new(struct{}), new(map[int]any), new(map[string]string),
		new(struct{ A string }), new(struct{ A []uint8 }), new(error),
	} {
		if err := (npz.Handler{}).Decode(t.Context(), bytes.NewReader(file), target); !errors.Is(err, artifacts.ErrTargetType) {
			t.Errorf("Decode into %T: %v, want ErrTargetType", target, err)
		}
	}
}

// A stream that is longer than what is kept in memory goes through a file, which
// is gone afterwards.
func TestLongStream(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	want := map[string][]float64{"a": make([]float64, 1<<18)}
	want["a"][1<<17] = 7
	var got map[string][]float64
	err := npz.Handler{}.Decode(t.Context(), struct{ io.Reader }{bytes.NewReader(encoded(t, npz.Handler{}, want))}, &got)
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("Decode gives another array, or %v", err)
	}
	empty(t)
	broken := io.MultiReader(bytes.NewReader(make([]byte, 2<<20)), failing{})
	if err := (npz.Handler{}).Decode(t.Context(), broken, &got); !errors.Is(err, errBroken) {
		t.Errorf("Decode of a stream that breaks: %v", err)
	}
	empty(t)
}

var errBroken = errors.New("the stream is broken")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

// Zeros are deflated a thousand times: the file is small and what it says is true.
func TestBombs(t *testing.T) {
	file := encoded(t, npz.Handler{Compress: true}, map[string][]byte{"a": make([]byte, 40<<20), "b": make([]byte, 40<<20)})
	if len(file) > 1<<20 {
		t.Fatalf("the bomb has %d bytes", len(file))
	}
	taken := func(h npz.Handler, target any) (uint64, error) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := h.Decode(t.Context(), bytes.NewReader(file), target)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc, err
	}
	if n, err := taken(npz.Handler{MaxSize: 50 << 20}, new(any)); !errors.Is(err, artifacts.ErrTooLarge) || n > 1<<20 {
		t.Errorf("Decode takes %d bytes, %v; want ErrTooLarge at once", n, err)
	}
	if _, err := taken(npz.Handler{MaxSize: 50 << 20}, new(struct {
		B []byte `npz:"b"`
	})); err != nil {
		t.Errorf("Decode of one of two arrays: %v", err)
	}
	if _, err := taken(npz.Handler{}, new(any)); err != nil {
		t.Errorf("Decode without a limit: %v", err)
	}

	// The directory says that it is less than it is.
	at := bytes.LastIndex(file, []byte("PK\x01\x02"))
	copy(file[at+24:], []byte{0x00, 0x10, 0, 0})
	if n, err := taken(npz.Handler{}, new(struct {
		B []byte `npz:"b"`
	})); !errors.Is(err, artifacts.ErrCorrupt) || n > 1<<20 {
		t.Errorf("Decode of an array that is longer than it says takes %d bytes, %v; want ErrCorrupt", n, err)
	}
}

// The members of the directory are one and the same: a file that would be read
// a thousand times.
func TestSharedMembers(t *testing.T) {
	file := encoded(t, npz.Handler{}, map[string]any{"a": make([]byte, 5000)})
	at := bytes.Index(file, []byte("PK\x01\x02"))
	end := bytes.Index(file, []byte("PK\x05\x06"))
	entry := bytes.Clone(file[at:end])
	var many bytes.Buffer
	many.Write(file[:at])
	for i := range 200 {
		copy(entry[46:], []byte{byte('A' + i%50)})
		many.Write(entry)
	}
	size := many.Len() - at
	tail := bytes.Clone(file[end:])
	copy(tail[8:], []byte{200, 0, 200, 0, byte(size), byte(size >> 8)})
	many.Write(tail)
	err := npz.Handler{}.Decode(t.Context(), &many, new(any))
	if !errors.Is(err, artifacts.ErrCorrupt) || !strings.Contains(err.Error(), "larger than the file") {
		t.Errorf("Decode returns %v, want ErrCorrupt", err)
	}
}

func ExampleHandler_Open() {
	var file bytes.Buffer
	model := map[string]any{"weights": [][]float32{{1, 2}, {3, 4}}, "bias": []float32{5, 6}}
	if err := (npz.Handler{Compress: true}).Encode(context.Background(), &file, model); err != nil {
		fmt.Println(err)
		return
	}
	a, err := npz.Handler{}.Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.Names())
	var bias []float32
	fmt.Println(a.Read(context.Background(), "bias", &bias), bias)
	// Output:
	// [bias weights]
	// <nil> [5 6]
}

// empty fails if temporary files are left.
func empty(t *testing.T) {
	t.Helper()
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
