package interop

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The README's first command makes a project that Python reads, with the lines
// of Python it prints.
func TestQuickstart(t *testing.T) {
	python := needPython(t)
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "go", "run", "../../examples/quickstart", "-dir", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	list := describe(t, dir)
	forget(list, "json")
	if diff := cmp.Diff(list, describeInPython(t, dir)); diff != "" {
		t.Errorf("what is read (-Go +Python):\n%s", diff)
	}

	_, code, _ := strings.Cut(string(out), "python -c '")
	code, _, found := strings.Cut(code, "'\n")
	if !found {
		t.Fatalf("the program prints no Python:\n%s", out)
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", code)
	cmd.Dir = dir
	printed, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if lines := strings.Count(string(printed), "\n"); lines != len(list) {
		t.Errorf("Python prints %d lines for %d experiments:\n%s", lines, len(list), printed)
	}
}
