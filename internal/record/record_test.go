package record_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// records splits a manifest. Elements that are no records are nil.
func records(t testing.TB, text []byte) (list []*record.Record, errs []error) {
	t.Helper()
	err := pyjson.Split(text, record.Keys, func(r *pyjson.Record) error {
		rec := new(record.Record)
		err := record.FromText(rec, new(record.Spans), text, r)
		if err != nil {
			rec = nil
		}
		list, errs = append(list, rec), append(errs, err)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, errs
}

func one(t testing.TB, text string) *record.Record {
	t.Helper()
	list, errs := records(t, []byte("["+text+"]"))
	if len(list) != 1 || errs[0] != nil {
		t.Fatalf("%d records, %v", len(list), errs)
	}
	return list[0]
}

func encoded(t testing.TB, b *record.Body, plan *record.Plan) string {
	t.Helper()
	text, err := b.Append(nil, plan)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func same[T any](t testing.TB, what string, got, want T, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

const times = `"created_at": "2025-01-02T03:04:05", "last_updated": "2025-01-03T00:00:00"`

// Every record Python wrote is written again to the byte when it is taken apart
// and put together. (P26, P30)
func TestPythonsRecords(t *testing.T) {
	seen := 0
	for _, pattern := range []string{"a_basic/data/project.json", "b_tests/data/project.json", "d_dependencies/data/*/project.json",
		"f_merge/data/*/*.json", "g_pickle/data/project.json", "h_subdirs/data/proj/project.json"} {
		files, err := filepath.Glob("../../testdata/fixtures/" + pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			list, errs := records(t, text)
			for i, r := range list {
				if errs[i] != nil {
					t.Fatal(errs[i])
				}
				seen++
				if err := r.Body().Err(); err != nil {
					t.Error(err)
				}
				same(t, file, encoded(t, r.Body(), nil), string(r.Text()))
			}
		}
	}
	if seen < 100 {
		t.Errorf("%d records", seen)
	}
}

// What identifies an experiment is read without taking it apart, and is the same
// afterwards.
func TestIdentity(t *testing.T) {
	type identity struct {
		Name, Slug, Short, Author, By string
		Created, Updated              string
		HasSlug, HasShort             bool // "x"
	}
	tests := []struct {
		name, text string
		want       identity
	}{
		{"full", `{"name": "n", "slug": "x", "short_slug": "s", "author": "a", "last_updated_by": "b", ` + times + `}`,
			identity{"n", "x", "s", "a", "b", "2025-01-02T03:04:05Z", "2025-01-03T00:00:00Z", true, false}},
		{"short", `{"name": "My Run", "author": "a", ` + times + `}`, // P10
			identity{"My Run", "my-run-20250102030405", "my-run", "a", "a", "2025-01-02T03:04:05Z", "2025-01-03T00:00:00Z", false, false}},
		{"escapes", `{"name": "\u00e9", "slug": "\u0078", "short_slug": "\u0078", "author": "\ud83d\ude00", "created_at": "2025-01-02\u005403:04:05", "last_updated": "2025-01-03"}`,
			identity{"é", "x", "x", "😀", "😀", "2025-01-02T03:04:05Z", "2025-01-03T00:00:00Z", true, true}},
		{"odd", `{"name": "", "slug": "", "short_slug": "", "author": null, "last_updated_by": 5, "created_at": "2025-01-02T03:04:05.5+01:00", "last_updated": "2025-01-03"}`,
			identity{"", "", "", "", "", "2025-01-02T02:04:05.5Z", "2025-01-03T00:00:00Z", false, false}},
		{"repeated keys", `{"name": "first", "slug": "y", "slug": "x", "name": "last", "short_slug": "x", ` + times + `}`,
			identity{"last", "x", "x", "", "", "2025-01-02T03:04:05Z", "2025-01-03T00:00:00Z", true, true}},
		{"nameless", `{"name": "🙂", ` + times + `}`, // E4
			identity{"🙂", "20250102030405", "", "", "", "2025-01-02T03:04:05Z", "2025-01-03T00:00:00Z", false, false}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := one(t, test.text)
			for _, state := range []string{"as text", "taken apart"} {
				got := identity{r.Name(), r.Slug(), r.ShortSlug(), r.Author(), r.LastUpdatedBy(),
					r.CreatedAt().Format(time.RFC3339Nano), r.LastUpdated().Format(time.RFC3339Nano), r.HasSlug("x"), r.HasShortSlug("x")}
				same(t, state, got, test.want)
				r.Body()
			}
		})
	}
}

// An experiment cannot be without a name and two times; a slug must be text.
func TestFromTextRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`1`:                          "want an object",
		`{}`:                         `no "name"`,
		`{"name": 1, ` + times + `}`: "name: want a string",
		`{"name": "n"}`:              `no "created_at"`,
		`{"name": "n", "created_at": "2025-01-01"}`:                          `no "last_updated"`,
		`{"name": "n", "created_at": 5, "last_updated": "2025-01-01"}`:       "created_at: want a string",
		`{"name": "n", "created_at": "2025-01-01", "last_updated": "later"}`: `last_updated: parse time "later": invalid time: not in ISO 8601 form`,
		`{"name": "n", "slug": null, ` + times + `}`:                         "slug: want a string",
		`{"name": "n", "short_slug": ["s"], ` + times + `}`:                  "short_slug: want a string",
		`{"name": "n" "slug": 1}`:                                            "line 1 column 15: expecting ',' delimiter",
	} {
		_, errs := records(t, []byte("["+text+"]"))
		if errs[0] == nil || errs[0].Error() != want {
			t.Errorf("%s: got error %v, want %s", text, errs[0], want)
		}
	}
}

// Metrics, parameters and tags are decoded alone while the rest is text, and
// taken from the whole when it is there.
func TestParts(t *testing.T) {
	for name, text := range map[string]string{
		"full":  `{"name": "n", "metrics": {"b": 1, "a": 2.50}, "parameters": {"p": null}, "tags": ["x", 1, "y"], ` + times + `}`,
		"empty": `{"name": "n", ` + times + `}`,
		"odd":   `{"name": "n", "metrics": [1], "parameters": null, "tags": 5, ` + times + `}`,
	} {
		r := one(t, text)
		var before [3]any
		for i, state := range []string{"as text", "taken apart"} {
			got := [3]any{fieldTexts(t, r.Metrics()), fieldTexts(t, r.Parameters()), r.Tags()}
			if name == "full" {
				same(t, state, got, [3]any{[]string{"b=1", "a=2.5"}, []string{"p=null"}, []string{"x", "y"}})
			}
			if i > 0 {
				same(t, name, got, before)
			}
			before = got
			r.Body()
		}
	}
}

func fieldTexts(t testing.TB, fields []record.Field) (list []string) {
	t.Helper()
	for _, f := range fields {
		text, err := pyjson.Append(nil, f.Value.Tree(), nil)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f.Name+"="+string(text))
	}
	return list
}

// A clone can be changed without a trace in what it was made of.
func TestClone(t *testing.T) {
	r := one(t, `{"name": "n", "metrics": {"a": 1}, "parameters": {"p": 1}, "tags": ["x", 1], "dependencies": ["a|b"], "odd": 1,
		"tests": [{"name": "t", "metrics": {"m": 1}, "description": null, "odd": 1}], `+times+`}`)
	before := encoded(t, r.Body(), nil)
	b := r.Body().Clone()
	b.Metrics[0].Value = record.Int(2)
	b.Parameters[0].Value = record.Float(1)
	b.Tags[0] = "y"
	b.Changed("tags")
	b.Changed("odd")
	b.Dependencies[0].Text = "c|d"
	test := b.Tests[0].Clone()
	test.Metrics[0].Value = record.Int(3)
	test.Changed("odd")
	b.Tests[0] = test
	same(t, "body", encoded(t, r.Body(), nil), before)
	for _, changed := range []string{`"a": 2`, `"p": 1.0`, `"y"`, `"c|d"`, `"m": 3`} {
		if !strings.Contains(encoded(t, b, nil), changed) {
			t.Errorf("%s is not in the clone", changed)
		}
	}
	if strings.Contains(encoded(t, b, nil), "odd") {
		t.Error("what gave way is still there")
	}

	changed := r.Body().Tests[0].Clone() // one that is not as in the file any more
	changed.Clone().Changed("odd")
	again := r.Body().Clone()
	again.Tests[0] = changed
	if text := encoded(t, again, nil); strings.Count(text, `"odd": 1`) != 2 {
		t.Errorf("a change of the clone's clone reached the clone:\n%s", text)
	}
}

// A save names the files it has written before the artifacts know, leaves out
// those it could not write, and calls by their new names what it renames.
func TestPlan(t *testing.T) {
	home := &record.Home{}
	upstream := record.NewCell(record.FromBody(&record.Body{Slug: "old"}), home)
	written, skipped := record.NewArtifact(artifacts.Artifact{Name: "w", Handler: "h"}, nil), record.NewArtifact(artifacts.Artifact{Name: "s", Handler: "h"}, nil)
	b := &record.Body{
		Name: "n", Artifacts: []*record.Artifact{skipped, written},
		Tests:        []*record.Test{{Name: "t", Artifacts: []*record.Artifact{skipped}}},
		Dependencies: []record.Dependency{{Cell: upstream, From: "p"}, {Text: "q|x"}},
	}
	plan := &record.Plan{
		Files: map[*record.Artifact]artifacts.Artifact{written: {Name: "w", Handler: "h", FileName: "taken-1.txt"}},
		Skip:  map[*record.Artifact]bool{skipped: true},
		Slugs: map[*record.Cell]string{upstream: "new"},
	}
	text := encoded(t, b, plan)
	for part, want := range map[string]bool{`"taken-1.txt"`: true, `"name": "s"`: false, `"p|new"`: true, `"q|x"`: true, `"artifacts": []`: true} {
		if strings.Contains(text, part) != want {
			t.Errorf("%s in the text: %v, want %v", part, !want, want)
		}
	}
	upstream.Set(record.FromBody(&record.Body{Slug: "newest"}), home)
	same(t, "dependency", b.Dependencies[0].String(), "p|newest")
}
