package artifacts_test

import (
	"bytes"
	"encoding/gob"
	"errors"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
)

type model struct {
	Name    string
	Weights [][]float64
	Trained time.Time
	Notes   any
	onEvent func()
	Event   chan int // gob leaves channels in fields out
}

type tree struct {
	Split       float64
	Left, Right *tree
}

func init() {
	gob.Register(tree{})
	gob.Register(shape{})
	gob.Register([]any(nil))
	gob.Register(map[string]any(nil))
}

// shape is only ever met inside an interface, so that gob defines it in the
// middle of a message.
type shape struct {
	Sides int
	Inner any
}

func fullTree(depth int) *tree {
	if depth == 0 {
		return nil
	}
	return &tree{Split: float64(depth), Left: fullTree(depth - 1), Right: fullTree(depth - 1)}
}

func chain(length int) *tree {
	var t *tree
	for range length {
		t = &tree{Split: 1, Left: t}
	}
	return t
}

func TestGobConformance(t *testing.T) {
	equal := func(got, want any) bool {
		return cmp.Equal(got, want, cmp.AllowUnexported(model{}, big.Int{}))
	}
	cyclic := &tree{}
	cyclic.Left = cyclic
	artifacttest.Run(t, artifacts.Gob{},
		artifacttest.Case{Name: "int", Value: 7},
		artifacttest.Case{Name: "string", Value: "text"},
		artifacttest.Case{Name: "list", Value: []float64{1, 2, 3}},
		artifacttest.Case{Name: "map", Value: map[string][]int{"a": {1}, "b": {2, 3}}},
		artifacttest.Case{Name: "encodes itself", Value: big.NewInt(-1 << 40), Equal: equal},
		artifacttest.Case{
			Name: "struct", Equal: equal,
			Value: model{Name: "m", Weights: [][]float64{{1}, {2, 3}}, Trained: time.Unix(1e9, 0).UTC(), Notes: tree{Split: 1}},
		},
		artifacttest.Case{Name: "pointer to a struct", Value: &model{Name: "m"}, Equal: equal},
		artifacttest.Case{Name: "struct from a pointer", Value: &model{Name: "m"}, Want: model{Name: "m"}, Equal: equal},
		artifacttest.Case{Name: "recursive", Value: fullTree(6), Equal: equal},
		artifacttest.Case{Name: "map of structs", Value: map[tree]tree{{Split: 1}: {Split: 2}}},
		artifacttest.Case{Name: "interfaces in interfaces", Value: []any{shape{3, shape{4, []any{tree{Split: 5}, "x"}}}, map[string]any{"k": 1}}},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "nil pointer", Value: (*tree)(nil), Refused: true},
		artifacttest.Case{Name: "channel", Value: make(chan int), Refused: true},
		artifacttest.Case{Name: "list of functions", Value: []func(){nil}, Refused: true},
		artifacttest.Case{Name: "nothing exported", Value: struct{ a int }{1}, Refused: true},
		artifacttest.Case{Name: "unregistered type", Value: []any{struct{ A int }{1}}, Refused: true},
		artifacttest.Case{Name: "nil element", Value: []*tree{nil}, Refused: true},
		artifacttest.Case{Name: "cycle", Value: cyclic, Refused: true},
		artifacttest.Case{Name: "too deep", Value: chain(10_001), Refused: true},
	)
}

func TestGobCheckNamesThePlace(t *testing.T) {
	err := artifacts.Gob{}.Check(map[string]any{"m": []any{model{onEvent: func() {}}, make(chan int)}})
	if !errors.Is(err, artifacts.ErrUnsupportedValue) || !strings.Contains(err.Error(), `["m"][1] is of type chan int`) {
		t.Errorf("Check returns %v", err)
	}
}

func TestGobEnvironment(t *testing.T) {
	tests := []struct {
		value any
		want  string
	}{
		{3, "int"},
		{[]float64{}, "[]float64"},
		{time.Time{}, "time.Time"},
		{&model{}, "github.com/lazyscribe-go/lazyscribe/artifacts_test.model"},
		{(**model)(nil), "github.com/lazyscribe-go/lazyscribe/artifacts_test.model"},
	}
	for _, test := range tests {
		want := artifacts.Environment{"go_version": runtime.Version(), "gob_type": test.want}
		if diff := cmp.Diff(want, artifacts.Gob{}.Environment(test.value)); diff != "" {
			t.Errorf("Environment(%T) (-want +got):\n%s", test.value, diff)
		}
	}
	if got := (artifacts.Gob{}).Environment(nil); len(got) != 1 {
		t.Errorf("Environment(nil) = %v", got)
	}
}

func TestGobDecodeErrors(t *testing.T) {
	encode := func(value any) []byte {
		var b bytes.Buffer
		if err := (artifacts.Gob{}).Encode(t.Context(), &b, value); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	tests := []struct {
		name   string
		file   []byte
		target any
		is     error
	}{
		{"empty file", nil, new(int), artifacts.ErrCorrupt},
		{"something after it", append(encode(1), 0), new(int), artifacts.ErrCorrupt},
		{"two values", append(encode(1), encode(2)...), new(int), artifacts.ErrCorrupt},
		{"any", encode(1), new(any), artifacts.ErrNeedsType},
		{"other interface", encode(1), new(error), artifacts.ErrNeedsType},
		{"struct for a number", encode(1), new(model), artifacts.ErrTargetType},
		{"no common field", encode(tree{Split: 1}), new(struct{ Other int }), artifacts.ErrTargetType},
		{"field of another type", encode(tree{Split: 1}), new(struct{ Split string }), artifacts.ErrTargetType},
		{"string for a number", encode(1), new(string), artifacts.ErrTargetType},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := artifacts.Gob{}.Decode(t.Context(), bytes.NewReader(test.file), test.target)
			if !errors.Is(err, test.is) {
				t.Errorf("Decode returns %v, want %v", err, test.is)
			}
		})
	}
}

// The levels inside a list that ends a long chain are not counted when writing.
func TestGobReadsAllItWrites(t *testing.T) {
	type link struct {
		Next *link
		Leaf [][][][]int
	}
	value := &link{Leaf: [][][][]int{{{{1}}}}}
	for range 10_000 - 1 {
		value = &link{Next: value}
	}
	var file bytes.Buffer
	if err := (artifacts.Gob{}).Encode(t.Context(), &file, value); err != nil {
		t.Fatal(err)
	}
	var read link
	if err := (artifacts.Gob{}).Decode(t.Context(), &file, &read); err != nil {
		t.Fatal(err)
	}
	last, n := &read, 1
	for ; last.Next != nil; n++ {
		last = last.Next
	}
	if n != 10_000 || !cmp.Equal(last.Leaf, [][][][]int{{{{1}}}}) {
		t.Errorf("read %d links, the last with %v", n, last.Leaf)
	}
}

// gob itself leaves fields that are absent in a file as they were, so what was
// there before would shine through.
func TestGobReplacesItsTarget(t *testing.T) {
	var b bytes.Buffer
	if err := (artifacts.Gob{}).Encode(t.Context(), &b, tree{Split: 2}); err != nil {
		t.Fatal(err)
	}
	target := tree{Split: 1, Left: &tree{}}
	if err := (artifacts.Gob{}).Decode(t.Context(), &b, &target); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tree{Split: 2}, target); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzGobDecode(f *testing.F) {
	for _, value := range []any{1, "x", model{Name: "m", Notes: tree{}}, fullTree(3), map[tree]tree{{}: {}}, []any{shape{1, shape{}}}} {
		var b bytes.Buffer
		if err := (artifacts.Gob{}).Encode(f.Context(), &b, value); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, target := range []any{new(int), new(model), new(tree), new(map[tree]tree), new([]any)} {
			_ = artifacts.Gob{}.Decode(t.Context(), bytes.NewReader(file), target)
		}
	})
}
