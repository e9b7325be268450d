package project

import (
	"io"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// What stands between records that were neighbours is kept, and what is new is
// put in the form Python writes.
func TestCompose(t *testing.T) {
	const a, b, c = `{"name": 1}`, `[2]`, `{"x": "y"}`
	const text = " [\t" + a + " ,\n" + b + ", " + c + "]\n"
	whole, err := parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	place0, place1, place2 := whole[0].place, whole[1].place, whole[2].place
	added := place{buf: &buffer{data: []byte("{}"), elements: 1}, end: 2}
	tests := []struct {
		name   string
		places []place
		want   string
	}{
		{"nothing", nil, "[]"},
		{"all", []place{place0, place1, place2}, text},
		{"one new", []place{added}, "[\n    {}\n]"},
		{"two new", []place{added, added}, "[\n    {},\n    {}\n]"},
		{"new first", []place{added, place0, place1, place2}, "[\n    {},\n    " + text[3:]},
		{"new last", []place{place0, place1, place2, added}, text[:len(text)-2] + ",\n    {}\n]"},
		{"new between", []place{place0, added, place1, place2}, " [\t" + a + ",\n    {},\n    " + b + ", " + c + "]\n"},
		{"without the first", []place{place1, place2}, "[\n    " + b + ", " + c + "]\n"},
		{"without the middle", []place{place0, place2}, " [\t" + a + ",\n    " + c + "]\n"},
		{"without the last", []place{place0, place1}, " [\t" + a + " ,\n" + b + "\n]"},
		{"one replaced", []place{place0, added, place2}, " [\t" + a + ",\n    {},\n    " + c + "]\n"},
		{"another order", []place{place2, place0}, "[\n    " + c + ",\n    " + a + "\n]"},
	}
	for _, test := range tests {
		var got strings.Builder
		for _, piece := range compose(test.places) {
			got.WriteString(string(piece))
		}
		if got.String() != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got.String(), test.want)
		}
	}
}

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
