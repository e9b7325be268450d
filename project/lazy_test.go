package project_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

const manyRecords = 2000

// manyText is a manifest of many records with something in them. The number
// in each is of more digits than Python's int takes, so decoding a record is a
// problem of that record.
func manyText(digits int) string {
	records := make([]string, manyRecords)
	for i := range records {
		records[i] = recordText(fmt.Sprintf("run %d", i), fmt.Sprintf("run-%d", i), "run", "2025-01-01T00:00:00", "2025-01-01T00:00:00",
			fmt.Sprintf(`, "tags": ["a", "b", "c"], "metrics": {"loss": 0.5, "n": %s, "list": [1, 2, 3]}, "parameters": {"p": {"q": [1, "x"]}},
    "tests": [{"name": "t", "metrics": {"m": 1}}, {"name": "u"}], "dependencies": ["a|b"],   "odd": null`, strings.Repeat("7", digits)))
	}
	return "[" + strings.Join(records, ",\n") + "]"
}

// To open a project, look an experiment up, add another and save decodes none
// of the records that are there: fewer things are allocated than there are
// records.
func TestNothingIsDecodedForNothing(t *testing.T) {
	path := manifestIn(t)
	text := manyText(3)
	run := func(p *project.Project) {
		x := lookUp(t, p, "run-1234")
		same(t, "name", x.Name(), "run 1234")
		logAs(t, p, "new", nil)
		saveAll(t, p)
	}
	allocations := testing.AllocsPerRun(3, func() {
		noError(t, os.WriteFile(path, []byte(text), 0o666))
		p, err := project.Open(t.Context(), path, &project.Options{Author: "ann"})
		noError(t, err)
		run(p)
		noError(t, p.Close())
	})
	if allocations >= manyRecords {
		t.Errorf("%v allocations for %d records", allocations, manyRecords)
	}
	decoding := testing.AllocsPerRun(1, func() {
		same(t, "problems", len(openAt(t, path, project.Options{}).Problems()), 0)
	})
	if decoding < 20*manyRecords { // so that the bound above means something
		t.Errorf("decoding all of them takes %v allocations", decoding)
	}
}

// Records whose parts cannot be decoded are no obstacle to that, and go back as
// the bytes they were.
func TestUndecodableRecordsGoBack(t *testing.T) {
	text := manyText(4301)
	path := manifestOf(t, text)
	p := openAt(t, path, project.Options{Mode: project.ReadWrite})
	same(t, "name", lookUp(t, p, "run").Name(), fmt.Sprintf("run %d", manyRecords-1))
	x := logAs(t, p, "new", nil)
	saveAll(t, p)
	added, err := x.JSON()
	noError(t, err)
	if got := readText(t, path); got != text[:len(text)-1]+",\n    "+string(added)+"\n]" {
		t.Error("the records are not what they were")
	}
	noError(t, p.Remove(x.Slug()))
	saveAll(t, p)
	if got := readText(t, path); got != text {
		t.Error("the records are not what they were after removing")
	}
	same(t, "problems", len(p.Problems()), manyRecords)
	_, err = p.Edit(t.Context(), "run-7", func(d *experiment.Draft) error { d.Tag("t"); return nil })
	if err == nil {
		t.Error("a record that cannot be decoded was edited")
	}
	v, ok := lookUp(t, p, "run-7").MetricValue("loss")
	same(t, "metric of it", [2]any{v.Any(), ok}, [2]any{nil, false})
}
