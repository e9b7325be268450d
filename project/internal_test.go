package project

import (
	"io"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// Values that wait for a save are let go when the project is closed, taken back
// or removed, also those that an edit added.
func TestValuesAreClosed(t *testing.T) {
	pendingOf := func(p *Project) (list []*record.Artifact) {
		for x := range p.All() {
			experiment.CellOf(x).Record().Body().AllArtifacts(func(_ *record.Test, a *record.Artifact) {
				if a.Pending() != nil {
					list = append(list, a)
				}
			})
		}
		return list
	}
	spooled := func(d *experiment.Draft) error {
		return d.LogArtifact("a", "x", "text", &artifacts.LogOptions{Now: true})
	}
	tests := map[string]func(p *Project) error{
		"close":   func(p *Project) error { return p.Close() },
		"discard": func(p *Project) error { return p.Discard("x") },
		"remove":  func(p *Project) error { return p.Remove("x") },
	}
	for name, end := range tests {
		for _, edited := range []bool{false, true} {
			if name == "remove" && edited {
				continue // it can be taken back until the save
			}
			p, err := Open(t.Context(), t.TempDir()+"/p.json", &Options{Mode: ReadWrite})
			if err != nil {
				t.Fatal(err)
			}
			fn := spooled
			if edited {
				fn = nil
			}
			if _, err := p.Log(t.Context(), "x", fn); err != nil {
				t.Fatal(err)
			}
			if edited {
				if err := p.Save(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := p.Close(); err != nil {
					t.Fatal(err)
				}
				if p, err = Open(t.Context(), p.URL(), &Options{Mode: ReadWrite}); err != nil {
					t.Fatal(err)
				}
				if _, err := p.Edit(t.Context(), "x", spooled); err != nil {
					t.Fatal(err)
				}
			}
			waiting := pendingOf(p)
			if len(waiting) != 1 {
				t.Fatalf("%d values wait", len(waiting))
			}
			if err := end(p); err != nil {
				t.Fatal(err)
			}
			if err := waiting[0].Pending().WriteTo(t.Context(), io.Discard); err == nil {
				t.Errorf("%s, edited %v: the value is still held", name, edited)
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
