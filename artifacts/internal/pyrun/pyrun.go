// Package pyrun runs Python in tests, to compare formats with the libraries
// they were made for.
package pyrun

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Script runs a script that imports the modules named. in goes to its standard
// input as JSON, and what it prints is decoded from JSON into out, unless that
// is nil.
//
// The interpreter is the one LAZYSCRIBE_PYTHON names. Without one, or without
// the modules, the test is skipped; if LAZYSCRIBE_INTEROP is 1 it fails.
func Script(t testing.TB, script string, modules []string, in, out any) {
	t.Helper()
	path, err := interpreter(modules)
	if err != nil {
		if os.Getenv("LAZYSCRIBE_INTEROP") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-B", script) // -B: no caches in testdata
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, &stderr)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(output, out); err != nil {
		t.Fatalf("%s: %v in %.200s", script, err, output)
	}
}

func interpreter(modules []string) (string, error) {
	path := os.Getenv("LAZYSCRIBE_PYTHON")
	if path == "" {
		return "", fmt.Errorf("LAZYSCRIBE_PYTHON does not name a Python interpreter")
	}
	if strings.ContainsRune(path, filepath.Separator) {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("LAZYSCRIBE_PYTHON: %w", err)
		}
	}
	if output, err := exec.Command(path, "-c", "import "+strings.Join(modules, ", ")).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s lacks modules: %w\n%s", path, err, output)
	}
	return path, nil
}
