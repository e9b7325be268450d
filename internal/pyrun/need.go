package pyrun

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Need returns the path of an interpreter that has packages, which are named as
// they are imported. "name==version" asks for a version of what is installed by
// the same name.
//
// A test that cannot have it ends here.
func Need(t testing.TB, packages ...string) string {
	t.Helper()
	err := errInterpreter
	if err == nil {
		err = checkOnce(interpreter, packages)
	}
	if err != nil {
		end(t, err)
	}
	return interpreter
}

func end(t testing.TB, why error) {
	t.Helper()
	if os.Getenv("LAZYSCRIBE_INTEROP") == "1" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// Looked up before any test changes the working directory or PATH.
var interpreter, errInterpreter = find(os.Getenv("LAZYSCRIBE_PYTHON"))

func find(name string) (string, error) {
	if name == "" {
		return "", errors.New("LAZYSCRIBE_PYTHON does not name a Python interpreter")
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("LAZYSCRIBE_PYTHON: %w", err)
	}
	return filepath.Abs(path)
}

//go:embed check.py
var checkSource string

// check runs the interpreter to see what it has.
func check(path string, packages []string) error {
	output, err := exec.Command(path, append([]string{"-c", checkSource}, packages...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s lacks a package: %w\n%s", path, err, output)
	}
	return nil
}

var checks sync.Map // a func() error for each interpreter and its packages

// checkOnce remembers what came of it: starting Python takes a while, and the
// tests of a package ask often.
func checkOnce(path string, packages []string) error {
	key := strings.Join(append([]string{path}, packages...), "\n")
	once, _ := checks.LoadOrStore(key, sync.OnceValue(func() error { return check(path, packages) }))
	return once.(func() error)()
}
