package project_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A departure is a place where the text of a record encoded from its parts is
// not Python's.
type departure struct {
	python, here string
	why          string
}

// The reasons of departures.
const (
	kept     = "what the file says is written back to the letter, also what Python makes anew"
	keptTime = "created_at is written back to the letter; Python writes it in its own form"
)

// loadCases says, for every file of the fixture, what opening it gives here. The
// fixture says what Python does: where it has an error and fail is empty, one bad
// record keeps nothing else from being read (W18), unknown keys are kept (W19),
// unknown handlers are met when the artifact is loaded (AR5).
var loadCases = map[string]struct {
	fail     string   // error of Open, which says line and column
	len      int      // experiments that can be read
	problems []string // one for each part that cannot be
	departs  []departure
}{
	// P13: what is not a list. Python reads a byte order mark as an error too.
	"bom":             {fail: "line 1 column 1: unexpected byte order mark"},
	"empty_file":      {fail: "line 1 column 1: expecting value"},
	"null":            {fail: "line 1 column 1: expecting a list"},
	"number":          {fail: "line 1 column 1: expecting a list"},
	"object_nonempty": {fail: "line 1 column 1: expecting a list"},
	"string":          {fail: "line 1 column 1: expecting a list"},
	"trailing_comma":  {fail: "line 1 column 4: expecting value"},
	"empty_list":      {},
	"object":          {},
	"list_of_null":    {problems: []string{"record 0 (line 1 column 2): want an object"}},
	"nan_top":         {problems: []string{"record 0 (line 1 column 2): want an object"}},
	"list_of_empty":   {problems: []string{`record 0 (line 1 column 2): no "name"`}},

	// P10: an experiment needs a name and two times.
	"minimal":         {len: 1},
	"no_name":         {problems: []string{`record 0 (line 1 column 2): no "name"`}},
	"no_created":      {problems: []string{`record 0 (line 1 column 2): no "created_at"`}},
	"no_last_updated": {problems: []string{`record 0 (line 1 column 2): no "last_updated"`}},

	// P8, E2: times.
	"created_null": {problems: []string{"record 0 (line 1 column 2): created_at: want a string"}},
	"created_bad": {problems: []string{
		`record 0 (line 1 column 2): created_at: parse time "yesterday": invalid time: not in ISO 8601 form`}},
	"created_basic":     {len: 1, departs: createdAt("2022-01-01T09:30:00", "20220101T093000")},
	"created_date_only": {len: 1, departs: createdAt("2022-01-01T00:00:00", "2022-01-01")},
	"created_micro":     {len: 1, departs: createdAt("2022-01-01T09:30:00", "2022-01-01T09:30:00.999999")},
	"created_space":     {len: 1, departs: createdAt("2022-01-01T09:30:00", "2022-01-01 09:30:00")},
	"created_z":         {len: 1, departs: createdAt("2022-01-01T09:30:00+00:00", "2022-01-01T09:30:00Z")},
	"created_offset": {len: 1, departs: []departure{{
		`"n-20220101093000"`, `"n-20220101143000"`,
		"a slug that the file lacks is made of the time in UTC; Python takes the time as it is written",
	}}},
	"naive_and_aware": {len: 2}, // P16: a time without an offset is UTC, so the two compare

	// P9: keys an experiment does not have.
	"unknown_key": {len: 1},
	"dirty_key":   {len: 1},
	"project_key": {len: 1},
	"fs_key":      {len: 1},
	"dir_key": {len: 1, departs: []departure{{
		`"dependencies": [],`, "\"dependencies\": [],\n        \"dir\": \"/etc\",", "unknown keys are kept"}}},
	"dup_keys_last_wins": {len: 1},

	// P12: values of other kinds. What stands in for a list must be one, or
	// writing the record would lose it.
	"tags_null":    {len: 1},
	"metrics_null": {len: 1},
	"metrics_list": {len: 1},
	"author_null": {len: 1, departs: []departure{{
		`"last_updated_by": null`, `"last_updated_by": ""`, "a missing last_updated_by is the author, and null is nobody"}}},
	"slug_number": {problems: []string{"record 0 (line 1 column 2): slug: want a string"}},
	"tests_null": {len: 1, problems: []string{
		`record 0 (line 1 column 2) "n-20220101093000": tests: want a list`}},
	"artifacts_null": {len: 1, problems: []string{
		`record 0 (line 1 column 2) "n-20220101093000": artifacts: want a list`}},
	"dependencies_null": {len: 1, problems: []string{
		`record 0 (line 1 column 2) "n-20220101093000": dependencies: want a list of strings`}},
	"float_forms": {len: 1},

	// P11, T6: tests. A test needs no slug beside it: that can be computed.
	"tests_without_slug":       {len: 1},
	"tests_empty_without_slug": {len: 1},
	"test_unknown_key":         {len: 1},
	"test_no_name":             {len: 1, problems: []string{`record 0 (line 1 column 2) "s": tests[0]: no "name"`}},
	"test_minimal": {len: 1, departs: []departure{{
		strings.Join([]string{`"artifacts": [],`, `"description": null,`, `"metrics": {},`, `"name": "t",`, `"parameters": {}`}, indent4),
		`"name": "t"`, kept}}},

	// AR1-AR6: artifacts.
	"art_minimal":              {len: 1, departs: entryLines("", "0", "")},
	"art_fname_null":           {len: 1, departs: entryLines(`"fname": null,`, "0", "")},
	"art_fname_empty":          {len: 1, departs: entryLines(`"fname": "",`, "0", "")},
	"art_unknown_keys_dropped": {len: 1, departs: entryLines("", "0", `,`+indent4+`"python_version": "3.9",`+indent4+`"zzz": 1`)},
	"art_value_key":            {len: 1, departs: entryLines("", "0", `,`+indent4+`"value": 5`)},
	"art_version_null":         {len: 1, departs: entryLines("", "null", `,`+indent4+`"version": null`)},
	"art_version_str":          {len: 1, departs: entryLines("", `"3"`, `,`+indent4+`"version": "3"`)},
	"pickle_no_python_version": {len: 1, departs: []departure{{
		pickleEntry("3.11"), `"created_at": "2022-01-01T09:30:00",` + indent4 + `"handler": "pickle",` + indent4 + `"name": "a"`, kept}}},
	"pickle_old_python_version": {len: 1, departs: []departure{{
		pickleEntry("3.9"), `"created_at": "2022-01-01T09:30:00",` + indent4 + `"handler": "pickle",` + indent4 + `"name": "a",` +
			indent4 + `"python_version": "3.9"`, kept}}},
	"art_dirty":           {len: 1},
	"art_unknown_handler": {len: 1},
	"art_base_handler":    {len: 1},
	"art_no_handler":      {len: 1, problems: []string{artifactProblem(`no "handler"`)}},
	"art_no_name":         {len: 1, problems: []string{artifactProblem(`no "name"`)}},
	"art_no_created":      {len: 1, problems: []string{artifactProblem(`no "created_at"`)}},
}

// indent4 ends a line and begins one four levels deep.
const indent4 = "\n                "

func createdAt(python, here string) []departure {
	return []departure{{`"created_at": "` + python + `"`, `"created_at": "` + here + `"`, keptTime}}
}

// entryLines are the departures of an artifact without some of the usual keys:
// it stays as it is, while Python adds what it misses and drops what it does not
// know.
func entryLines(fname, version, end string) []departure {
	if fname != "" {
		fname = indent4 + fname
	}
	return []departure{{
		`"created_at": "2022-01-01T09:30:00",` + indent4 + `"expiry": null,` + indent4 + `"fname": "a-20220101093000.json",` +
			indent4 + `"handler": "json",` + indent4 + `"name": "a",` + indent4 + `"version": ` + version,
		`"created_at": "2022-01-01T09:30:00",` + fname + indent4 + `"handler": "json",` + indent4 + `"name": "a"` + end, kept,
	}}
}

func pickleEntry(version string) string {
	return `"created_at": "2022-01-01T09:30:00",` + indent4 + `"expiry": null,` + indent4 + `"fname": "a-20220101093000.pkl",` +
		indent4 + `"handler": "pickle",` + indent4 + `"name": "a",` + indent4 + `"python_version": "` + version + `",` + indent4 + `"version": 0`
}

func artifactProblem(cause string) string {
	return `record 0 (line 1 column 2) "n-20220101093000": artifacts[0]: ` + cause
}

func TestLoadErrors(t *testing.T) {
	want := fixture.Read[struct {
		Files map[string]struct {
			OK      []any  `json:"ok"`
			Resaved string `json:"resaved"`
			Error   string `json:"error"`
		} `json:"files"`
	}](t, "j_load_errors/expected.json").Files
	same(t, "cases", len(loadCases), 60)
	same(t, "files", len(want), 60)
	for name, python := range want {
		t.Run(name, func(t *testing.T) {
			c, ok := loadCases[name]
			if !ok {
				t.Fatal("not in the table")
			}
			data, err := os.ReadFile(fixture.Path(t, "j_load_errors/data/"+name+".json"))
			noError(t, err)
			path := manifestOf(t, string(data))
			p, err := project.Open(t.Context(), path, &project.Options{Mode: project.ReadWrite, Author: "r"})
			if c.fail != "" {
				if err == nil || !strings.HasSuffix(err.Error(), ": "+c.fail) {
					t.Fatalf("got error %v, want %s", err, c.fail)
				}
				if python.Error == "" {
					t.Error("Python opens it")
				}
				return
			}
			noError(t, err)
			defer func() { noError(t, p.Close()) }()
			same(t, "length", p.Len(), c.len)
			var problems []string
			for _, problem := range p.Problems() {
				problems = append(problems, problem.Error())
			}
			same(t, "problems", problems, c.problems)

			if python.Error == "" && len(c.problems) == 0 {
				wantResaved(t, p, python.Resaved, c.departs)
			}
			if c.len+len(c.problems) > 0 { // "{}" and "[]" are written as "[]"
				rewritten(t, path, project.ReadWrite)
				same(t, "text after another experiment came and went", readText(t, path), string(data))
			}
		})
	}
}

// wantResaved compares what the records would be written as, were they encoded
// from their parts, with what Python's save writes.
func wantResaved(t *testing.T, p *project.Project, python string, departs []departure) {
	t.Helper()
	for _, d := range departs {
		if !strings.Contains(python, d.python) || d.why == "" {
			t.Fatalf("departure %q is not one: Python writes\n%s", d.python, python)
		}
		python = strings.Replace(python, d.python, d.here, 1)
	}
	var records []string
	for x := range p.All() {
		records = append(records, reencoded(t, x))
	}
	text := "[]"
	if len(records) > 0 {
		text = "[\n    " + strings.Join(records, ",\n    ") + "\n]"
	}
	if diff := cmp.Diff(python, text); diff != "" {
		t.Errorf("encoded anew (-want +got):\n%s", diff)
	}
}
