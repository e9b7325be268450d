package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
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

// runTiny returns the tables, as Markdown and line by line.
func runTiny(t *testing.T, o *options) (string, []*result) {
	t.Helper()
	o.log, o.dir = io.Discard, t.TempDir()
	var b strings.Builder
	var results []*result
	e := &env{sizes: tiny, bucket: o.bucket}
	err := e.run(t.Context(), o, func(table *table) error {
		b.WriteString(table.markdown())
		results = append(results, table.results...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(o.dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%d files are left behind, %v", len(left), err)
	}
	return b.String(), results
}

// works are the rows at tiny sizes, and who besides this library does the same.
var works = []struct {
	work   string
	others string // sides
}{
	{"log and save 1", "Python MLflow limit"},
	{"log and save 3", "Python MLflow limit"},
	{"open 5 and look one up", "Python MLflow limit"},
	{"append one to 5 and save", "Python MLflow limit"},
	{"append one to 5 and save, as a segment", "Python MLflow limit"},
	{"open 20 and list those with auroc > 0.9", "MLflow limit"},
	{"log one metric", "Python MLflow limit"},
	{"allocations of logging one metric", ""},
	{"merge two of 4", "Python"},
	{"peak memory of opening 5", "Python MLflow limit"},
	{"save an artifact of 0 MiB", "MLflow limit"},
	{"load an artifact of 0 MiB", "limit"},
	{"open a repository of 200 versions", "Python MLflow limit"},
	{"find the latest of a name, after opening 200 versions", "Python MLflow"},
	{"list all by name, after opening 200 versions", "Python MLflow"},
	{"log 3 versions and save", "Python MLflow limit"},
	{"commit to 5 by manifest, 1 writing", "limit"},
	{"commit to 5 by manifest, 2 writing", "limit"},
	{"commit to 5 by segment, 1 writing", "limit"},
	{"commit to 5 by segment, 2 writing", "limit"},
	{"fold a segment, of 3, into 5", "limit"},
	{"write npy, 1 MiB of float64 (numpy)", "Python limit"},
	{"write csv, 10 structs (pyarrow)", "Python limit"},
	{"write parquet, 10 structs (pyarrow)", "Python limit"},
	{"write parquet, an Arrow table of 10 (pyarrow)", "Python limit"},
	{"write json, 20 floats (json)", "Python limit"},
	{"write json, 4 records (json)", "Python limit"},
	{"write yaml, 10 floats (PyYAML, in C)", "Python limit"},
	{"write yaml, 2 records (PyYAML, in C)", "Python limit"},
	{"write pickle, 20 floats (pickle)", "Python limit"},
	{"write pickle, 4 records (pickle)", "Python limit"},
	{"write png, 4 x 4 pixels (pillow)", "Python limit"},
	{"read npy, 1 MiB of float64 (numpy)", "Python limit"},
	{"read csv, 10 structs (pyarrow)", "Python limit"},
	{"read parquet, 10 structs (pyarrow)", "Python limit"},
	{"read parquet, an Arrow table of 10 (pyarrow)", "Python limit"},
	{"read json, 20 floats (json)", "Python limit"},
	{"read json, 4 records (json)", "Python limit"},
	{"read yaml, 10 floats (PyYAML, in C)", "Python limit"},
	{"read yaml, 2 records (PyYAML, in C)", "Python limit"},
	{"read pickle, 20 floats (pickle)", "Python limit"},
	{"read pickle, 4 records (pickle)", "Python limit"},
	{"read png, 4 x 4 pixels (pillow)", "Python limit"},
	{"put a file of 0 MiB to a shelf", "limit"},
	{"get a file of 0 MiB from a shelf", "limit"},
	{"find 100 floats of a step again, against joblib.Memory", "Python limit"},
	{"find 100 floats of a step again, against persistable", "Python limit"},
	{"hash parameters with a map of 20", "limit"},
	{"write 2000 small objects as Go text", "limit"},
	{"restore 2000 small objects from Go text", "limit"},
	{"write a list of 100 as Go text", ""},
	{"start a plugin", "Python limit"},
	{"encode 100 bytes in a plugin", "Python limit"},
	{"encode and decode 0 MiB in a plugin", "Python limit"},
	{"start a plugin, without mutual TLS", "Python limit"},
	{"encode 100 bytes in a plugin, without mutual TLS", "Python limit"},
	{"encode and decode 0 MiB in a plugin, without mutual TLS", "Python limit"},
}

// optional are works for which Python needs a package that may not be there.
var optional = map[string]bool{
	"find 100 floats of a step again, against joblib.Memory": true,
	"find 100 floats of a step again, against persistable":   true,
}

func TestEveryRow(t *testing.T) {
	text, results := runTiny(t, &options{rounds: 3})
	if !strings.Contains(text, "no Python: no interpreter was named; no MLflow: ") {
		t.Errorf("the tables do not say why there is no Python:\n%s", text)
	}
	if len(results) != len(works) {
		t.Fatalf("%d rows, want %d", len(results), len(works))
	}
	for i, w := range works {
		r := results[i]
		if r.work != w.work {
			t.Errorf("row %q, want %q", r.work, w.work)
		}
		if len(r.values[ours]) == 0 && !strings.HasPrefix(w.work, "peak memory") {
			t.Errorf("%s: nothing was measured", w.work)
		}
		if got := len(r.values[limit]) > 0; got != strings.Contains(w.others, "limit") {
			t.Errorf("%s: limit: %v", w.work, got)
		}
		if len(r.values[python])+len(r.values[mlflow]) > 0 {
			t.Errorf("%s: Python took %v without Python", w.work, r.values)
		}
	}
}

// All sides of a row must do the same work; that they do is visible only where
// Python is there.
func TestEveryRowWithPython(t *testing.T) {
	interpreter := os.Getenv("LAZYSCRIBE_PYTHON")
	if interpreter == "" {
		t.Skip("LAZYSCRIBE_PYTHON does not name an interpreter with lazyscribe 2.2.1")
	}
	text, results := runTiny(t, &options{rounds: 2, python: interpreter})
	if !strings.Contains(text, "lazyscribe 2.2.1") {
		t.Errorf("the tables do not name the version:\n%s", text)
	}
	withMLflow := strings.Contains(text, "mlflow-skinny")
	for i, w := range works {
		r := results[i]
		if got := len(r.values[python]) > 0; got != strings.Contains(w.others, "Python") && !optional[w.work] {
			t.Errorf("%s: Python took part: %v", w.work, got)
		}
		if got := len(r.values[mlflow]) > 0; got != (withMLflow && strings.Contains(w.others, "MLflow")) {
			t.Errorf("%s: MLflow took part: %v", w.work, got)
		}
	}
}

func TestPythonThatIsNone(t *testing.T) {
	text, results := runTiny(t, &options{rounds: 1, rows: "log-1", python: "/no/such/python"})
	if !strings.Contains(text, "no Python: ") || len(results) != 1 {
		t.Errorf("%d rows:\n%s", len(results), text)
	}
}

func TestBucket(t *testing.T) {
	url := servers.FakeS3(t, nil).URL("bench")
	_, results := runTiny(t, &options{rounds: 1, rows: "bucket", bucket: url})
	var got []string
	for _, r := range results {
		if len(r.values[ours]) == 0 {
			t.Errorf("%s: nothing was measured", r.work)
		}
		got = append(got, r.key)
	}
	for _, want := range []string{"artifact-bucket-save", "artifact-bucket-load"} {
		if !slices.Contains(got, want) {
			t.Errorf("no row %s in %q", want, got)
		}
	}
}
