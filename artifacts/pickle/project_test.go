package pickle_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// What Python recorded about its version stays and keeps nothing from being read;
// what Go writes has no version, so that every Python reads it.
func TestPythonVersion(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	for _, name := range []string{"project.json", "protocol-4-20250701000000/list.pkl"} {
		data, err := fs.ReadFile(os.DirFS(filepath.Join(fixture, "data")), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "project.json")
	p, err := project.Open(ctx, path, &project.Options{Mode: project.ReadWrite})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Edit(ctx, "protocol-4-20250701000000", func(d *experiment.Draft) error {
		return d.LogArtifact("from go", []int{1, 2}, "pickle", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Save(ctx); err != nil {
		t.Fatal(err)
	}
	e, err := p.Lookup("protocol-4-20250701000000")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"list", "from go"} {
		var got []any
		if err := e.LoadArtifact(ctx, name, &got, nil); err != nil || len(got) == 0 {
			t.Errorf("artifact %q is %v (%v)", name, got, err)
		}
	}

	var manifest []struct {
		Slug      string
		Artifacts []map[string]any
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, m := range manifest {
		for _, a := range m.Artifacts {
			version, recorded := a["python_version"]
			switch {
			case a["name"] == "from go":
				if seen++; recorded {
					t.Errorf("what Go wrote has the python_version %v", version)
				}
			case version != "3.11":
				t.Errorf("artifact %q of %q has the python_version %v", a["name"], m.Slug, version)
			}
		}
	}
	if seen != 1 {
		t.Errorf("%d artifacts of Go are in the manifest", seen)
	}
}
