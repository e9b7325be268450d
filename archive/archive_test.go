package archive_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/archive/internal/model"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestInsert(t *testing.T) {
	x := []int{1, 2}
	a := archive.New(nil)
	for _, c := range []struct {
		name string
		v    any
		want error
	}{
		{"x", x, nil},
		{"x", x, nil},
		{"x", []int{1, 2}, artifacts.ErrExists},
		{"x", x[:1], artifacts.ErrExists},
		{"x", nil, artifacts.ErrExists},
		{"X", x, artifacts.ErrExists},
		{"y", x, nil},
		{"one", 1, nil},
		{"one", 1, nil},
		{"one", 1.0, artifacts.ErrExists},
		{"none", nil, nil},
		{"none", nil, nil},
		{"ähm", "ä", nil},
	} {
		if err := a.Insert(c.name, c.v); !errors.Is(err, c.want) {
			t.Errorf("insert %s, %v: %v", c.name, c.v, err)
		}
	}
	for _, name := range []string{"", "_x", "1x", "a.b", "func", "x y", "日本", "a\n"} {
		if err := a.Insert(name, 1); err == nil || !strings.Contains(err.Error(), "insert ") {
			t.Errorf("insert %q: %v", name, err)
		}
	}
	if err := a.Insert("func", 1); err == nil || !strings.Contains(err.Error(), "is a keyword of Go") {
		t.Errorf("insert a keyword: %v", err)
	}
	if got, want := a.Names(), []string{"x", "y", "one", "none", "ähm"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	for name, want := range map[string]string{"x": "x_0", "X": "X_0", "z": "z", "one": "one_0"} {
		if got := a.UniqueName(name); got != want {
			t.Errorf("unique name of %s is %s, want %s", name, got, want)
		}
	}
	if err := a.Insert("x_0", 1); err != nil || a.UniqueName("x") != "x_1" {
		t.Errorf("unique name %s (%v)", a.UniqueName("x"), err)
	}
}

func TestInsertAll(t *testing.T) {
	a := archive.New(nil)
	if err := a.InsertAll(map[string]any{"c": 1, "a": 2, "b": 3}); err != nil {
		t.Fatal(err)
	}
	if got := a.Names(); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("names %q", got)
	}
	if err := a.InsertAll(map[string]any{"d": 1, "c": 2}); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("got %v", err)
	}
}

func TestSingleItem(t *testing.T) {
	a := archive.New(&archive.Options{SingleItem: true})
	for name, want := range map[string]error{"a": nil} {
		if err := a.Insert(name, 1); !errors.Is(err, want) {
			t.Error(err)
		}
	}
	if err := a.Insert("a", 1); err != nil {
		t.Error(err)
	}
	if err := a.Insert("b", 1); !errors.Is(err, artifacts.ErrExists) || !strings.Contains(err.Error(), `has "a"`) {
		t.Errorf("got %v", err)
	}
}

// TestFreeze: what changes later is not written.
func TestFreeze(t *testing.T) {
	net := &model.Layer{Name: "a", B: []float64{1, 2, 3, 4}, W: [][]float64{{1, 2}, {3, 4}}}
	a := archive.New(&archive.Options{ArrayThreshold: 3})
	if err := a.Insert("net", net); err != nil {
		t.Fatal(err)
	}
	before := a.String()
	if err := errors.Join(a.Freeze(), a.Freeze()); err != nil {
		t.Fatal(err)
	}
	net.Name, net.B[0], net.W[0][0], net.Next = "b", 9, 9, net
	if diff := cmp.Diff(before, a.String()); diff != "" {
		t.Error(diff)
	}
	data, err := a.Data()
	if err != nil {
		t.Fatal(err)
	}
	want := []archive.Array{{Name: "array_0", Value: [][]float64{{1, 2}, {3, 4}}}, {Name: "array_1", Value: []float64{1, 2, 3, 4}}}
	if diff := cmp.Diff(want, data); diff != "" {
		t.Error(diff)
	}
	if err := a.Insert("more", 1); !errors.Is(err, artifacts.ErrReadOnly) {
		t.Errorf("got %v", err)
	}
	b := archive.New(nil)
	if err := b.Insert("net", net); err != nil {
		t.Fatal(err)
	}
	if err := b.Freeze(); !errors.Is(err, archive.ErrCycle) {
		t.Errorf("got %v", err)
	}
}

// TestCycles: the error names both ends of the reference.
func TestCycles(t *testing.T) {
	first := &model.Layer{Name: "1"}
	first.Next = &model.Layer{Name: "2", Next: &model.Layer{Name: "3", Next: first}}
	slice := []any{1, nil}
	slice[1] = slice
	table := map[string]any{}
	table["down"] = map[string]any{"up": table}
	inside := &model.Bin{}
	inside.Value = []any{1, map[int]any{7: inside}}
	far := &model.List{}
	last := far
	for range 1000 {
		last.Next = &model.List{}
		last = last.Next
	}
	last.Next = far
	for name, c := range map[string]struct {
		v    any
		want archive.CycleError
	}{
		"pointer":   {[]any{0, first}, archive.CycleError{From: "net[1].Next.Next.Next", To: "net[1]", Type: reflect.TypeFor[*model.Layer]()}},
		"slice":     {slice, archive.CycleError{From: "net[1]", To: "net", Type: reflect.TypeFor[[]any]()}},
		"map":       {table, archive.CycleError{From: `net["down"]["up"]`, To: "net", Type: reflect.TypeFor[map[string]any]()}},
		"interface": {inside, archive.CycleError{From: "net.Value[1][7]", To: "net", Type: reflect.TypeFor[*model.Bin]()}},
		"far":       {far, archive.CycleError{From: "net.Next.Next.Next.Next.Next.Next….Next.Next", To: "net", Type: reflect.TypeFor[*model.List]()}},
	} {
		t.Run(name, func(t *testing.T) {
			a := archive.New(nil)
			if err := a.Insert("net", c.v); err != nil {
				t.Fatal(err)
			}
			_, err := a.Text()
			cycle, ok := errors.AsType[*archive.CycleError](err)
			if !ok || !errors.Is(err, archive.ErrCycle) || !errors.Is(err, artifacts.ErrUnsupportedValue) {
				t.Fatalf("got %v", err)
			}
			if *cycle != c.want {
				t.Errorf("got %+v, want %+v", *cycle, c.want)
			}
			want := "write archive: " + c.want.From + " refers back to " + c.want.To + " (" + c.want.Type.String() + "): references must form an acyclic graph"
			if err.Error() != want {
				t.Errorf("got %v\nwant %s", err, want)
			}
		})
	}
}

// TestStrictAlias: what would come back as copies is refused where that is asked
// for, with both paths, and nothing else is.
func TestStrictAlias(t *testing.T) {
	x := []int{0, 1, 2, 3, 4, 5, 6, 7}
	opt := &model.Opt{LR: 1}
	cells := []model.Cell{{Row: 1}, {Row: 2}}
	tree := &model.Tree{}
	layer := &model.Layer{}
	query := url.Values{"q": {"a"}}
	for name, c := range map[string]struct {
		v    []any
		want string // "": it is fine
	}{
		"overlap":       {[]any{x[:4], x[2:6]}, "v[1]: unsupported value: shares memory with a part of another object: it is a part of v[0], or the other way round"},
		"prefix":        {[]any{x, x[:3]}, "v[1]: unsupported value: shares memory"},
		"side by side":  {[]any{x[:3], x[3:6]}, ""},
		"the same":      {[]any{x, x, x[:len(x):len(x)]}, ""},
		"element":       {[]any{cells, &cells[1]}, "v[1]: unsupported value: shares memory"},
		"field":         {[]any{opt, &opt.LR}, "v[1]: unsupported value: shares memory"},
		"pointer field": {[]any{tree, &tree.Left}, "shares memory"},
		"struct field":  {[]any{layer, &layer.At}, "shares memory"},
		"other type":    {[]any{x, model.Ints(x)}, "shares memory"},
		"other map":     {[]any{query, map[string][]string(query)}, "v[1]: unsupported value: shares memory"},
		"same map":      {[]any{query, query}, ""},
		"equal":         {[]any{&model.Opt{}, &model.Opt{}, []int{1}, []int{1}}, ""},
		"empty":         {[]any{x[:0], x, &struct{}{}, &struct{}{}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := archive.New(&archive.Options{StrictAlias: true})
			if err := a.Insert("v", c.v); err != nil {
				t.Fatal(err)
			}
			_, err := a.Text()
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (!errors.Is(err, archive.ErrAlias) || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %s", err, c.want)
			}
			loose := archive.New(nil)
			if err := errors.Join(loose.Insert("v", c.v), loose.Freeze()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSame: the same objects give the same text, whatever the order of maps is.
func TestSame(t *testing.T) {
	m := map[any]any{}
	for i := range 50 {
		m[rand.Float64()] = i
		m[i] = map[model.Cell]string{{Row: i}: "x", {Col: i + 1}: "y"}
	}
	first := text(t, m, archive.Options{})
	for range 10 {
		if again := text(t, maps.Clone(m), archive.Options{}); again != first {
			t.Fatal(cmp.Diff(first, again))
		}
	}
}

// TestData: which arrays are outside of the text.
func TestData(t *testing.T) {
	long, row := seq(10), seq(6)
	for name, c := range map[string]struct {
		v    any
		want []any
	}{
		"long":         {long, []any{long}},
		"short":        {seq(5), nil},
		"shared":       {[]any{long, long}, []any{long}},
		"table":        {[][]float64{{1, 2, 3}, {4, 5, 6}}, []any{[][]float64{{1, 2, 3}, {4, 5, 6}}}},
		"small table":  {[][]float64{{1, 2}, {3, 4}}, nil},
		"ragged":       {[][]float64{seq(6), seq(7)}, []any{seq(6), seq(7)}},
		"shared row":   {[]any{[][]float64{row, seq(6)}, row}, []any{row, seq(6)}},
		"row twice":    {[][]float64{row, row}, []any{row}},
		"nil row":      {[][]float64{seq(6), nil}, []any{seq(6)}},
		"strings":      {[]string{"a", "b", "c", "d", "e", "f"}, nil},
		"bytes":        {[]byte("0123456789"), []any{[]byte("0123456789")}},
		"named":        {make(model.Vec, 8), []any{make(model.Vec, 8)}},
		"three axes":   {[][][]int8{{{1, 2, 3}, {4, 5, 6}}, {{1}}}, []any{[][]int8{{1, 2, 3}, {4, 5, 6}}}},
		"array":        {[10]int{}, nil},
		"in interface": {map[string]any{"a": []any{[]bool{true, true, true, true, true, true}}}, []any{[]bool{true, true, true, true, true, true}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := archive.New(&archive.Options{ArrayThreshold: 5})
			if err := a.Insert("v", c.v); err != nil {
				t.Fatal(err)
			}
			data, err := a.Data()
			if err != nil {
				t.Fatal(err)
			}
			var got []any
			for _, array := range data {
				got = append(got, array.Value)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			objects, err := archive.Restore(t.Context(), []byte(a.String()), &archive.RestoreOptions{Types: known(t), Arrays: archive.Arrays(data...)})
			if err != nil {
				t.Fatal(err)
			}
			if back, err := objects.Value("v"); err != nil || !equal(back, c.v) {
				t.Errorf("got %v (%v)", back, err)
			}
		})
	}
}
