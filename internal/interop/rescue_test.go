package interop

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue/rescuetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// Python neither sees nor disturbs the value of an artifact that Go could not
// encode: after it changed the project, the artifact can be added.
func TestRescueAndPython(t *testing.T) {
	needPython(t)
	dir, trouble := t.TempDir(), new(rescuetest.Trouble)
	trouble.Encode(rescuetest.Break)
	handlers := rescuetest.Fragile{Trouble: trouble}.Handlers()
	openHere := func() *project.Project {
		p, err := project.Open(t.Context(), filepath.Join(dir, "project.json"),
			&project.Options{Mode: project.ReadWrite, Author: goAuthor, Handlers: handlers})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		})
		return p
	}
	p := openHere()
	x, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error {
		return d.LogArtifact("table", "some text", "fragile", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Save(t.Context()); !errors.Is(err, artifacts.ErrIncomplete) {
		t.Fatalf("got error %v", err)
	}
	changeInPython(t, dir, "w+", []change{{Do: "log", On: "theirs"}, {Do: "tag", On: x.Slug(), Name: "from Python"}})

	trouble.Encode(nil)
	p = openHere()
	list, err := p.Rescued(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("kept %+v, error %v", list, err)
	}
	y, err := p.Retry(t.Context(), list[0].ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := artifacts.Load[string](t.Context(), y, "table", nil); err != nil || got != "some text" {
		t.Errorf("loaded %q, error %v", got, err)
	}
	if len(y.Tags()) != 1 || p.Len() != 2 {
		t.Errorf("tags %q of %d experiments", y.Tags(), p.Len())
	}
}
