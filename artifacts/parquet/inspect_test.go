package parquet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
)

// TestInspectPyarrow: schema and first row of files that pyarrow wrote.
func TestInspectPyarrow(t *testing.T) {
	text, err := os.ReadFile("testdata/pyarrow/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]struct {
		Schema map[string]string
		Rows   []map[string]any
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	// What pyarrow calls otherwise.
	names := map[string]string{"double": "float64", "string": "utf8"}
	compared := 0
	for name, c := range cases {
		data, err := os.ReadFile("testdata/pyarrow/" + name + ".parquet")
		if err != nil {
			t.Fatal(err)
		}
		got, err := parquet.Inspect(t.Context(), bytes.NewReader(data), 1)
		if err != nil || got.Unread != nil {
			t.Errorf("%s: error %v, unread %v", name, err, got.Unread)
			continue
		}
		if got.Rows != int64(len(c.Rows)) || len(got.First) != min(1, len(c.Rows)) || len(got.Columns) != len(c.Schema) {
			t.Errorf("%s: %d rows of which %d, %d columns, want %d, at most 1, %d", name, got.Rows, len(got.First), len(got.Columns), len(c.Rows), len(c.Schema))
			continue
		}
		for i, column := range got.Columns {
			if want, simple := names[c.Schema[column.Name]]; simple && column.Type != want {
				t.Errorf("%s: column %q is %q, want %q", name, column.Name, column.Type, want)
			}
			if len(c.Rows) == 0 {
				continue
			}
			want := fromPython(t, c.Rows[0][column.Name], c.Schema[column.Name])
			if diff := cmp.Diff(want, got.First[0][i], cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("%s: column %q (-want +got):\n%s", name, column.Name, diff)
			}
			compared++
		}
	}
	if compared < 20 {
		t.Errorf("compared %d values", compared)
	}
}

func TestInspect(t *testing.T) {
	type row struct {
		Name string   `parquet:"name"`
		Loss *float64 `parquet:"loss"`
		Tags []string `parquet:"tags"`
		Big  [4]byte  `parquet:"big"`
	}
	half := 0.5
	rows := []row{{"a", &half, []string{"x"}, [4]byte{1}}, {"b", nil, nil, [4]byte{2}}, {Name: "c"}, {Name: "d"}, {Name: "e"}}
	var file bytes.Buffer
	if err := (parquet.Handler{RowGroupSize: 2}).Encode(t.Context(), &file, rows); err != nil {
		t.Fatal(err)
	}
	want := parquet.Summary{
		Columns: []parquet.ColumnInfo{{"name", "utf8"}, {"loss", "float64"}, {"tags", "list<element: utf8, nullable>"}, {"big", "fixed_size_binary[4]"}},
		Rows:    5, RowGroups: 3,
		First: [][]any{{"a", 0.5, []string{"x"}, []byte{1, 0, 0, 0}}, {"b", nil, nil, []byte{2, 0, 0, 0}}},
	}
	for _, first := range []int{0, 2, 3, 100} {
		got, err := parquet.Inspect(t.Context(), bytes.NewReader(file.Bytes()), first)
		if wantRows := min(first, 5); err != nil || len(got.First) != wantRows {
			t.Fatalf("first %d: %d rows, error %v", first, len(got.First), err)
		}
		if first > 2 {
			got.First = got.First[:2]
		}
		want := want
		if first == 0 {
			want.First = nil
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(parquet.Summary{}, "CreatedBy")); diff != "" {
			t.Errorf("first %d (-want +got):\n%s", first, diff)
		}
	}
	if _, err := parquet.Inspect(t.Context(), bytes.NewReader(file.Bytes()[:file.Len()-1]), 1); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("a file that was cut: error %v, want ErrCorrupt", err)
	}
}

// TestInspectUnread: what cannot be read has a schema all the same.
func TestInspectUnread(t *testing.T) {
	data, err := os.ReadFile("testdata/refused/delta.parquet")
	if err != nil {
		t.Fatal(err)
	}
	got, err := parquet.Inspect(t.Context(), bytes.NewReader(data), 5)
	if err != nil || got.Unread == nil || len(got.Columns) != 2 || got.Rows != 2 || got.First != nil {
		t.Errorf("summary %+v, error %v", got, err)
	}
}
