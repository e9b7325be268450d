package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
)

// TestReadme keeps the README's program and this one the same, and runs it.
func TestReadme(t *testing.T) {
	shown := fixture.ReadmeProgram(t, "")
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, program2, _ := strings.Cut(string(program), "\n") // the first line documents the command
	if shown != program2 {
		t.Errorf("README.md and main.go differ")
	}
	t.Chdir(t.TempDir())
	main()
	for _, name := range []string{"project.json", "my-first-run-*/features-*.json"} {
		if found, _ := filepath.Glob(name); len(found) != 1 {
			t.Errorf("%s: found %q", name, found)
		}
	}
}
