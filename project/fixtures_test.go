package project_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// What the fixtures say and Go has no counterpart for:
//
//	class        ReadOnlyExperiment and Experiment are one type, immutable; what may
//	             be changed is asked of the project (RO1-RO3)
//	dirty        kept by the project, not shown (E7, P25)
//	path         the folder is the slug, of a test the slug of its name
//	expiry       is a time, not the text of the file (AR3)
//
// Other departures are listed where they show: those of broken manifests beside
// TestLoadErrors, those of merging beside TestMergeScenarios, those of
// dependencies beside TestDependencyFixture.

// P7, P17, P18, P20, P30, E1, E14, AR1.
func TestBasicFixture(t *testing.T) {
	type facts struct {
		Order       []string          `json:"order"`
		ToDict      []any             `json:"to_dict"`
		Experiments []map[string]any  `json:"experiments"`
		Lookup      map[string]answer `json:"lookup"`
		Contains    map[string]bool   `json:"contains"`
		Filter      map[string][]string
		Artifacts   map[string]answer `json:"artifacts"`
		Classes     map[string][]any  `json:"classes"`
		FileBytes   map[string]string `json:"file_bytes"`
	}
	want := fixture.Read[facts](t, "a_basic/expected.json")
	dir := fixture.Copy(t, "a_basic")
	path := filepath.Join(dir, "project.json")
	p := openAt(t, path, project.Options{Mode: project.ReadOnly})

	same(t, "order", slugsOf(p), want.Order)
	wantDicts(t, p, want.ToDict)
	i := 0
	for x := range p.All() {
		e := want.Experiments[i]
		for key, got := range dictOf(x) {
			switch key {
			case "tests", "dependencies":
			case "artifacts":
				names := []any{}
				for a := range x.Artifacts() {
					names = append(names, a.Name)
				}
				same(t, "artifacts", names, e[key].([]any))
			default:
				same(t, x.Slug()+" "+key, got, fixture.Native(e[key]))
			}
		}
		i++
	}
	for key, a := range want.Lookup {
		x, err := p.Lookup(key)
		if a.Error != "" {
			wantError(t, err, artifacts.ErrNotFound)
			continue
		}
		noError(t, err)
		same(t, "look up "+key, x.Slug(), a.OK.(string))
	}
	for key, there := range want.Contains {
		same(t, "contains "+key, p.Contains(key), there)
	}
	x := lookUp(t, p, "base-performance")
	for name, a := range want.Artifacts {
		wantValue(t, x, name, handlerOf(x, name), a)
	}
	for mode, classes := range want.Classes {
		m, err := project.ParseMode(mode)
		noError(t, err)
		same(t, "experiments in mode "+mode, openAt(t, path, project.Options{Mode: m}).Len(), len(classes))
	}
	for name, text := range want.FileBytes {
		data, err := base64.StdEncoding.DecodeString(text)
		noError(t, err)
		same(t, name, readText(t, filepath.Join(dir, name)), string(data))
	}
	keepsItsText(t, path)
}

// P20: a filter is a loop over All with a condition, in the order of the list.
func TestBasicFixtureFilters(t *testing.T) {
	p := openAt(t, fixture.Path(t, "a_basic/data/project.json"), project.Options{Mode: project.ReadOnly})
	filters := map[string]func(*experiment.Experiment) bool{
		"parameters.build_period == '6M'": func(x *experiment.Experiment) bool {
			var period string
			return x.Parameter("build_period", &period) == nil && period == "6M"
		},
		"metrics.auroc >= 0.45": func(x *experiment.Experiment) bool {
			auroc, ok := x.Metric("auroc")
			return ok && auroc >= 0.45
		},
		"'keep' in tags":              func(x *experiment.Experiment) bool { return slices.Contains(x.Tags(), "keep") },
		"last_updated_by == 'friend'": func(x *experiment.Experiment) bool { return x.LastUpdatedBy() == "friend" },
		"none":                        func(*experiment.Experiment) bool { return false },
	}
	want := fixture.Read[struct{ Filter map[string][]string }](t, "a_basic/expected.json").Filter
	same(t, "filters", len(filters), len(want))
	for name, slugs := range want {
		var got []string
		for x := range p.All() {
			if filters[name](x) {
				got = append(got, x.Slug())
			}
		}
		same(t, name, got, slugs)
	}
}

// T1, T4, T6, E14-E16: the folder of a test is computed from its name.
func TestTestsFixture(t *testing.T) {
	type artifact struct {
		FName string `json:"fname"`
		File  string `json:"file"`
		Value answer `json:"value"`
	}
	type facts struct {
		ToDict []any `json:"to_dict"`
		Tests  []struct {
			Name       string              `json:"name"`
			Metrics    map[string]any      `json:"metrics"`
			Parameters map[string]any      `json:"parameters"`
			Artifacts  map[string]artifact `json:"artifacts"`
		} `json:"tests"`
		Own     answer `json:"experiment_artifact"`
		Missing answer `json:"missing"`
	}
	want := fixture.Read[facts](t, "b_tests/expected.json")
	dir := fixture.Copy(t, "b_tests")
	path := filepath.Join(dir, "project.json")
	p := openAt(t, path, project.Options{Mode: project.ReadOnly})
	wantDicts(t, p, want.ToDict)
	x := lookUp(t, p, "model")
	wantValue(t, x, "conf", "json", want.Own)
	wantValue(t, x, "zz", "json", want.Missing)

	i, loaded := 0, 0
	for test := range x.Tests() {
		w := want.Tests[i]
		i++
		same(t, "name", test.Name(), w.Name)
		same(t, "metrics", valuesOf(test.Metrics()), fixture.Native(w.Metrics).(map[string]any))
		same(t, "parameters", valuesOf(test.Parameters()), fixture.Native(w.Parameters).(map[string]any))
		for a := range test.Artifacts() {
			same(t, "file name of "+a.Name, a.FileName, w.Artifacts[a.Name].FName)
			same(t, "bytes of "+a.Name, bytesOf(t, test, a.Name), readText(t, filepath.Join(dir, w.Artifacts[a.Name].File)))
			wantValue(t, test, a.Name, a.Handler, w.Artifacts[a.Name].Value)
			loaded++
		}
	}
	same(t, "tests", i, len(want.Tests))
	same(t, "artifacts of tests", loaded, 6)
	keepsItsText(t, path)
}

// AR5, H1: an artifact in a format that nobody registered keeps nothing else
// from being read, and its bytes can be had.
func TestPickleFixture(t *testing.T) {
	dir := fixture.Copy(t, "g_pickle")
	path := filepath.Join(dir, "project.json")
	var manifest []struct {
		Slug      string `json:"slug"`
		Artifacts []struct {
			Name          string `json:"name"`
			FName         string `json:"fname"`
			PythonVersion string `json:"python_version"`
		} `json:"artifacts"`
	}
	noError(t, json.Unmarshal([]byte(readText(t, path)), &manifest))

	p := openAt(t, path, project.Options{Mode: project.ReadOnly})
	same(t, "length", p.Len(), len(manifest))
	count := 0
	for _, m := range manifest {
		x := lookUp(t, p, m.Slug)
		i := 0
		for a := range x.Artifacts() {
			w := m.Artifacts[i]
			i++
			same(t, "artifact", []string{a.Name, a.FileName, a.Handler, a.Environment["python_version"]},
				[]string{w.Name, w.FName, "pickle", w.PythonVersion})
		}
		count += i
	}
	same(t, "artifacts", count, 454)

	x := lookUp(t, p, "default-protocol")
	_, err := artifacts.Load[any](t.Context(), x, "dict", nil)
	wantError(t, err, artifacts.ErrUnknownHandler)
	file := "default-protocol-20250701000000/dict-20250701000000.pkl"
	same(t, "bytes", bytesOf(t, x, "dict"), readText(t, filepath.Join(dir, file)))
	_, err = lookUp(t, p, "protocol-4").OpenArtifact(t.Context(), "dict")
	wantError(t, err, artifacts.ErrNotFound) // the fixture holds no files of it
	wantError(t, err, os.ErrNotExist)
	keepsItsText(t, path)
}

// S1, S2, W16: file names keep the folders they name; one that leads out of its
// experiment's folder is refused, and nothing else is.
func TestFolderFixture(t *testing.T) {
	type artifact struct {
		FName string `json:"fname"`
		Value answer `json:"value"`
	}
	want := fixture.Read[struct {
		Artifacts    map[string]artifact `json:"artifacts"`
		TestArtifact answer              `json:"test_artifact"`
	}](t, "h_subdirs/expected.json")
	dir := fixture.Copy(t, "h_subdirs")
	path := filepath.Join(dir, "proj", "project.json")
	p := openAt(t, path, project.Options{Mode: project.ReadOnly})
	x := lookUp(t, p, "e")
	got := map[string]string{}
	for a := range x.Artifacts() {
		got[a.Name] = a.FileName
		if a.Name == "up" { // Python reads ../sibling.json
			wantError(t, x.LoadArtifact(t.Context(), "up", new(any), nil), artifacts.ErrUnsafePath)
			continue
		}
		wantValue(t, x, a.Name, a.Handler, want.Artifacts[a.Name].Value)
	}
	names := map[string]string{}
	for name, a := range want.Artifacts {
		names[name] = a.FName
	}
	same(t, "file names", got, names)
	for test := range x.Tests() {
		for a := range test.Artifacts() {
			wantValue(t, test, a.Name, a.Handler, want.TestArtifact)
		}
	}
	keepsItsText(t, path)
}
