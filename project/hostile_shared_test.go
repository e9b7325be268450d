package project_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestHostileShared removes records that name files of other records.
func TestHostileShared(t *testing.T) {
	const run, file = "run-20250601120000", "run-20250601120000/part/loot.txt"
	for _, c := range []struct {
		name        string
		slug, fname string // of the record that goes
	}{
		{"Twin", run, "part/loot.txt"},
		{"TwinDots", "./" + run, "./part/./loot.txt"},
		{"TwinSlashes", run + "//", "part//loot.txt"},
		{"Inside", run + "/part", "loot.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			gone := textRecord(c.slug, c.fname, "")
			gone["artifacts"] = append(gone["artifacts"].([]any), textEntry("own", "own.txt"))
			gone["created_at"] = "2025-07-01T12:00:00" // the newer one is the one that is meant
			g := guard(t, textRecord(run, "part/loot.txt", ""), gone)
			writeTree(t, g.dir, map[string]string{file: "shared", c.slug + "/own.txt": "own"})
			p := openProject(t, g.url, &project.Options{Mode: project.ReadWrite})
			if err := p.Remove(c.slug); err != nil {
				t.Fatal(err)
			}
			saveProject(t, p)
			x, err := openProject(t, g.url, nil).Lookup(run)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := artifacts.Load[string](t.Context(), x, "loot", nil); err != nil || got != "shared" {
				t.Errorf("the file is %q, error %v", got, err)
			}
			mustFind(t, p) // the other file is gone
		})
	}
}
