package scaffold

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// module is the folder of this module, which the plugins are built with.
func module(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestGo builds and tests a new plugin in Go as its author would.
func TestGo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	files, err := Write(dir, Plan{Name: "my-notes", Language: "go", Module: "example.com/my-notes"})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 8 {
		t.Errorf("files are %q", files)
	}
	run := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		// What go mod tidy would fetch is there already: this module needs it, too.
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	sums, err := os.ReadFile(filepath.Join(module(t), "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644); err != nil {
		t.Fatal(err)
	}
	const lazyscribe = "github.com/lazyscribe-go/lazyscribe"
	run("mod", "edit", "-require", lazyscribe+"@v0.0.0", "-replace", lazyscribe+"="+module(t))
	run("vet", "./...")
	if out, err := exec.CommandContext(t.Context(), "gofmt", "-l", dir).Output(); err != nil || len(out) > 0 {
		t.Errorf("gofmt: %v, %s", err, out)
	}
	if testing.Short() {
		t.Skip("its tests take seconds")
	}
	run("test", "./...")
}

// TestVersion shows that a plugin requires the release it was made by.
func TestVersion(t *testing.T) {
	dir := t.TempDir()
	if _, err := Write(dir, Plan{Name: "x", Language: "go", Module: "example.com/x", Version: "v1.2.3"}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	want := "module example.com/x\n\ngo 1.26.0\n\nrequire github.com/lazyscribe-go/lazyscribe v1.2.3\n"
	if err != nil || string(got) != want {
		t.Errorf("go.mod is %q, %v, want %q", got, err, want)
	}
}

// TestTemplates looks for marks that were not filled in, and at modes.
func TestTemplates(t *testing.T) {
	for _, language := range Languages() {
		dir := t.TempDir()
		if _, err := Write(dir, Plan{Name: "my-notes", Language: language, Module: "example.com/my-notes"}); err != nil {
			t.Fatal(err)
		}
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, mark := range []string{"<<.", "<<-", "<no value>", "MODULE_"} {
				if strings.Contains(string(text), mark) || strings.Contains(path, mark) {
					t.Errorf("%s has %q", path, mark)
				}
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			if script := strings.HasPrefix(string(text), "#!/"); script != (info.Mode()&0o111 != 0) {
				t.Errorf("%s has mode %s", path, info.Mode())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefused(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(full, Plan{Name: "x", Language: "go"}); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("a folder that is not empty: %v, want ErrExists", err)
	}
	if _, err := Write(t.TempDir(), Plan{Name: "x", Language: "cobol"}); err == nil {
		t.Error("an unknown language: no error")
	}
	if _, err := Write(filepath.Join(full, "file"), Plan{Name: "x", Language: "go"}); err == nil {
		t.Error("a file as folder: no error")
	}
}
