package project_test

import (
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// An answer is what one call of Python gave: a value or an error.
type answer struct {
	OK    any    `json:"ok"`
	Error string `json:"error"`
}

// rewritten makes the project write its manifest anew without changing what is
// in it: an experiment comes and goes again.
func rewritten(t testing.TB, path string, mode project.Mode) {
	t.Helper()
	before := readText(t, path)
	p := openAt(t, path, project.Options{Mode: mode})
	x := logAs(t, p, "passing by", nil)
	saveAll(t, p)
	if readText(t, path) == before {
		t.Error("saving an added experiment left the manifest as it was")
	}
	noError(t, p.Remove(x.Slug()))
	saveAll(t, p)
}

// keepsItsText checks that a manifest survives being opened and saved to the
// byte: when nothing was changed, when it is composed anew, and when each of its
// records is encoded from its parts.
func keepsItsText(t *testing.T, path string) {
	t.Helper()
	before := readText(t, path)
	p := openAt(t, path, project.Options{Mode: project.ReadWrite})
	same(t, "problems", len(p.Problems()), 0)
	saveAll(t, p)
	same(t, "text after a save without changes", readText(t, path), before)
	var records []string
	for x := range p.All() {
		text, err := x.JSON()
		noError(t, err)
		same(t, "record encoded from its parts", reencoded(t, x), string(text))
		records = append(records, string(text))
	}
	if len(records) > 0 {
		same(t, "records", "[\n    "+strings.Join(records, ",\n    ")+"\n]", before)
	}
	for _, mode := range []project.Mode{project.Append, project.ReadWrite} {
		rewritten(t, path, mode)
		same(t, "text composed anew in mode "+mode.String(), readText(t, path), before)
	}
}

// wantDicts compares experiments with the to_dict of Python.
func wantDicts(t testing.TB, p *project.Project, want []any) {
	t.Helper()
	got := []any{}
	for x := range p.All() {
		got = append(got, dictOf(x))
	}
	same(t, "experiments", got, fixture.Native(want).([]any))
}

// wantValue compares an artifact loaded without saying a type with what Python
// loaded. Formats this package does not read answer that they are not known.
func wantValue(t testing.TB, from artifacts.Loader, name, handler string, want answer) {
	t.Helper()
	got, err := artifacts.Load[any](t.Context(), from, name, nil)
	switch {
	case handler == "pickle":
		wantError(t, err, artifacts.ErrUnknownHandler)
	case want.Error != "":
		wantError(t, err, artifacts.ErrNotFound)
	default:
		noError(t, err)
		same(t, "artifact "+name, got, fixture.Native(want.OK))
	}
}

// handlerOf returns the recorded alias of an artifact.
func handlerOf(x *experiment.Experiment, name string) string {
	for a := range x.Artifacts() {
		if a.Name == name {
			return a.Handler
		}
	}
	return ""
}
