package pipeline_test

import (
	"os"
	"strings"
	"testing"
)

// TestReadme keeps the README's program and ExampleStep_Payload, which runs, the
// same.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "## Payloads by their parameters")
	_, section, _ = strings.Cut(section, "```go\n")
	program, _, found := strings.Cut(section, "```")
	if !found {
		t.Fatal("the README has no program")
	}
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	shown := "\t" + strings.ReplaceAll(strings.TrimRight(program, "\n"), "\n", "\n\t")
	if !strings.Contains(string(example), shown) {
		t.Errorf("ExampleStep_Payload differs from the README:\n%s", shown)
	}
}
