package project_test

import (
	"errors"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// W18: a record that cannot be read is set aside, with the place of what is
// wrong, and all others can be used.
func TestProblems(t *testing.T) {
	const text = `[
    {"name": "good", "slug": "good", "created_at": "2025-01-01", "last_updated": "2025-01-01"},
    {"name": "syntax", "slug": "syntax",
     "created_at": "2025-01-01", "last_updated" "2025-01-01"},
    {"name": "time", "slug": "time", "created_at": "2025-13-01", "last_updated": "2025-01-01"},
    {"name": 7, "created_at": "2025-01-01", "last_updated": "2025-01-01"},
  5,
    {"name": "parts", "slug": "parts", "created_at": "2025-01-01", "last_updated": "2025-01-01",
     "dependencies": ["a|b", 1], "artifacts": [5, {"name": "a", "handler": "json", "created_at": "never"}],
     "tests": [{"name": "t"}, {}, {"name": "u", "artifacts": [{"name": "b", "handler": 1, "created_at": "2025-01-01", "expiry": "whenever", "size": -1}]}]}
]`
	path := manifestOf(t, text)
	p := openAt(t, path, project.Options{Mode: project.ReadWrite})
	type row struct {
		Index, Line, Column int
		Slug, Path, Err     string
	}
	rows := func() []row {
		var list []row
		for _, problem := range p.Problems() {
			list = append(list, row{problem.Index, problem.Line, problem.Column, problem.Slug, problem.Path, problem.Err.Error()})
		}
		return list
	}
	want := []row{
		{1, 4, 49, "", "", "expecting ':' delimiter"},
		{2, 5, 5, "", "", `created_at: parse time "2025-13-01": invalid time: month is out of range`},
		{3, 6, 5, "", "", "name: want a string"},
		{4, 7, 3, "", "", "want an object"},
		{5, 8, 5, "parts", "dependencies", "want a list of strings"},
		{5, 8, 5, "parts", "artifacts[0]", "want an object"},
		{5, 8, 5, "parts", "artifacts[1]", `created_at: parse time "never": invalid time: not in ISO 8601 form`},
		{5, 8, 5, "parts", "tests[1]", `no "name"`},
		{5, 8, 5, "parts", "tests[2].artifacts[0]", "handler: want a string\n" +
			`expiry: parse time "whenever": invalid time: not in ISO 8601 form` + "\nsize: want a number of bytes"},
	}
	same(t, "problems", rows(), want)
	same(t, "readable", slugsOf(p), []string{"good", "parts"})
	same(t, "records without an experiment", len(p.Unreadable()), 4)
	problem := p.Problems()[5]
	same(t, "text", problem.Error(), `record 5 (line 8 column 5) "parts": artifacts[0]: want an object`)
	same(t, "cause", errors.Unwrap(problem).Error(), "want an object")

	// What can be read of the rest is there.
	x := lookUp(t, p, "parts")
	var names []string
	for test := range x.Tests() {
		names = append(names, test.Name())
	}
	same(t, "tests", names, []string{"t", "u"})
	var refs []experiment.Ref
	for ref := range x.Dependencies() {
		refs = append(refs, ref)
	}
	same(t, "dependencies", refs, []experiment.Ref{{Project: "a", Slug: "b"}})
	same(t, "artifact", artifactNamed(t, x, "a").Handler, "json")

	rewritten(t, path, project.ReadWrite)
	same(t, "text after a save", readText(t, path), text)
}
