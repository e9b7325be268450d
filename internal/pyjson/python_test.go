package pyjson

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The two layouts that the fixtures hold.
var (
	sortedFormat = &Format{Indent: "    ", SortKeys: true}
	lineFormat   = &Format{}
)

// readFixture decodes a file of testdata with encoding/json, so that a test
// does not rest on the code it tests.
func readFixture(t *testing.T, name string, target any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, target); err != nil {
		t.Fatal(err)
	}
}

func mustAppend(t *testing.T, v any, f *Format) string {
	t.Helper()
	text, err := Append(nil, v, f)
	if err != nil {
		t.Fatalf("Append: %v", err)
	}
	return string(text)
}

// json_cases.json holds texts and what json.dumps made of their values. The
// texts contain lone surrogates, so encoding/json cannot read it; the results
// are ASCII, which keeps the comparison independent of how Parse reads them.
func TestPythonCases(t *testing.T) {
	data, err := os.ReadFile("testdata/json_cases.json")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	const want = 1502
	if n := len(cases.([]any)); n != want {
		t.Fatalf("%d cases, want %d", n, want)
	}
	for _, c := range cases.([]any) {
		c := c.([]any)
		input, sorted, line := c[0].(string), c[1].(string), c[2].(string)
		v, err := Parse([]byte(input))
		if err != nil {
			t.Errorf("Parse(%q): %v", input, err)
			continue
		}
		if got := mustAppend(t, v, sortedFormat); got != sorted {
			t.Errorf("sorted form of %q (-Python +Go):\n%s", input, cmp.Diff(sorted, got))
		}
		if got := mustAppend(t, v, lineFormat); got != line {
			t.Errorf("one-line form of %q (-Python +Go):\n%s", input, cmp.Diff(line, got))
		}
	}
}

func TestPythonRefuses(t *testing.T) {
	var cases [][2]any
	readFixture(t, "json_bad.json", &cases)
	for _, c := range cases {
		text, ok := c[0].(string), c[1].(bool)
		if _, err := Parse([]byte(text)); (err == nil) != ok {
			t.Errorf("Parse(%q) = %v, Python accepts it: %v", text, err, ok)
		}
		if err := Valid([]byte(text)); (err == nil) != ok {
			t.Errorf("Valid(%q) = %v, Python accepts it: %v", text, err, ok)
		}
	}
}

// errors.json holds the places where Python finds the first mistake.
func TestPythonErrorPlaces(t *testing.T) {
	var cases [][3]any
	readFixture(t, "errors.json", &cases)
	for _, c := range cases {
		text, line, column := c[0].(string), int(c[1].(float64)), int(c[2].(float64))
		_, err := Parse([]byte(text))
		e, ok := err.(*SyntaxError)
		if !ok {
			t.Errorf("Parse(%q) = %v, want a *SyntaxError", text, err)
			continue
		}
		if e.Line != line || e.Column != column {
			t.Errorf("Parse(%q): %v, Python says line %d column %d", text, e, line, column)
		}
	}
}

func TestPythonFloats(t *testing.T) {
	var cases [][2]string
	readFixture(t, "float_cases.json", &cases)
	for _, c := range cases {
		bits, err := strconv.ParseUint(c[0], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		x := math.Float64frombits(bits)
		if got := string(AppendFloat(nil, x)); got != c[1] {
			t.Errorf("AppendFloat(%s) = %s, Python writes %s", c[0], got, c[1])
		}
		if got := Number(c[1]).Float64(); math.Float64bits(got) != bits && !math.IsNaN(x) {
			t.Errorf("Number(%s).Float64() = %x, want %s", c[1], math.Float64bits(got), c[0])
		}
	}
}

// manifests.json holds files that Python lazyscribe wrote: path, layout, text.
func TestPythonManifestsRoundTrip(t *testing.T) {
	formats := map[string]*Format{
		"sorted":   sortedFormat,
		"indented": {Indent: "    "},
		"line":     lineFormat,
	}
	var files [][3]string
	readFixture(t, "manifests.json", &files)
	for _, file := range files {
		name, layout, text := file[0], file[1], file[2]
		v, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := mustAppend(t, v, formats[layout]); got != text {
			t.Errorf("%s (-file +written again):\n%s", name, cmp.Diff(text, got))
		}
	}
}
