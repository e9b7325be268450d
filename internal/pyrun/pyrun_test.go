package pyrun

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// ending is a test that notes how it was ended.
type ending struct {
	testing.TB
	how string
}

func (e *ending) Helper() {}

func (e *ending) Fatal(...any) { e.how = "failed"; runtime.Goexit() }
func (e *ending) Skip(...any)  { e.how = "skipped"; runtime.Goexit() }

func TestEnd(t *testing.T) {
	for interop, want := range map[string]string{"": "skipped", "0": "skipped", "1": "failed"} {
		t.Setenv("LAZYSCRIBE_INTEROP", interop)
		e := &ending{TB: t}
		done := make(chan struct{})
		go func() { defer close(done); end(e, os.ErrNotExist) }()
		if <-done; e.how != want {
			t.Errorf("with LAZYSCRIBE_INTEROP=%q the test %s, want %s", interop, e.how, want)
		}
	}
}

func TestFind(t *testing.T) {
	for _, name := range []string{"", "no such python", "/no/such/python"} {
		if path, err := find(name); err == nil || !strings.Contains(err.Error(), "LAZYSCRIBE_PYTHON") {
			t.Errorf("%q is %q, %v", name, path, err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(self))
	path, err := find("." + string(filepath.Separator) + filepath.Base(self))
	if err != nil || !filepath.IsAbs(path) || filepath.Base(path) != filepath.Base(self) {
		t.Errorf("found %q, %v, want %q", path, err, self)
	}
}

func TestCheck(t *testing.T) {
	path, dir := Need(t), t.TempDir()
	t.Setenv("PYTHONPATH", dir)
	for name, text := range map[string]string{
		"demo_package.py":                     "",
		"demo_package-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: demo_package\nVersion: 1.2\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for packages, want := range map[string]string{
		"":                       "",
		"json email.mime":        "",
		"json no_such_package":   "No module named 'no_such_package'",
		"json demo_package==1.2": "",
		"demo_package==1.3":      "demo_package is of version 1.2, not 1.3",
		"json==1":                "json",
	} {
		for range 2 { // what is remembered is the same
			err := checkOnce(path, strings.Fields(packages))
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, want %q", packages, err, want)
			}
		}
	}
}

func TestScript(t *testing.T) {
	script := filepath.Join(t.TempDir(), "reverse.py")
	if err := os.WriteFile(script, []byte("import json, sys\nprint(json.dumps(json.load(sys.stdin)[::-1]))\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []int
	Script(t, script, []string{"json"}, []int{1, 2, 3}, &got)
	if !slices.Equal(got, []int{3, 2, 1}) {
		t.Errorf("got %v", got)
	}
	Script(t, script, nil, "text", nil)
}
