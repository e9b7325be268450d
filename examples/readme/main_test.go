package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadme keeps the README's program and this one the same, and runs it.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.FromSlash("../../README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```go\n")
	shown, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README has no Go program")
	}
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
