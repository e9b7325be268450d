package plugins

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestInspectScript(t *testing.T) {
	quiet(t)
	path := writeCanary(t, tempDir(t), "lazyscribe-plugin-x")
	got, err := Inspect(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Facts{Name: "x", Path: path, Size: 35, Mode: 0o755, SHA256: canarySum, Script: "/bin/sh"}
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(Facts{}, "ModTime", "Owner")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	got.Unsafe = errors.New("not yours")
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	if object["name"] != "x" || object["mode"] != "-rwxr-xr-x" || object["unsafe"] != "not yours" {
		t.Errorf("as JSON: %s", text)
	}
	if got.Owner == "" || got.ModTime.IsZero() {
		t.Errorf("owner %q, modified %v", got.Owner, got.ModTime)
	}
}

// TestInspectGo inspects this very test, of which the runtime knows what the
// linker wrote.
func TestInspectGo(t *testing.T) {
	quiet(t)
	path := copySelf(t, tempDir(t), "lazyscribe-plugin-self")
	got, err := Inspect(path)
	if err != nil {
		t.Fatal(err)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("this test does not know how it was built")
	}
	want := &GoBuild{Package: info.Path, Module: info.Main.Path, Version: info.Main.Version, Go: info.GoVersion}
	if d := cmp.Diff(want, got.Go, cmpopts.IgnoreFields(GoBuild{}, "Revision", "Modified")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got.Script != "" {
		t.Errorf("script of %q", got.Script)
	}
}

func copySelf(t *testing.T, folder, file string) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, file)
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInspectRefuses(t *testing.T) {
	quiet(t)
	dir := tempDir(t)
	script := writeCanary(t, dir, "lazyscribe-plugin-x")
	link := func(name, target string) string {
		path := filepath.Join(dir, name)
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	folder := filepath.Join(dir, "lazyscribe-plugin-folder")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path, want string
		is         error
	}{
		"missing":            {path: filepath.Join(dir, "lazyscribe-plugin-none"), want: "no such file", is: fs.ErrNotExist},
		"another name":       {path: writeCanary(t, dir, "ls"), want: "is not called lazyscribe-plugin-NAME"},
		"folder":             {path: folder, want: "not a regular file"},
		"device":             {path: link("lazyscribe-plugin-zero", "/dev/zero"), want: "another name"},
		"link to a launcher": {path: link("lazyscribe-plugin-tool", filepath.Join(dir, "ls")), want: "another name"},
		"link to a plugin":   {path: link("lazyscribe-plugin-y", script), want: "another name"},
		"link to nowhere":    {path: link("lazyscribe-plugin-gone", "nowhere"), want: "no such file", is: fs.ErrNotExist},
		"link to itself":     {path: link("lazyscribe-plugin-loop", "lazyscribe-plugin-loop"), want: "too many links"},
	} {
		t.Run(name, func(t *testing.T) {
			facts, err := Inspect(c.path)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("Inspect = %+v, %v, want an error with %q", facts, err, c.want)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
		})
	}
}

// TestInspectLink checks that a link is followed to a file of its own name.
func TestInspectLink(t *testing.T) {
	quiet(t)
	dir := tempDir(t)
	script := writeCanary(t, filepath.Join(dir, "store", "1.0"), "lazyscribe-plugin-x")
	link := filepath.Join(dir, "lazyscribe-plugin-x")
	if err := os.Symlink(script, link); err != nil {
		t.Fatal(err)
	}
	facts, err := Inspect(link)
	if err != nil || facts.Path != script {
		t.Errorf("Inspect = %q, %v, want %q", facts.Path, err, script)
	}
}
