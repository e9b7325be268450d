package params_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

type obj = map[string]any

func tree(t *testing.T, name string, v any, dependencies ...*params.Tree) *params.Tree {
	t.Helper()
	made, err := params.New(name, "", v, dependencies...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestFlat(t *testing.T) {
	first := tree(t, "first", points{N: 3, RandomState: 100})
	second := tree(t, "second", obj{"x": 1.5}, first)
	got, err := tree(t, "third", obj{"z": nil}, second, first).Flat()
	if err != nil {
		t.Fatal(err)
	}
	firstFlat := obj{"N": int64(3), "random_state": int64(100)}
	want := obj{"z": nil, "first": firstFlat, "second": obj{"x": 1.5, "first": firstFlat}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNewRefuses(t *testing.T) {
	first := tree(t, "first", obj{"a": 1})
	for _, c := range []struct {
		name string
		v    any
		deps []*params.Tree
		says string
	}{
		{"list", []int{1}, nil, "want a struct or a map"},
		{"nil", nil, nil, "want a struct or a map"},
		{"same name", obj{}, []*params.Tree{first, tree(t, "first", obj{"a": 2})}, `two dependencies are both called "first"`},
		{"name of a parameter", obj{"first": 1}, []*params.Tree{first}, `"first" is the name of a parameter and of a dependency`},
	} {
		if _, err := params.New("x", "", c.v, c.deps...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.says)
		}
	}
	if _, err := params.New("\xff", "", obj{}); err == nil {
		t.Error("a name that is no text was taken")
	}
}

// TestHashTells: whatever tells two steps apart is in the hash.
func TestHashTells(t *testing.T) {
	hashes := map[string]string{}
	for _, a := range []string{"a", "b"} {
		for _, version := range []string{"", "1"} {
			for _, v := range []any{obj{}, obj{"x": 1}, obj{"x": "1"}} {
				for _, dep := range []string{"", "c", "d"} {
					var deps []*params.Tree
					if dep != "" {
						deps = append(deps, tree(t, dep, obj{}), tree(t, "e", obj{"of": dep}))
					}
					made, err := params.New(a, version, v, deps...)
					if err != nil {
						t.Fatal(err)
					}
					about := fmt.Sprint(a, version, v, dep)
					if other, ok := hashes[made.Hash]; ok {
						t.Errorf("%s and %s have one hash", about, other)
					}
					hashes[made.Hash] = about
				}
			}
		}
	}
	if len(hashes) != 36 {
		t.Errorf("%d hashes", len(hashes))
	}
}

// ladder returns the top of a ladder of steps, two on each level, of which each
// depends on both below: 2^levels ways lead down.
func ladder(t *testing.T, levels int, bottom any) *params.Tree {
	t.Helper()
	below := []*params.Tree{tree(t, "bottom", bottom)}
	for i := range levels {
		below = []*params.Tree{
			tree(t, fmt.Sprintf("left%d", i), obj{"level": i}, below...),
			tree(t, fmt.Sprintf("right%d", i), obj{"level": i}, below...),
		}
	}
	return tree(t, "top", obj{}, below...)
}

// TestDiamonds would take years if anything went every way down.
func TestDiamonds(t *testing.T) {
	const levels = 30
	a, b := ladder(t, levels, obj{"n": 1}), ladder(t, levels, obj{"n": 2})
	if a.Hash == b.Hash {
		t.Error("what is at the bottom does not count")
	}
	if got := len(a.All()); got != 2*levels+2 {
		t.Errorf("%d steps, want %d", got, 2*levels+2)
	}
	flat, err := a.Flat()
	if err != nil || len(flat) != 2 {
		t.Errorf("flat: %d keys (%v)", len(flat), err)
	}
	changes := params.Diff(a, b, params.Tolerance{})
	if len(changes) != 1 || changes[0].Old != "1" || changes[0].New != "2" || !strings.HasSuffix(changes[0].Path, "dependencies.bottom.params.n") {
		t.Errorf("%d changes: %.300v", len(changes), changes)
	}
}

// TestChain would take hours if all below were looked at for each step.
func TestChain(t *testing.T) {
	var below []*params.Tree
	for i := range 20_000 {
		below = []*params.Tree{tree(t, fmt.Sprint("s", i), obj{"n": i}, below...)}
	}
	if flat, err := below[0].Flat(); err != nil || flat["n"] != int64(19_999) {
		t.Errorf("flat: n is %v (%v)", flat["n"], err)
	}
}

func TestDiff(t *testing.T) {
	dep := tree(t, "points", obj{"N": 5})
	for _, c := range []struct {
		name   string
		a, b   any
		within params.Tolerance
		want   []string
	}{
		{"equal", obj{"x": math.NaN()}, obj{"x": math.NaN()}, params.Tolerance{}, nil},
		{"number", obj{"x": 1}, obj{"x": 2}, params.Tolerance{}, []string{`params.x: 1, now 2`}},
		{"added, dropped", obj{"x": 1}, obj{"y": "s"}, params.Tolerance{}, []string{`params.x: 1, now absent`, `params.y: absent, now "s"`}},
		{"nested", obj{"l": []any{1, obj{"k": nil}}}, obj{"l": []any{1, obj{"k": false}}}, params.Tolerance{}, []string{`params.l[1].k: null, now false`}},
		{"length", obj{"l": []int{1}}, obj{"l": []int{1, 2}}, params.Tolerance{}, []string{`params.l: [1], now [1,2]`}},
		{"kind", obj{"l": []int{1}}, obj{"l": obj{"a": 1}}, params.Tolerance{}, []string{`params.l: [1], now {"a":1}`}},
		{"escape", obj{"x": math.NaN()}, obj{"x": math.Inf(1)}, params.Tolerance{Rel: 1}, []string{`params.x: {"$float":"NaN"}, now {"$float":"Infinity"}`}},
		{"relative", obj{"x": 100, "y": 100}, obj{"x": 101, "y": 102}, params.Tolerance{Rel: 0.01}, []string{`params.y: 100, now 102`}},
		{"absolute", obj{"x": 0.0, "y": 0.0}, obj{"x": 1e-9, "y": 1e-7}, params.Tolerance{Abs: 1e-8}, []string{`params.y: 0, now 1e-7`}},
		{"no numbers", obj{"x": "1", "y": nil}, obj{"x": "2", "y": 0}, params.Tolerance{Abs: 10}, []string{`params.x: "1", now "2"`, `params.y: null, now 0`}},
		{"odd key", obj{"a.b": 1}, obj{"a.b": 2}, params.Tolerance{}, []string{`params["a.b"]: 1, now 2`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, change := range params.Diff(tree(t, "s", c.a, dep), tree(t, "s", c.b, dep), c.within) {
				got = append(got, change.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	a, b := tree(t, "s", obj{}, dep), tree(t, "r", obj{}, tree(t, "points", obj{"N": 6}))
	want := []params.Change{{"name", `"s"`, `"r"`}, {"dependencies.points.params.N", "5", "6"}}
	if diff := cmp.Diff(want, params.Diff(a, b, params.Tolerance{})); diff != "" {
		t.Error(diff)
	}
	want = []params.Change{{"name", `"s"`, ``}, {"params", `{}`, ""}, {"dependencies.points.name", `"points"`, ""}, {"dependencies.points.params", `{"N":5}`, ""}}
	if diff := cmp.Diff(want, params.Diff(a, nil, params.Tolerance{})); diff != "" {
		t.Error(diff)
	}
}

// TestValue: what has a canonical text comes back from it.
func TestValue(t *testing.T) {
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	for _, v := range []any{
		nil, true, "x", "\xff", int64(5), int64(math.MaxInt64), huge, 0.5, 1e18, -1e20, math.Inf(-1), 2 - 1i, complex(math.Inf(1), 0),
		[]byte{1, 255}, []any{int64(1), "$int"}, obj{"$int": "5", "$$": obj{"$float": int64(3)}},
	} {
		text, err := params.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := params.Value(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v, got, cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	if v, err := params.Value([]byte(`{"$float":"NaN"}`)); err != nil || !math.IsNaN(v.(float64)) {
		t.Errorf("NaN is %v (%v)", v, err)
	}
	for _, bad := range []string{`{`, `{"$int":"x"}`, `{"$bytes":"!"}`, `{"$float":"x"}`, `[{"$complex":[1,"x"]}]`} {
		if v, err := params.Value([]byte(bad)); err == nil {
			t.Errorf("%s has the value %v", bad, v)
		}
	}
	var e *params.Error
	if _, err := params.Canonical([]byte(`{`)); !errors.As(err, &e) {
		t.Errorf("text that is no JSON: %v", err)
	}
}
