package file_test

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A file and a folder go through a project and come back, and a file that was
// changed in its storage takes no place.
func TestThroughAProject(t *testing.T) {
	source, dir, out := write(t, map[string]string{"model.onnx": "weights", "logs/a": "1", "logs/b/c*": "2"}), t.TempDir(), t.TempDir()
	manifest := filepath.Join(dir, "project.json")
	p, err := project.Open(t.Context(), manifest, nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error {
		return errors.Join(
			d.LogArtifact("model", file.Path(filepath.Join(source, "model.onnx")), "file", nil),
			d.LogArtifact("logs", file.Path(filepath.Join(source, "logs")), "file", nil),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	stored := make(map[string]string)
	for a := range e.Artifacts() {
		stored[a.Name] = filepath.Join(dir, e.Slug(), filepath.FromSlash(a.FileName))
		if want := map[string]string{"model": ".onnx", "logs": ".tar"}[a.Name]; path.Ext(a.FileName) != want {
			t.Errorf("%s is stored as %s, want the suffix %s", a.Name, a.FileName, want)
		}
	}
	model, logs := file.Path(filepath.Join(out, "m")), file.Path(filepath.Join(out, "l"))
	load := func() error {
		return errors.Join(
			e.LoadArtifact(t.Context(), "model", file.To(model), nil),
			e.LoadArtifact(t.Context(), "logs", file.Into(logs), nil),
		)
	}
	if err := load(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"m": "weights", "l/": "", "l/a": "1", "l/b/": "", "l/b/c*": "2"}
	if diff := cmp.Diff(want, tree(t, out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	if err := os.WriteFile(stored["model"], []byte("weighty"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := e.LoadArtifact(t.Context(), "model", file.To(model), nil); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("load of a changed file: %v, want ErrCorrupt", err)
	}
	if diff := cmp.Diff(want, tree(t, out)); diff != "" {
		t.Errorf("after the load of a changed file (-want +got):\n%s", diff)
	}
}
