package interop

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

// TestParamsHash: the ten lines of Python that PARAMS.md speaks of compute the
// hashes that are frozen, and that of a record which a step has just stored.
func TestParamsHash(t *testing.T) {
	python := needPython(t)
	folder := filepath.Join("..", "..", "pipeline", "params", "testdata")
	hash := func(record string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), python, "-B", filepath.Join(folder, "hash.py"), record).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return strings.TrimSpace(string(out))
	}
	text, err := os.ReadFile(filepath.Join(folder, "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden []json.RawMessage
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	for _, step := range golden {
		var want struct{ Name, Hash string }
		if err := json.Unmarshal(step, &want); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "record.json")
		if err := os.WriteFile(path, step, 0o666); err != nil {
			t.Fatal(err)
		}
		if got := hash(path); got != want.Hash {
			t.Errorf("%s: Python says %s, frozen is %s", want.Name, got, want.Hash)
		}
	}

	dir := t.TempDir()
	s, err := pipeline.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	step := func(name string, p map[string]any, on ...pipeline.Node) *pipeline.Step[map[string]any, string] {
		made, err := pipeline.New(s, pipeline.Spec[map[string]any, string]{
			Name: name, Version: "<1>", Params: p, Handler: "text", DependsOn: on,
			Generate: func(context.Context, map[string]any) (string, error) { return name, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := made.Payload(t.Context()); err != nil {
			t.Fatal(err)
		}
		return made
	}
	points := step("points", map[string]any{"n": 5, "lr": 1e-7, "\U0001f600": "\u20ac\x01<&>\u2028", "big": uint64(1 << 60), "whole": 1e18})
	top := step("top", map[string]any{"x": nil}, points)
	for _, n := range []pipeline.Node{points, top} {
		if got := hash(filepath.Join(dir, n.Name()+"-"+n.Hash()+".params.json")); got != n.Hash() {
			t.Errorf("%s: Python says %s, Go %s", n.Name(), got, n.Hash())
		}
	}
}
