package params_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// golden are steps whose hashes are frozen. Those in testdata/golden.json were
// computed by testdata/hash.py from the texts beside them.
var golden = []struct {
	Name, Version string
	V             any
	DependsOn     []string
}{
	{Name: "empty", V: struct{}{}},
	{Name: "gaussian_points", V: points{N: 100, RandomState: 10}},
	{Name: "gaussian_points", Version: "2", V: points{N: 100, RandomState: 100}},
	{Name: "outlier_estimator", Version: "1", V: map[string]any{"ZThreshold": 2.5}, DependsOn: []string{"gaussian_points"}},
	{Name: "numbers", V: map[string]any{"nan": math.NaN(), "inf": math.Inf(-1), "big": uint64(math.MaxUint64), "tiny": 5e-324, "e": 1e21, "f32": float32(0.1), "c": 1 - 2i}},
	{Name: "texts", V: map[string]any{"\U0001f600": "\u20ac", "\ufb33": "\x00\u2028\"\\", "$int": "5", "bytes": []byte{0, 255}, "bad": "\xff"}},
	{Name: "times", V: map[string]any{"d": 90 * time.Second, "t": time.Date(2024, 5, 1, 14, 0, 0, 120, time.UTC)}},
	{Name: "whole", V: map[string]any{"f": 1e18, "power": math.Ldexp(1, 60), "int": int64(1e18), "json": json.RawMessage(`[1e18, 1000000000000000000]`), "last": -9007199254740992.0, "next": 9007199254740994.0}},
	{Name: "array", V: map[string]any{"x": ramp(2000)}, DependsOn: []string{"empty", "texts"}},
}

// ramp returns 0, 0.5, 1 and so on, with a NaN and a negative zero.
func ramp(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i) / 2
	}
	x[0], x[n-1] = math.Copysign(0, -1), math.NaN()
	return x
}

// frozen is a step in testdata/golden.json. It has the form of a record, as far
// as that is hashed.
type frozen struct {
	Name         string            `json:"name"`
	Version      string            `json:"version"`
	Params       json.RawMessage   `json:"params"`
	Dependencies map[string]string `json:"dependencies"`
	Hash         string            `json:"hash"`
}

// build returns the trees of the golden steps.
func build(t *testing.T) []*params.Tree {
	t.Helper()
	var trees []*params.Tree
	last := map[string]*params.Tree{}
	for _, g := range golden {
		var dependencies []*params.Tree
		for _, name := range g.DependsOn {
			dependencies = append(dependencies, last[name])
		}
		tree, err := params.New(g.Name, g.Version, g.V, dependencies...)
		if err != nil {
			t.Fatal(err)
		}
		last[g.Name] = tree
		trees = append(trees, tree)
	}
	return trees
}

func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var want []frozen
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	trees := build(t)
	if len(trees) != len(want) {
		t.Fatalf("%d steps, %d are frozen", len(trees), len(want))
	}
	for i, tree := range trees {
		if tree.Name != want[i].Name || string(tree.Text) != string(want[i].Params) {
			t.Errorf("%s: params %s, frozen %s", tree.Name, tree.Text, want[i].Params)
		}
		if tree.Hash != want[i].Hash {
			t.Errorf("%s: hash %s, frozen %s", tree.Name, tree.Hash, want[i].Hash)
		}
	}
}

// TestChild tells the hashes of the golden steps.
func TestChild(t *testing.T) {
	childtest.Order[bool](t)
	if err := childtest.Begin(os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
	for _, tree := range build(t) {
		childtest.Tell(os.Stdout, tree.Hash)
	}
}

// TestProcesses: hashes are the same in twenty processes, each of which orders
// its maps in its own way.
func TestProcesses(t *testing.T) {
	trees := build(t)
	for range 20 {
		c := childtest.Start(t, true, false)
		c.Release()
		for _, tree := range trees {
			if !c.Next() {
				t.Fatalf("a process ended early: %v", c.Wait())
			}
			if got := c.Lines[len(c.Lines)-1]; got != tree.Hash {
				t.Errorf("%s: %s and %s", tree.Name, got, tree.Hash)
			}
		}
		if err := c.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}
