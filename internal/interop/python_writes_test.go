package interop

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/project"
)

// shapes lets Python write projects of many kinds and returns their folders.
func shapes(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	var names []string
	runPython(t, dir, "shapes.py", nil, &names)
	for i, name := range names {
		names[i] = filepath.Join(dir, name)
	}
	if len(names) < 7 {
		t.Fatalf("%d shapes", len(names))
	}
	return names
}

// Go reads every field of what Python wrote, changes each experiment, and
// Python reads the changes and everything else as it was.
func TestPythonWrites(t *testing.T) {
	for _, dir := range shapes(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			before := describeInPython(t, dir)
			if diff := cmp.Diff(before, describe(t, dir)); diff != "" {
				t.Fatalf("what is read (-Python +Go):\n%s", diff)
			}

			want := model(before)
			var changes []change
			for _, r := range before {
				changes = append(changes,
					change{Do: "metric", On: r.Slug, Name: "added", Value: float(1e-7)},
					change{Do: "metric", On: r.Slug, Name: "tenth", Value: integer("3")},
					change{Do: "parameter", On: r.Slug, Name: "added größe", Value: dict(map[string]any{"nan": float(math.NaN()), "": []any{}})},
					change{Do: "tag", On: r.Slug, Name: "from Go"},
					change{Do: "metric", On: r.Slug, Test: "größe", Name: "added", Value: integer("36893488147419103232")},
				)
			}
			for _, c := range changes {
				want.apply(c, goAuthor, "from Go")
			}
			changeInGo(t, dir, project.ReadWrite, changes)
			ignore := cmpopts.IgnoreFields(record{}, "LastUpdated")
			after := describeInPython(t, dir)
			if diff := cmp.Diff([]record(want), after, ignore); diff != "" {
				t.Errorf("what Python reads after the changes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(after, describe(t, dir)); diff != "" {
				t.Errorf("what is read after the changes (-Python +Go):\n%s", diff)
			}
		})
	}
}

// Dependencies lead to the experiments Python meant.
func TestPythonDependencies(t *testing.T) {
	for _, dir := range shapes(t) {
		if filepath.Base(dir) != "dependencies" {
			continue
		}
		e, err := open(t, dir, project.ReadOnly).Lookup("dependent")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for ref := range e.Dependencies() {
			x, err := open(t, dir, project.ReadOnly).Resolve(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, x.Name())
		}
		if diff := cmp.Diff([]string{"first", "second", "größe"}, names); diff != "" {
			t.Errorf("dependencies (-want +got):\n%s", diff)
		}
		return
	}
	t.Error("no shape has dependencies")
}

// Adding an experiment, wherever its time puts it, leaves every byte that was
// there as it was, and Python's next save changes nothing.
func TestPythonBytesStay(t *testing.T) {
	for _, dir := range shapes(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			before := manifest(t, dir)
			for _, now := range []time.Time{time.Now(), time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)} {
				addAt(t, dir, now)
				after := manifest(t, dir)
				if !isInsertion(before, after) {
					t.Errorf("something else than the new record changed (-before +after):\n%s", cmp.Diff(before, after))
				}
				before = after
			}
			changeInPython(t, dir, "a", nil)
			if diff := cmp.Diff(before, manifest(t, dir)); diff != "" {
				t.Errorf("saved by Python unchanged (-Go +Python):\n%s", diff)
			}
		})
	}
}

func addAt(t *testing.T, dir string, now time.Time) {
	t.Helper()
	p, err := project.Open(t.Context(), filepath.Join(dir, "project.json"), &project.Options{
		Author: goAuthor, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := p.Log(t.Context(), "added", nil); err != nil {
		t.Fatal(err)
	}
	save(t, p)
}

// isInsertion reports whether after is before with something put in at one place.
func isInsertion(before, after string) bool {
	start := 0
	for start < min(len(before), len(after)) && before[start] == after[start] {
		start++
	}
	return len(after) > len(before) && strings.HasSuffix(after, before[start:])
}

func manifest(t *testing.T, dir string) string { return readFile(t, dir, "project.json") }

func readFile(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
