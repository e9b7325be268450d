package interop

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// promoteInPython promotes artifacts of an experiment and returns Python's
// errors.
func promoteInPython(t *testing.T, dir, experiment string, names ...string) []string {
	t.Helper()
	var answers []string
	runPython(t, dir, "promote.py", map[string]any{"experiment": experiment, "names": names}, &answers)
	return answers
}

// promoteInGo does the same with this module, and gives its errors Python's
// names.
func promoteInGo(t *testing.T, dir, experiment string, names ...string) []string {
	t.Helper()
	e, err := open(t, dir, project.ReadOnly).Lookup(experiment)
	if err != nil {
		t.Fatal(err)
	}
	answers := make([]string, len(names))
	for i, name := range names {
		repo := openVersions(t, dir, nil)
		if _, err := repo.Promote(t.Context(), e, name); errors.Is(err, repository.ErrNotNewer) {
			answers[i] = notNewer
		} else if err != nil {
			t.Errorf("promote %q: %v", name, err)
		}
		saveVersions(t, repo)
	}
	return answers
}

// notNewer is Python's name of repository.ErrNotNewer.
const notNewer = "ArtifactLogError"

// What one side wrote into an experiment the other promotes, and both read what
// came of it: the same value in the same format with the same times.
func TestPromote(t *testing.T) {
	needPython(t)
	values := []change{
		{Do: "log", On: "training"},
		{Do: "artifact", On: "training", Name: "json", Handler: "json", Value: dict(map[string]any{"größe": []any{integer("1"), float(1)}})},
		{Do: "artifact", On: "training", Name: "größe", Handler: "text", Value: "grün\r\n"},
		{Do: "artifact", On: "training", Name: "bytes", Handler: "gob", Value: data([]byte{0, 255})},
	}
	names := []string{"json", "größe", "bytes"}
	type side struct {
		name    string
		write   func(t *testing.T, dir string, changes []change)
		promote func(t *testing.T, dir, experiment string, names ...string) []string
	}
	inGo := side{"Go",
		func(t *testing.T, dir string, changes []change) { changeInGo(t, dir, project.Append, changes) }, promoteInGo}
	inPython := side{"Python",
		func(t *testing.T, dir string, changes []change) { changeInPython(t, dir, "a", changes) }, promoteInPython}
	for _, sides := range [][2]side{{inGo, inPython}, {inPython, inGo}} {
		writer, promoter := sides[0], sides[1]
		t.Run("from "+writer.name+" by "+promoter.name, func(t *testing.T) {
			dir := t.TempDir()
			// There is a version of one name, older than what is to come.
			changeVersions(t, dir, versionChange{Do: "log", Name: "json", At: "2025-01-01T00:00:00", Handler: "json", Value: true})
			writer.write(t, dir, values)
			if diff := cmp.Diff([]string{"", "", ""}, promoter.promote(t, dir, "training", names...)); diff != "" {
				t.Fatalf("errors (-want +got):\n%s", diff)
			}
			// A second time nothing is newer.
			for _, again := range []side{writer, promoter} {
				if diff := cmp.Diff([]string{notNewer, notNewer, notNewer}, again.promote(t, dir, "training", names...)); diff != "" {
					t.Fatalf("errors of %s the second time (-want +got):\n%s", again.name, diff)
				}
			}

			inGo, inPython := describeVersions(t, dir), describeVersionsInPython(t, dir)
			want := describe(t, dir)[0].Artifacts
			for _, list := range [][]artifact{inGo, inPython, want} {
				forgetVersions(list, "json") // Python keeps nothing of what Go recorded
			}
			if diff := cmp.Diff(inPython, inGo); diff != "" {
				t.Errorf("what is read (-Python +Go):\n%s", diff)
			}
			want[0].Version = 1
			if diff := cmp.Diff(want, slices.Delete(inGo, 0, 1), unmodelledVersions); diff != "" {
				t.Errorf("promoted (-want +got):\n%s", diff)
			}
		})
	}
}

// Go promotes whatever Python can put into an experiment, pickles and files in
// folders included, and Python loads each. Names that cannot name a folder
// everywhere are refused.
func TestPromoteEverything(t *testing.T) {
	for _, dir := range shapes(t) {
		if filepath.Base(dir) != "artifacts" {
			continue
		}
		before := describe(t, dir)[0]
		e, err := open(t, dir, project.ReadOnly).Lookup(before.Slug)
		if err != nil {
			t.Fatal(err)
		}
		repo := openVersions(t, dir, nil)
		var want []artifact
		var refused []string
		for _, a := range before.Artifacts {
			switch _, err := repo.Promote(t.Context(), e, a.Name); {
			case err == nil:
				want = append(want, a)
			case errors.Is(err, artifacts.ErrUnsafePath):
				refused = append(refused, a.Name)
			default:
				t.Error(err)
			}
		}
		saveVersions(t, repo)
		if diff := cmp.Diff([]string{"named a\tb\nc", "named quote \" backslash \\ ", "named \x00\x1f\x7f"}, refused); diff != "" {
			t.Errorf("refused (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want, describeVersionsInPython(t, dir)); diff != "" {
			t.Errorf("promoted, as Python reads it (-want +got):\n%s", diff)
		}
		list := describeVersions(t, dir)
		for i := range list {
			if list[i].Recorded["sha256"] == nil || list[i].Recorded["size"] == nil {
				t.Errorf("%q: recorded is %v", list[i].Name, list[i].Recorded)
			}
			if want[i].Recorded["sha256"] == nil { // the handler keeps no digest in Python
				delete(list[i].Recorded, "sha256")
				delete(list[i].Recorded, "size")
			}
		}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("promoted, as Go reads it (-want +got):\n%s", diff)
		}
		return
	}
	t.Error("no shape has artifacts")
}
