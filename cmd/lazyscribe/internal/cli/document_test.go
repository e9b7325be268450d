package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

func TestParseDocument(t *testing.T) {
	text := `{"name": "x", "metrics": {"n": 3, "loss": "-Infinity", "curve": [1, NaN]}, "parameters": {"p": {"q": null}},
		"tags": ["a"], "dependencies": ["p.json|s"],
		"tests": [{"name": "t", "description": "d", "metrics": {"m": 1}, "artifacts": [{"name": "v", "value": null}]}],
		"artifacts": [{"name": "f", "file": "f.txt", "handler": "text"}]}`
	got, err := parseDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	inner := pyjson.NewObject()
	inner.Set("q", nil)
	want := []experimentInput{{
		name: "x",
		partInput: partInput{
			metrics: []field{
				{"n", pyjson.Number("3")},
				{"loss", pyjson.Number("-Infinity")},
				{"curve", []any{pyjson.Number("1"), pyjson.Number("NaN")}},
			},
			parameters: []field{{"p", inner}},
			artifacts:  []artifactInput{{name: "f", file: "f.txt", alias: "text"}},
		},
		tags:    []string{"a"},
		depends: []experiment.Ref{{Project: "p.json", Slug: "s"}},
		tests: []testInput{{name: "t", description: "d", partInput: partInput{
			metrics:   []field{{"m", pyjson.Number("1")}},
			artifacts: []artifactInput{{name: "v"}},
		}}},
	}}
	private := cmp.AllowUnexported(experimentInput{}, partInput{}, testInput{}, artifactInput{}, field{}, pyjson.Object{})
	if d := cmp.Diff(want, got, private); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestParseDocumentErrors(t *testing.T) {
	tests := []struct {
		text         string
		line, column int
		want         string
	}{
		{``, 1, 1, ""},
		{`3`, 1, 1, "want an object with name, "},
		{`[3]`, 1, 2, "want an object with name, "},
		{"{\"name\": \"x\",\n  \"metric\": {}}", 2, 3, `unknown key "metric" (known: name, metrics, `},
		{`{"name": 3}`, 1, 2, "want a string"},
		{`{"metrics": []}`, 1, 2, "want an object"},
		{`{"metrics": {"a": 1, "b": "x"}}`, 1, 22, "want a number"},
		{`{"metrics": {"a": {}}}`, 1, 14, "want a number"},
		{`{"tags": "x"}`, 1, 2, "want a list"},
		{`{"tags": ["x", 3]}`, 1, 16, "want a string"},
		{`{"tags": null}`, 1, 2, "want a list"},
		{`{"dependencies": ["x"]}`, 1, 19, "want project|slug"},
		{`{"tests": [{"description": "d"}]}`, 1, 12, "a test without a name"},
		{`{"tests": [{"name": "t", "tags": []}]}`, 1, 26, `unknown key "tags"`},
		{`{"artifacts": [{"value": 1}]}`, 1, 16, "without a name"},
		{`{"artifacts": [{"name": "a"}]}`, 1, 16, "either a value or a file"},
		{`{"artifacts": [{"name": "a", "file": ""}]}`, 1, 16, "either a value or a file"},
		{`{"artifacts": [{"name": "a", "value": 1, "handler": null}]}`, 1, 42, "want a string"},
		// The last of two equal keys counts; escapes are read.
		{`{"tags": 1, "\u0074ags": 2}`, 1, 13, "want a list"},
		{`[{"parameters": {"a]\"}": [{"b": "{"}]}},  {"nmae": 1}]`, 1, 45, `unknown key "nmae"`},
		{"[\n {},\n {\"x\": 1}, 3]", 3, 3, `unknown key "x"`},
	}
	for _, test := range tests {
		_, err := parseDocument([]byte(test.text))
		var at *pyjson.SyntaxError
		switch {
		case !errors.As(err, &at):
			t.Errorf("%s: error %v has no place", test.text, err)
		case at.Line != test.line || at.Column != test.column || !strings.Contains(at.Msg, test.want):
			t.Errorf("%s: error %q, want line %d column %d: %s", test.text, err, test.line, test.column, test.want)
		}
	}
}

func FuzzParseDocument(f *testing.F) {
	for _, text := range []string{
		`{"name": "x", "metrics": {"a": [1, NaN]}, "tests": [{"name": "t", "artifacts": [{"name": "a", "value": {}}]}]}`,
		`[{"nmae": 1}, {"tags": [1]}]`, ` [ [ ] , { } ] `, `{"a]\"": 1, "\u0061": {"tags": "x"}}`, `"x"`, `{"metrics":{"":"",`,
		"\ufeff{\"x\": 1}", `{"name": {"a": [{"b": "}"}]}, "x": 3}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		inputs, err := parseDocument(text)
		if err == nil {
			return
		}
		var at *pyjson.SyntaxError
		if !errors.As(err, &at) {
			t.Fatalf("error %v has no place", err)
		}
		if at.Offset < 0 || at.Offset > int64(len(text)) {
			t.Errorf("place %d of a text of %d bytes", at.Offset, len(text))
		}
		if key, ok := strings.CutPrefix(at.Msg, "unknown key "); ok && !strings.HasPrefix(key, `"\`) && text[at.Offset] != '"' {
			t.Errorf("%v: at %q, not at a key", err, text[at.Offset:])
		}
		_ = inputs
	})
}
