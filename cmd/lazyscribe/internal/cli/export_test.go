package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

// runs are experiments of which each column has another reason for its type.
const runs = `[
	{"name": "one", "metrics": {"loss": 0.5, "steps": 1, "mixed number": 1, "curve": [1, 2.5], "whole": [1, 2], "nan": NaN,
	  "long": 9007199254740993, "long mixed": 9007199254740993},
	 "parameters": {"ok": true, "opt": {"lr": 0.1}, "text": "a", "either": 1, "big": 123456789012345678901234567890,
	  "names": ["a", null, "b"], "matrix": [[1]], "empty": [], "object": {}, "none": null, "any": [1, "a"]}, "tags": ["x", "y"]},
	{"name": "two", "metrics": {"loss": Infinity, "mixed number": 1.5, "nan": 1.0, "long": 1, "long mixed": 0.5},
	 "parameters": {"ok": false, "text": "", "either": "b", "names": [], "empty": [], "opt": {"lr": 0.2, "name": "adam"}},
	 "dependencies": ["project.json|one"]},
	{"name": "three"}
]`

// exported logs the runs and exports them to a file.
func exported(t *testing.T, format string) []byte {
	t.Helper()
	if _, err := os.Stat("project.json"); err != nil {
		writeText(t, "runs.json", runs)
		if got := lazyscribe(t.Context(), "", "log", "--from", "runs.json", "--author", "ann"); got.code != exitDone {
			t.Fatal(got.stderr)
		}
	}
	got := lazyscribe(t.Context(), "", "export", "--format", format)
	if got.code != exitDone {
		t.Fatal(got.stderr)
	}
	return []byte(got.stdout)
}

func TestExportParquet(t *testing.T) {
	t.Chdir(t.TempDir())
	sum, err := parquet.Inspect(t.Context(), bytes.NewReader(exported(t, "parquet")), 10)
	if err != nil {
		t.Fatal(err)
	}
	moment, list := "timestamp[us, tz=UTC]", func(of string) string { return "list<element: " + of + ", nullable>" }
	want := []struct {
		name, typ string
		values    []any
	}{
		{"name", "utf8", []any{"one", "two", "three"}},
		{"author", "utf8", []any{"ann", "ann", "ann"}},
		{"created_at", moment, nil},
		{"last_updated", moment, nil},
		{"tags", list("utf8"), []any{[]string{"x", "y"}, []string{}, []string{}}},
		{"dependencies", list("utf8"), []any{[]string{}, []string{"project.json|one"}, []string{}}},
		{"metrics.loss", "float64", nil},
		{"metrics.steps", "int64", []any{int64(1), nil, nil}},
		{"metrics.mixed number", "float64", []any{1.0, 1.5, nil}},
		{"metrics.curve", list("float64"), []any{[]float64{1, 2.5}, nil, nil}},
		{"metrics.whole", list("int64"), []any{[]int64{1, 2}, nil, nil}},
		{"metrics.nan", "float64", nil},
		{"metrics.long", "int64", []any{int64(9007199254740993), int64(1), nil}},
		{"metrics.long mixed", "utf8", []any{"9007199254740993", "0.5", nil}}, // which no float64 is
		{"parameters.ok", "bool", []any{true, false, nil}},
		{"parameters.opt.lr", "float64", []any{0.1, 0.2, nil}},
		{"parameters.opt.name", "utf8", []any{nil, "adam", nil}},
		{"parameters.text", "utf8", []any{"a", "", nil}},
		{"parameters.either", "utf8", []any{"1", "b", nil}},
		{"parameters.big", "utf8", []any{"123456789012345678901234567890", nil, nil}},
		{"parameters.names", list("utf8"), []any{[]any{"a", nil, "b"}, []string{}, nil}},
		{"parameters.matrix", "utf8", []any{"[[1]]", nil, nil}},
		{"parameters.empty", list("utf8"), []any{[]string{}, []string{}, nil}},
		{"parameters.object", "utf8", []any{"{}", nil, nil}},
		{"parameters.none", "utf8", []any{nil, nil, nil}},
		{"parameters.any", "utf8", []any{`[1, "a"]`, nil, nil}},
	}
	at := map[string]int{}
	for i, c := range sum.Columns {
		at[c.Name] = i
	}
	for _, w := range want {
		i, ok := at[w.name]
		if !ok {
			t.Errorf("column %q is missing", w.name)
			continue
		}
		if sum.Columns[i].Type != w.typ {
			t.Errorf("column %q is of %s, want %s", w.name, sum.Columns[i].Type, w.typ)
		}
		var got []any
		for _, row := range sum.First {
			got = append(got, row[i])
		}
		if diff := cmp.Diff(w.values, got); w.values != nil && diff != "" {
			t.Errorf("column %q (-want +got):\n%s", w.name, diff)
		}
	}
	if len(sum.Columns) != len(want)+2 { // slug and last_updated_by
		t.Errorf("%d columns, want %d", len(sum.Columns), len(want)+2)
	}
	if created, ok := sum.First[0][at["created_at"]].(time.Time); !ok || time.Since(created) > time.Hour || created.Location() != time.UTC {
		t.Errorf("created at %v", sum.First[0][at["created_at"]])
	}
}

// TestExportParquetEmpty: the columns every export has are of their types.
func TestExportParquetEmpty(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := lazyscribe(t.Context(), "", "init"); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	for _, tests := range []bool{false, true} {
		args := []string{"export", "--format", "parquet"}
		want := experimentColumns
		if tests {
			args, want = append(args, "--tests"), testColumns
		}
		got := lazyscribe(t.Context(), "", args...)
		sum, err := parquet.Inspect(t.Context(), bytes.NewReader([]byte(got.stdout)), 1)
		if err != nil || sum.Rows != 0 {
			t.Fatalf("%d rows, error %v", sum.Rows, err)
		}
		var names []string
		for _, c := range sum.Columns {
			names = append(names, c.Name)
			if c.Type == "null" {
				t.Errorf("column %q has no type", c.Name)
			}
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("columns (-want +got):\n%s", diff)
		}
	}
}

// TestExportPython: pyarrow has the values in the parquet file that json has in
// the other export.
func TestExportPython(t *testing.T) {
	script, err := filepath.Abs("testdata/export.py")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	writeText(t, "runs.jsonl", string(exported(t, "jsonl")))
	writeText(t, "runs.parquet", string(exported(t, "parquet")))
	var told struct {
		Compared int
		Wrong    []string
	}
	pyrun.Script(t, script, []string{"pyarrow"}, []string{"runs.parquet", "runs.jsonl"}, &told)
	if len(told.Wrong) > 0 || told.Compared < 40 {
		text, _ := json.MarshalIndent(told, "", "  ")
		t.Errorf("%s", text)
	}
}
