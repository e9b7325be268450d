package cli

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// wantUsage checks that an error is a mistake in the command line.
func wantUsage(t *testing.T, text string, err error) {
	t.Helper()
	if usage := new(usageError); !errors.As(err, &usage) {
		t.Errorf("%q: error %v, want a usage error", text, err)
	}
}

func TestParseArtifact(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"model.json", "odd:json", "odd:json:text", "a=b"} {
		writeText(t, name, "1")
	}
	tests := []struct {
		text              string
		name, file, alias string // name "": a usage error
	}{
		{"m=model.json", "m", "model.json", ""},
		{"m=model.json:json", "m", "model.json", "json"},
		{"m=model.json:json_lines-2", "m", "model.json", "json_lines-2"},
		{"m=nowhere.json:json", "m", "nowhere.json", "json"},
		{"m=nowhere.json", "m", "nowhere.json", ""},
		// Behind the colon is something no alias looks like.
		{"m=model.json:JSON", "m", "model.json:JSON", ""},
		{"m=model.json:1", "m", "model.json:1", ""},
		{"m=model.json:", "m", "model.json:", ""},
		{`m=C:\model.json`, "m", `C:\model.json`, ""},
		{`m=C:\model.json:json`, "m", `C:\model.json`, "json"},
		// A file of the whole name exists.
		{"m=odd:json", "m", "odd:json", ""},
		{"m=odd:json:text", "m", "odd:json:text", ""},
		{"m=odd:json:gob", "m", "odd:json", "gob"},
		{"a=a=b", "a", "a=b", ""},
		{"m=:json", "m", ":json", ""},
		{"m=s3://bucket/model.json", "", "", ""},
		{"m=s3://bucket/model:json", "", "", ""},
		{"m=", "", "", ""},
		{"=model.json", "", "", ""},
		{"m", "", "", ""},
		{"", "", "", ""},
	}
	for _, test := range tests {
		got, err := parseArtifact(test.text)
		if test.name == "" {
			wantUsage(t, test.text, err)
			continue
		}
		want := artifactInput{name: test.name, file: test.file, alias: test.alias}
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
		} else if d := cmp.Diff(want, got, cmp.AllowUnexported(artifactInput{})); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, d)
		}
	}
}

func TestParseArtifactValue(t *testing.T) {
	tests := []struct {
		text, name, alias string
		value             any
	}{
		{"v=3", "v", "", pyjson.Number("3")},
		{"v=3:text", "v", "text", pyjson.Number("3")},
		{`v="a:text"`, "v", "", "a:text"},
		{`v="a":text`, "v", "text", "a"},
		{"v=abc", "v", "", "abc"},
		{"v=abc:text", "v", "text", "abc"},
		{"v=abc: text", "v", "", "abc: text"},
		{"v=12:30", "v", "", "12:30"},
		{"v=", "v", "", ""},
		{"v=:text", "v", "text", ""},
		{"v=a=b", "v", "", "a=b"},
		{"v=NaN:gob", "v", "gob", pyjson.Number("NaN")},
		{"v=null", "v", "", nil},
	}
	for _, test := range tests {
		got, err := parseArtifactValue(test.text)
		want := artifactInput{name: test.name, alias: test.alias, value: test.value}
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
		} else if d := cmp.Diff(want, got, cmp.AllowUnexported(artifactInput{})); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, d)
		}
	}
	for _, text := range []string{"", "v", "=3"} {
		_, err := parseArtifactValue(text)
		wantUsage(t, text, err)
	}
}

func TestParseMetric(t *testing.T) {
	tests := []struct {
		text string
		name string // "": a usage error
		want any
	}{
		{"a=1", "a", pyjson.Number("1")},
		{"a=1.0", "a", pyjson.Number("1.0")},
		{"a=-1e-5", "a", pyjson.Number("-1e-5")},
		{"a=-Infinity", "a", pyjson.Number("-Infinity")},
		{"a b=1", "a b", pyjson.Number("1")},
		{"a=[1, NaN]", "a", []any{pyjson.Number("1"), pyjson.Number("NaN")}},
		{"a=[]", "a", []any{}},
		{"a=.5", "", nil},
		{"a=nan", "", nil},
		{"a=true", "", nil},
		{"a=null", "", nil},
		{`a="1"`, "", nil},
		{"a=[[1]]", "", nil},
		{"a=1 2", "", nil},
		{"a", "", nil},
		{"=1", "", nil},
	}
	for _, test := range tests {
		got, err := parseMetric(test.text)
		if test.name == "" {
			wantUsage(t, test.text, err)
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
		} else if d := cmp.Diff(field{test.name, test.want}, got, cmp.AllowUnexported(field{})); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, d)
		}
	}
}

func TestParseSettings(t *testing.T) {
	inputs := []experimentInput{{
		partInput: partInput{artifacts: []artifactInput{{name: "a"}, {name: "a.b"}}},
		tests:     []testInput{{partInput: partInput{artifacts: []artifactInput{{name: "t"}}}}},
	}}
	got, err := parseSettings([]string{"a.x=1", "a.b.y=text", "a.z.q=[1.5]", "t.on=true", "a.b.eq=c=d"}, inputs)
	if err != nil {
		t.Fatal(err)
	}
	want := settings{
		"a":   {"x": int64(1), "z.q": []any{1.5}},
		"a.b": {"y": "text", "eq": "c=d"},
		"t":   {"on": true},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, text := range []string{"a.x", "b.x=1", "a=1", "a.=1", "=1", "ab.x=1"} {
		_, err := parseSettings([]string{text}, inputs)
		wantUsage(t, text, err)
	}
}
