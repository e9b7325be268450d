package interop

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

var oddNames = []string{
	"plain", "UPPER Case_and-dashes", "größe", "naïve café", "漢字かな交じり", "한국어", "Ελληνικά", "русский", "עברית", "العربية",
	"😀", "½ ㎏ ﬁ", "a\tb\nc", `quote " backslash \ slash /`, "R&D &amp; &eacute; &#955;", "don't, don’t", "1,000.5", "---", " ",
	"\x00\x1f\x7f", "\u2028\u2029", "a|b", "../up", strings.Repeat("x", 200), "İı ß ſ", "<script>&'",
}

type settings struct {
	Rate   float64        `json:"rate"`
	Layers []int          `json:"layers"`
	Name   string         `json:"-"`
	Empty  map[string]int `json:"empty,omitempty"`
}

// parameters are what is logged and what Python is to find.
var parameters = map[string]struct{ value, want any }{
	"one":            {1, integer("1")},
	"one point zero": {1.0, float(1)},
	"minus zero":     {math.Copysign(0, -1), float(math.Copysign(0, -1))},
	"uint64":         {uint64(math.MaxUint64), integer("18446744073709551615")},
	"big":            {new(big.Int).Lsh(big.NewInt(1), 100), integer("1267650600228229401496703205376")},
	"float32":        {float32(0.1), float(0.1)}, // its shortest text, as encoding/json has it
	"nan":            {math.NaN(), float(math.NaN())},
	"infinities":     {[]float64{math.Inf(1), math.Inf(-1)}, []any{float(math.Inf(1)), float(math.Inf(-1))}},
	"largest":        {math.MaxFloat64, float(math.MaxFloat64)},
	"least":          {math.SmallestNonzeroFloat64, float(math.SmallestNonzeroFloat64)},
	"e21":            {1e21, float(1e21)},
	"nil":            {nil, nil},
	"nil slice":      {[]int(nil), nil},
	"true":           {true, true},
	"bytes":          {[]byte{0, 255}, "AP8="},
	"duration":       {time.Second, integer("1000000000")},
	"time":           {time.Date(2025, 1, 2, 5, 4, 5, 987654321, time.FixedZone("", 7200)), "2025-01-02T03:04:05"},
	"struct":         {settings{Rate: 0.5, Layers: []int{8}}, dict(map[string]any{"rate": float(0.5), "layers": []any{integer("8")}})},
	"integer keys":   {map[int]string{10: "ten", 9: "nine"}, dict(map[string]any{"10": "ten", "9": "nine"})},
	"raw":            {json.RawMessage(`{"a": 1E5, "b": 1.50}`), dict(map[string]any{"a": float(1e5), "b": float(1.5)})},
	"unicode":        {"<&>\u2028😀\x00\x7f", "<&>\u2028😀\x00\x7f"},
}

// writeEverything makes a project with everything Go can write.
func writeEverything(t *testing.T, dir string) {
	t.Helper()
	t.Chdir(dir) // dependencies are recorded as they were opened
	upstream, err := project.Open(t.Context(), filepath.Join("up stream", "project.json"), &project.Options{Author: goAuthor})
	if err != nil {
		t.Fatal(err)
	}
	defer upstream.Close()
	source, err := upstream.Log(t.Context(), "source größe", nil)
	if err != nil {
		t.Fatal(err)
	}
	save(t, upstream)

	p := open(t, dir, project.Append)
	log := func(name string, fn func(d *experiment.Draft) error) {
		t.Helper()
		if _, err := p.Log(t.Context(), name, fn); err != nil {
			t.Fatal(err)
		}
	}
	log("values", func(d *experiment.Draft) error {
		d.LogMetric("float", 1)
		d.LogMetric("nan", math.NaN())
		d.LogCount("count", math.MinInt64)
		d.LogSeries("series", []float64{0.1, math.NaN(), 1e16, math.Inf(-1)})
		d.LogSeries("empty series", nil)
		d.DependOn(source)
		for name, p := range parameters {
			if err := d.LogParameter(name, p.value); err != nil {
				return err
			}
		}
		return nil
	})
	for i, name := range oddNames {
		log(name, func(d *experiment.Draft) error {
			d.Tag(name, name)
			d.LogMetric(name, float64(i))
			return d.LogTest(name, name, func(t *experiment.TestDraft) error {
				t.LogMetric(name, float64(i))
				// The folder of a test is nowhere in the file: Python has to come
				// to the same one.
				return t.LogArtifact("inner "+name[:min(len(name), 5)], name, "text", nil)
			})
		})
	}
	log("artifacts", func(d *experiment.Draft) error {
		for _, a := range []struct {
			name, alias string
			value       any
			opts        *artifacts.LogOptions
		}{
			{"json", "json", map[string]any{"nan": math.NaN(), "größe": []any{1, 1.0, nil}}, nil},
			{"indented", "json", settings{Rate: 1e-7}, &artifacts.LogOptions{Handler: artifacts.JSON{Indent: "  ", RawUnicode: true}}},
			{"text", "text", "grün\r\n\n", nil},
			{"reader", "text", strings.NewReader("from a reader"), nil},
			{"gob", "gob", settings{Name: "gob", Layers: []int{1, 2}}, &artifacts.LogOptions{Now: true}},
			{"folder", "json", 1, &artifacts.LogOptions{FileName: "some/folder/x.json"}},
			{"expiring", "text", "", &artifacts.LogOptions{Expiry: time.Date(2100, 1, 2, 3, 4, 5, 6, time.UTC)}},
		} {
			if err := d.LogArtifact(a.name, a.value, a.alias, a.opts); err != nil {
				return fmt.Errorf("%s: %w", a.name, err)
			}
		}
		return nil
	})
	save(t, p)
}

// Python reads every field of what Go wrote and loads every artifact; after it
// edited the project, Go finds the edits and everything else as it was.
func TestGoWrites(t *testing.T) {
	needPython(t)
	dir := t.TempDir()
	writeEverything(t, dir)

	before := describe(t, dir)
	checkEverything(t, before)
	// Python's own handler keeps nothing of what Go recorded.
	forget(before, "json")
	if diff := cmp.Diff(before, describeInPython(t, dir)); diff != "" {
		t.Fatalf("what is read (-Go +Python):\n%s", diff)
	}

	want := model(before)
	changes := []change{}
	for _, r := range before {
		changes = append(changes,
			change{Do: "metric", On: r.Slug, Name: "added", Value: float(5e-324)},
			change{Do: "parameter", On: r.Slug, Name: "one", Value: integer("-36893488147419103232")},
			change{Do: "tag", On: r.Slug, Name: "from Python"},
			change{Do: "metric", On: r.Slug, Test: r.Name, Name: "added", Value: []any{integer("1"), float(1)}},
		)
	}
	for _, c := range changes {
		want.apply(c, pythonAuthor, "from Python")
	}
	changeInPython(t, dir, "w+", changes)
	ignore := cmpopts.IgnoreFields(record{}, "LastUpdated")
	if diff := cmp.Diff([]record(want), describe(t, dir), ignore); diff != "" {
		t.Errorf("what Go reads after the changes (-want +got):\n%s", diff)
	}
}

// forget empties what was recorded of the artifacts of a handler.
func forget(list []record, handler string) {
	for _, r := range list {
		for i := range r.Artifacts {
			if a := &r.Artifacts[i]; a.Handler == handler {
				a.Recorded = map[string]any{}
			}
		}
	}
}

func checkEverything(t *testing.T, list []record) {
	t.Helper()
	byName := map[string]record{}
	for _, r := range list {
		byName[r.Name] = r
	}
	if len(list) != len(oddNames)+2 || len(byName) != len(list) {
		t.Fatalf("%d records of %d names", len(list), len(byName))
	}
	values := byName["values"]
	for name, p := range parameters {
		if diff := cmp.Diff(p.want, values.Parameters[name]); diff != "" {
			t.Errorf("parameter %q (-want +got):\n%s", name, diff)
		}
	}
	metrics := map[string]any{
		"float": float(1), "nan": float(math.NaN()), "count": integer("-9223372036854775808"), "empty series": []any{},
		"series": []any{float(0.1), float(math.NaN()), float(1e16), float(math.Inf(-1))},
	}
	if diff := cmp.Diff(metrics, values.Metrics); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
	if n := len(values.Dependencies); n != 1 || !strings.HasPrefix(values.Dependencies[0], "up stream/project.json|source-grosse-") {
		t.Errorf("dependencies %q", values.Dependencies)
	}
	for _, name := range oddNames {
		r := byName[name]
		if diff := cmp.Diff([]string{name, name}, r.Tags); diff != "" {
			t.Errorf("tags of %q (-want +got):\n%s", name, diff)
		}
		if len(r.Tests) != 1 || r.Tests[0].Name != name || len(r.Tests[0].Artifacts) != 1 || r.Tests[0].Artifacts[0].Content != name {
			t.Errorf("tests of %q: %+v", name, r.Tests)
		}
	}
	contents := map[string]any{
		"json":     dict(map[string]any{"nan": float(math.NaN()), "größe": []any{integer("1"), float(1), nil}}),
		"indented": dict(map[string]any{"rate": float(1e-7), "layers": nil}),
		"text":     "grün\r\n\n", "reader": "from a reader", "folder": integer("1"), "expiring": "",
	}
	for _, a := range byName["artifacts"].Artifacts {
		if want, ok := contents[a.Name]; ok && !cmp.Equal(want, a.Content) {
			t.Errorf("artifact %q is %v, want %v", a.Name, a.Content, want)
		}
		if a.Recorded["sha256"] == nil || a.Recorded["size"] == nil || (a.Handler == "gob") != (a.Recorded["gob_type"] != nil) {
			t.Errorf("artifact %q has recorded %v", a.Name, a.Recorded)
		}
	}
}

// A project without keys that only Go knows, or whose handlers keep them, has
// the same bytes after Python saved it unchanged.
func TestGoBytesStay(t *testing.T) {
	needPython(t)
	tests := map[string][]change{
		"empty":     nil,
		"no fields": {{Do: "log", On: "a"}},
		"no artifacts": {
			{Do: "log", On: "größe"},
			{Do: "metric", On: "grosse", Name: "m", Value: float(1e16)},
		},
		"artifacts": {
			{Do: "log", On: "b"},
			{Do: "artifact", On: "b", Name: "größe", Value: "grün", Handler: "text"},
			{Do: "artifact", On: "b", Name: "bytes", Value: data([]byte{0, 255}), Handler: "gob"},
			{Do: "artifact", On: "b", Test: "test", Name: "inner", Value: "\r\n", Handler: "text"},
		},
	}
	for _, name := range oddNames {
		tests["no artifacts"] = append(tests["no artifacts"],
			change{Do: "tag", On: "grosse", Name: name},
			change{Do: "metric", On: "grosse", Name: name, Value: integer("1")},
			change{Do: "parameter", On: "grosse", Test: name, Name: name, Value: dict(map[string]any{name: []any{name}})},
		)
	}
	for name, p := range parameters {
		tests["no artifacts"] = append(tests["no artifacts"], change{Do: "parameter", On: "grosse", Name: name, Value: p.want})
	}
	for name, changes := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			changeInGo(t, dir, project.Append, changes)
			before := manifest(t, dir)
			for _, mode := range []string{"a", "w+"} {
				changeInPython(t, dir, mode, nil)
				if diff := cmp.Diff(before, manifest(t, dir)); diff != "" {
					t.Errorf("saved by Python in mode %s (-Go +Python):\n%s", mode, diff)
				}
			}
		})
	}
}
