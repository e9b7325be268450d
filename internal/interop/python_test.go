package interop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// python is the interpreter, or why there is none that can be used.
var python = sync.OnceValues(func() (string, error) {
	path := os.Getenv("LAZYSCRIBE_PYTHON")
	if path == "" {
		return "", fmt.Errorf("LAZYSCRIBE_PYTHON does not name a Python interpreter")
	}
	if strings.ContainsRune(path, filepath.Separator) {
		var err error
		if path, err = filepath.Abs(path); err != nil { // scripts run in other folders
			return "", err
		}
	}
	const check = "import lazyscribe, lazyscribe_go; print(lazyscribe.__version__)"
	cmd := exec.Command(path, "-c", check)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	version, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s lacks lazyscribe or lazyscribe_go: %w\n%s", path, err, &stderr)
	}
	if got, want := string(bytes.TrimSpace(version)), "2.2.1"; got != want {
		return "", fmt.Errorf("%s has lazyscribe %s, want %s", path, got, want)
	}
	return path, nil
})

// needPython skips or fails a test that cannot be run.
func needPython(t *testing.T) string {
	t.Helper()
	path, err := python()
	switch {
	case err == nil:
	case os.Getenv("LAZYSCRIBE_INTEROP") == "1":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
	return path
}

// scripts is their folder, found before any test changes the working directory.
var scripts = func() string {
	dir, err := filepath.Abs("testdata")
	if err != nil {
		panic(err)
	}
	return dir
}()

// runPython runs a script of testdata in a folder, as lazyscribe is used: with
// the working directory beside the manifest. in goes to it as JSON, and what it
// answers is decoded into out.
func runPython(t *testing.T, dir, script string, in, out any) {
	t.Helper()
	path := needPython(t)
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-B", filepath.Join(scripts, script)) // -B: no caches in testdata
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(input)
	cmd.Env = append(os.Environ(), "LOGNAME="+pythonAuthor)
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

// Who the two sides write as.
const (
	goAuthor     = "gopher"
	pythonAuthor = "snake"
)
