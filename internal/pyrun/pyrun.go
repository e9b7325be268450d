// Package pyrun finds and runs Python in tests, to compare what both languages
// write and read.
//
// The interpreter is the one that the environment variable LAZYSCRIBE_PYTHON
// names. Without one, or without the packages that a test needs, the test is
// skipped and says why; if LAZYSCRIBE_INTEROP is 1, as in CI, it fails.
//
// Everything here may be used by several tests at a time.
package pyrun

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
)

// Script runs a script that needs packages, see [Need]. in goes to its standard
// input as JSON, and what it prints is decoded from JSON into out, unless that
// is nil.
func Script(t testing.TB, script string, packages []string, in, out any) {
	t.Helper()
	JSON(t, Command(t, Need(t, packages...), script), in, out)
}

// Command returns a command that runs a script, for as long as the test runs. It
// leaves no compiled files beside the script.
func Command(t testing.TB, interpreter, script string, args ...string) *exec.Cmd {
	return exec.CommandContext(t.Context(), interpreter, append([]string{"-B", script}, args...)...)
}

// JSON runs a command with in as JSON as its input, and decodes what it prints
// into out, unless that is nil.
func JSON(t testing.TB, cmd *exec.Cmd, in, out any) {
	t.Helper()
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = bytes.NewReader(input)
	output := Output(t, cmd)
	if out == nil {
		return
	}
	if err := json.Unmarshal(output, out); err != nil {
		t.Fatalf("%q: %v in %.200s", cmd.Args, err, output)
	}
}

// Output runs a command and returns what it prints. If it fails, the test does,
// with what the command complained about.
func Output(t testing.TB, cmd *exec.Cmd) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%.1000q: %v\n%s", cmd.Args, err, &stderr)
	}
	return output
}
