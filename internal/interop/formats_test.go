package interop

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "github.com/lazyscribe-go/lazyscribe/artifacts/npz"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/png"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// logFormatted logs artifacts in an experiment.
func logFormatted(t *testing.T, dir string, list []formatted) {
	t.Helper()
	p := open(t, dir, project.Append)
	_, err := p.Log(t.Context(), "formats", func(d *experiment.Draft) error {
		var errs []error
		for _, f := range list {
			errs = append(errs, d.LogArtifact(f.Name, f.native, f.Handler, nil))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
	save(t, p)
}

// inJSON is a description as it comes back from Python.
func inJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

// formatsInPython runs testdata/formats.py.
func formatsInPython(t *testing.T, dir string, in, out any) {
	t.Helper()
	pyrun.Need(t, "numpy", "PIL")
	runPython(t, dir, "formats.py", in, out)
}

// digests is what is recorded of each artifact.
func digests(t *testing.T, dir string) map[string]string {
	t.Helper()
	e, err := open(t, dir, project.ReadOnly).Lookup("formats")
	if err != nil {
		t.Fatal(err)
	}
	recorded := map[string]string{}
	for a := range e.Artifacts() {
		recorded[a.Name] = fmt.Sprint(a.SHA256, a.Size)
	}
	return recorded
}

// sound fails for all that does not fit its digest.
func sound(t *testing.T, dir string) {
	t.Helper()
	for f, err := range open(t, dir, project.ReadOnly).Check(t.Context(), nil) {
		t.Errorf("check: %+v, %v", f, err)
	}
}

// What either side logs in the formats Go adds, both read as equal values of
// equal types. Where a format leaves no choice the files are the same. A save by
// Python keeps what Go recorded.
func TestFormats(t *testing.T) {
	needPython(t)
	list := everyFormat(t)
	want := map[string]any{}
	for _, f := range list {
		want[f.Name] = f.Value
	}
	wanted := inJSON(t, want)
	byGo, byPython := t.TempDir(), t.TempDir()
	logFormatted(t, byGo, list)
	formatsInPython(t, byPython, map[string]any{"do": "log", "artifacts": list}, nil)
	for writer, dir := range map[string]string{"Go": byGo, "Python": byPython} {
		if diff := cmp.Diff(wanted, inJSON(t, describeFormatted(t, dir))); diff != "" {
			t.Errorf("what Go reads of %s (-want +got):\n%s", writer, diff)
		}
		var got any
		formatsInPython(t, dir, map[string]any{"do": "describe"}, &got)
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("what Python reads of %s (-want +got):\n%s", writer, diff)
		}
		sound(t, dir)
		before := digests(t, dir)
		changeInPython(t, dir, "w+", []change{{Do: "tag", On: "formats", Name: "changed"}})
		if diff := cmp.Diff(before, digests(t, dir)); diff != "" {
			t.Errorf("digests by %s after a save by Python (-before +after):\n%s", writer, diff)
		}
		sound(t, dir)
	}
	inGo, inPython := digests(t, byGo), digests(t, byPython)
	for _, f := range list {
		if !f.oneWay && inGo[f.Name] != inPython[f.Name] {
			t.Errorf("the files of %q are not the same", f.Name)
		}
	}
}
