package parquet_test

import (
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

var pythonModules = []string{"pyarrow.parquet", "polars"}

// canon writes a value that was decoded the way testdata/describe.py does.
func canon(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case bool:
		return v
	case string:
		return "s:" + v
	case []byte:
		if v == nil {
			return nil
		}
		return "b:" + hex.EncodeToString(v)
	case float32:
		return canon(float64(v))
	case float64:
		if v != v {
			return "f:nan"
		}
		return fmt.Sprintf("f:%016x", math.Float64bits(v))
	case time.Time:
		n := new(big.Int).Mul(big.NewInt(v.Unix()), big.NewInt(1e9))
		return "t:" + n.Add(n, big.NewInt(int64(v.Nanosecond()))).String()
	case time.Duration:
		return fmt.Sprintf("d:%d", v.Nanoseconds())
	case *big.Rat:
		if v == nil {
			return nil
		}
		return "n:" + v.RatString()
	}
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt() || r.CanUint():
		return fmt.Sprintf("i:%d", v)
	case r.Kind() == reflect.Pointer:
		if r.IsNil() {
			return nil
		}
		return canon(r.Elem().Interface())
	case (r.Kind() == reflect.Slice || r.Kind() == reflect.Map) && r.IsNil():
		return nil
	case r.Kind() == reflect.Slice:
		list := []any{}
		for i := range r.Len() {
			list = append(list, canon(r.Index(i).Interface()))
		}
		return map[string]any{"list": list}
	case r.Kind() == reflect.Map:
		entries := map[string]any{}
		for it := r.MapRange(); it.Next(); {
			entries[keyText(canon(it.Key().Interface()))] = canon(it.Value().Interface())
		}
		return map[string]any{"struct": entries}
	}
	return fmt.Sprintf("%T", v)
}

// keyText is a key of a map, which is one of a struct if it is a string: both
// are maps in Go.
func keyText(key any) string { return strings.TrimPrefix(key.(string), "s:") }

// asInGo makes of what testdata/describe.py says what canon does: maps and
// structs are the same, and decimals have no trailing zeros.
func asInGo(t *testing.T, python any) any {
	switch v := python.(type) {
	case string:
		digits, isDecimal := strings.CutPrefix(v, "n:")
		if !isDecimal {
			return v
		}
		r, sound := new(big.Rat).SetString(digits)
		if !sound {
			t.Fatalf("%q is no decimal", v)
		}
		return "n:" + r.RatString()
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = asInGo(t, e)
		}
		return list
	case map[string]any:
		entries := map[string]any{}
		if pairs, isMap := v["map"].([]any); isMap {
			for _, pair := range pairs {
				entries[keyText(pair.([]any)[0])] = asInGo(t, pair.([]any)[1])
			}
			return map[string]any{"struct": entries}
		}
		for key, e := range v {
			entries[key] = asInGo(t, e)
		}
		return entries
	}
	return python
}

// TestReadsWhatPythonWrites reads files of pyarrow and polars with all types,
// encodings and codecs, by rows and by columns.
func TestReadsWhatPythonWrites(t *testing.T) {
	dir := t.TempDir()
	var files map[string]struct {
		Names []string
		Rows  [][]any
	}
	pyrun.Script(t, "testdata/write.py", pythonModules, dir, &files)
	if len(files) < 30 {
		t.Fatalf("Python wrote %d files", len(files))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		t.Run(name, func(t *testing.T) {
			want := files[name]
			data, err := os.ReadFile(filepath.Join(dir, name+".parquet"))
			if err != nil {
				t.Fatal(err)
			}
			rows := decode[[]map[string]any](t, data)
			columns := decode[parquet.Columns](t, data)
			if len(rows) != len(want.Rows) || len(columns) != len(want.Names) {
				t.Fatalf("%d rows of %d columns, want %d of %d", len(rows), len(columns), len(want.Rows), len(want.Names))
			}
			failed := 0
			for i, wantRow := range want.Rows {
				for c, column := range want.Names {
					inRow, inColumn := canon(rows[i][column]), canon(reflect.ValueOf(columns[c].Values).Index(i).Interface())
					wanted := asInGo(t, wantRow[c])
					if columns[c].Name != column || !cmp.Equal(wanted, inRow) || !cmp.Equal(wanted, inColumn) {
						t.Errorf("row %d: column %q is %v in a map and %v in Columns (%q), want %v", i, column, inRow, inColumn, columns[c].Name, wanted)
						failed++
					}
				}
				if failed > 10 {
					return
				}
			}
		})
	}
}

type description struct {
	Schema     [][]any
	Rows       [][]any
	Groups     []int
	Codecs     []string
	Dictionary bool
	Version    string
	Polars     [][]string
	PolarsRows int `json:"polars_rows"`
}

// describeInPython encodes values and returns what Python reads.
func describeInPython(t *testing.T, h parquet.Handler, values ...any) []description {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for i, value := range values {
		path := filepath.Join(dir, fmt.Sprintf("%d.parquet", i))
		if err := os.WriteFile(path, encode(t, h, value), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	var told []description
	pyrun.Script(t, "testdata/describe.py", pythonModules, paths, &told)
	return told
}

// TestPythonReadsWhatIsWritten compares types and values with those written
// down here.
func TestPythonReadsWhatIsWritten(t *testing.T) {
	told := describeInPython(t, parquet.Handler{}, wholeRows())[0]
	wantSchema := [][]any{}
	for _, c := range wholeColumns {
		wantSchema = append(wantSchema, []any{c.name, c.arrow, true})
	}
	if diff := cmp.Diff(wantSchema, told.Schema); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	if len(told.Rows) != 2 || told.PolarsRows != 2 || len(told.Polars) != len(wholeColumns) {
		t.Fatalf("pyarrow reads %d rows, polars %d of %d columns", len(told.Rows), told.PolarsRows, len(told.Polars))
	}
	for i, c := range wholeColumns {
		for r, want := range []any{c.first, c.second} {
			if diff := cmp.Diff(want, told.Rows[r][i]); diff != "" {
				t.Errorf("row %d: column %q (-want +got):\n%s", r, c.name, diff)
			}
		}
		if got := told.Polars[i]; got[0] != c.name || got[1] != c.polars {
			t.Errorf("polars reads %q, want %q %q", got, c.name, c.polars)
		}
	}
	if told.Version != "2.6" || !told.Dictionary || !slices.Equal(told.Codecs, []string{"SNAPPY"}) || !slices.Equal(told.Groups, []int{2}) {
		t.Errorf("version %s, dictionary %v, codecs %v, groups %v, want those of pyarrow", told.Version, told.Dictionary, told.Codecs, told.Groups)
	}
}

func TestPythonSeesSettings(t *testing.T) {
	rows := make([]point, 1000)
	for compression, want := range map[string]string{"snappy": "SNAPPY", "zstd": "ZSTD", "gzip": "GZIP", "none": "UNCOMPRESSED"} {
		told := describeInPython(t, parquet.Handler{Compression: compression, RowGroupSize: 400}, rows, slices.Values(rows))
		for _, file := range told {
			if !slices.Equal(file.Codecs, []string{want}) || !slices.Equal(file.Groups, []int{400, 400, 200}) {
				t.Errorf("%s: codecs %v, groups %v", compression, file.Codecs, file.Groups)
			}
		}
	}
}

func TestPythonReadsEmptyTables(t *testing.T) {
	told := describeInPython(t, parquet.Handler{}, []point{}, []map[string]any{}, parquet.Columns{{Name: "n", Values: []*int8{nil}}})
	if got := told[0]; len(got.Schema) != 2 || len(got.Rows) != 0 {
		t.Errorf("no points: %d columns, %d rows", len(got.Schema), len(got.Rows))
	}
	if got := told[1]; len(got.Schema) != 0 || len(got.Rows) != 0 {
		t.Errorf("no maps: %d columns, %d rows", len(got.Schema), len(got.Rows))
	}
	if got := told[2]; !cmp.Equal(got.Rows, [][]any{{nil}}) || got.Schema[0][1] != "int8" {
		t.Errorf("null: %v %v", got.Schema, got.Rows)
	}
}
