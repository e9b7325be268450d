package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// The tests are also the program that the rows about memory start.
func TestMain(m *testing.M) {
	if err := childMain(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// tiny are sizes that take no time. What is measured means nothing.
var tiny = sizes{
	logged: []int{1, 3}, opened: []int{5}, appended: []int{5}, filtered: 20, merged: 4, memory: []int{5},
	artifact: 1 << 16, shelved: 1 << 16, points: 100, hashes: 10, metrics: 100, slow: 4, tooSlow: 1000, versions: 200, newer: 3,
	shared: []int{5}, writers: []int{1, 2}, commits: 4, segments: 3,
	formats: formatSizes{array: 1 << 20, rows: 10, values: 20, fewer: 10, picture: 4},
	objects: []int{2000}, list: 100,
}

func runTiny(t *testing.T, o *options) string {
	t.Helper()
	o.log, o.dir = io.Discard, t.TempDir()
	e := &env{sizes: tiny, python: o.python}
	var b strings.Builder
	if err := e.run(t.Context(), &b, o); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(o.dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%d files are left behind, %v", len(left), err)
	}
	return b.String()
}

// cells returns the cells of a table's line that begins with a text.
func cells(t *testing.T, table, work string) []string {
	t.Helper()
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| "+work+" ") {
			list := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
			for i := range list {
				list[i] = strings.TrimSpace(list[i])
			}
			return list
		}
	}
	t.Fatalf("no line %q in\n%s", work, table)
	return nil
}

// works are the rows at tiny sizes, and whether there is a limit and a Python
// that does the same.
var works = []struct {
	work          string
	limit, python bool
}{
	{"log and save 1", true, true},
	{"log and save 3", true, true},
	{"open 5 and look one up", true, true},
	{"append one to 5 and save", true, true},
	{"open 20 and list those with auroc > 0.9", true, false},
	{"log one metric", true, true},
	{"allocations of logging one metric", false, false},
	{"merge two of 4", false, true},
	{"peak memory of opening 5", true, true},
	{"save an artifact of 0 MiB", true, false},
	{"load an artifact of 0 MiB", true, false},
	{"put a file of 0 MiB to a shelf", true, false},
	{"get a file of 0 MiB from a shelf", true, false},
	{"find 100 floats of a step again, against joblib.Memory", true, true},
	{"find 100 floats of a step again, against persistable", true, true},
	{"hash parameters with a map of 20", true, false},
	{"open a repository of 200 versions", true, true},
	{"find the latest of a name, after opening 200 versions", false, true},
	{"list all by name, after opening 200 versions", false, true},
	{"log 3 versions and save", true, true},
	{"write 2000 small objects as Go text", true, false},
	{"restore 2000 small objects from Go text", true, false},
	{"write a list of 100 as Go text", false, false},
	{"commit to 5 by manifest, 1 writing", true, false},
	{"commit to 5 by manifest, 2 writing", true, false},
	{"commit to 5 by segment, 1 writing", true, false},
	{"commit to 5 by segment, 2 writing", true, false},
	{"fold a segment, of 3, into 5", true, false},
	{"write npy, 1 MiB of float64 (numpy)", true, true},
	{"write csv, 10 structs (pyarrow)", true, true},
	{"write parquet, 10 structs (pyarrow)", true, true},
	{"write parquet, an Arrow table of 10 (pyarrow)", true, true},
	{"write json, 20 floats (json)", true, true},
	{"write json, 4 records (json)", true, true},
	{"write yaml, 10 floats (PyYAML, in C)", true, true},
	{"write yaml, 2 records (PyYAML, in C)", true, true},
	{"write pickle, 20 floats (pickle)", true, true},
	{"write pickle, 4 records (pickle)", true, true},
	{"write png, 4 x 4 pixels (pillow)", true, true},
	{"read npy, 1 MiB of float64 (numpy)", true, true},
	{"read csv, 10 structs (pyarrow)", true, true},
	{"read parquet, 10 structs (pyarrow)", true, true},
	{"read parquet, an Arrow table of 10 (pyarrow)", true, true},
	{"read json, 20 floats (json)", true, true},
	{"read json, 4 records (json)", true, true},
	{"read yaml, 10 floats (PyYAML, in C)", true, true},
	{"read yaml, 2 records (PyYAML, in C)", true, true},
	{"read pickle, 20 floats (pickle)", true, true},
	{"read pickle, 4 records (pickle)", true, true},
	{"read png, 4 x 4 pixels (pillow)", true, true},
	{"start a plugin", true, true},
	{"encode 100 bytes in a plugin", true, true},
	{"encode and decode 0 MiB in a plugin", true, true},
	{"start a plugin, without mutual TLS", true, true},
	{"encode 100 bytes in a plugin, without mutual TLS", true, true},
	{"encode and decode 0 MiB in a plugin, without mutual TLS", true, true},
}

// optional are works for which Python needs a package that may not be there.
var optional = map[string]bool{
	"find 100 floats of a step again, against joblib.Memory": true,
	"find 100 floats of a step again, against persistable":   true,
}

func TestEveryRow(t *testing.T) {
	table := runTiny(t, &options{rounds: 3})
	if !strings.Contains(table, "no Python: no interpreter was named") {
		t.Errorf("the table does not say why there is no Python:\n%s", table)
	}
	rows := 0
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| ") {
			rows++
		}
	}
	if want := len(works) + 1; rows != want { // and the head
		t.Errorf("%d rows, want %d", rows, want)
	}
	for _, w := range works {
		c := cells(t, table, w.work)
		if c[1] == "-" && !strings.HasPrefix(w.work, "peak memory") {
			t.Errorf("%s: nothing was measured", w.work)
		}
		if (c[3] != "-") != w.limit {
			t.Errorf("%s: limit is %q", w.work, c[3])
		}
		if c[2] != "-" {
			t.Errorf("%s: Python took %q without Python", w.work, c[2])
		}
	}
}

// Both sides of a row must do the same work; that they do is visible only where
// Python is there.
func TestEveryRowWithPython(t *testing.T) {
	interpreter := os.Getenv("LAZYSCRIBE_PYTHON")
	if interpreter == "" {
		t.Skip("LAZYSCRIBE_PYTHON does not name an interpreter with lazyscribe 2.2.1")
	}
	table := runTiny(t, &options{rounds: 2, python: interpreter})
	if !strings.Contains(table, "lazyscribe 2.2.1") {
		t.Errorf("the table does not name the version:\n%s", table)
	}
	for _, w := range works {
		c := cells(t, table, w.work)
		if (c[2] != "-") != w.python && !optional[w.work] {
			t.Errorf("%s: Python took %q", w.work, c[2])
		}
	}
}

func TestPythonThatIsNone(t *testing.T) {
	table := runTiny(t, &options{rounds: 1, rows: "log-1", python: "/no/such/python"})
	if !strings.Contains(table, "no Python: ") || strings.Contains(table, "append") {
		t.Errorf("table:\n%s", table)
	}
}
