package parquet_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
)

type point struct {
	X int64    `parquet:"x"`
	Y *float64 `json:"y"`
}

// whole has a field of every kind.
type whole struct {
	Bool    bool
	I       int
	I8      int8
	I16     int16
	I32     int32
	I64     int64
	U       uint
	U8      uint8
	U16     uint16
	U32     uint32
	U64     uint64
	F32     float32
	F64     float64
	S       string
	Dict    string `parquet:"dict,dict"`
	B       []byte
	Fixed   [2]byte
	Micro   time.Time
	Nano    time.Time `parquet:",ns"`
	Second  time.Time `parquet:",ms,naive"`
	Date    time.Time `parquet:",date"`
	Span    time.Duration
	Ptr     *string
	List    []int32
	Nested  [][]string
	Map     map[string]float64
	Struct  struct{ A, B int8 }
	Structs []point
}

// wholeColumns are the columns of whole: their types in pyarrow and polars, and
// the values of wholeRows as testdata/describe.py writes them.
var wholeColumns = []struct {
	name, arrow, polars string
	first, second       any
}{
	{"Bool", "bool", "Boolean", true, false},
	{"I", "int64", "Int64", "i:-9223372036854775808", "i:0"},
	{"I8", "int8", "Int8", "i:-128", "i:0"},
	{"I16", "int16", "Int16", "i:-32768", "i:0"},
	{"I32", "int32", "Int32", "i:-2147483648", "i:0"},
	{"I64", "int64", "Int64", "i:9223372036854775807", "i:0"},
	{"U", "uint64", "UInt64", "i:18446744073709551615", "i:0"},
	{"U8", "uint8", "UInt8", "i:255", "i:0"},
	{"U16", "uint16", "UInt16", "i:65535", "i:0"},
	{"U32", "uint32", "UInt32", "i:4294967295", "i:0"},
	{"U64", "uint64", "UInt64", "i:9007199254740993", "i:0"},
	{"F32", "float", "Float32", "f:3fb99999a0000000", "f:7ff0000000000000"},
	{"F64", "double", "Float64", "f:nan", "f:fff0000000000000"},
	{"S", "string", "String", "s:é\x00日", "s:"},
	{"dict", "dictionary<values=string, indices=int32, ordered=0>", "Categorical", "s:train", "s:test"},
	{"B", "binary", "Binary", "b:00ff", nil},
	{"Fixed", "fixed_size_binary[2]", "Binary", "b:0102", "b:0000"},
	{"Micro", "timestamp[us, tz=UTC]", "Datetime(time_unit='us', time_zone='UTC')", "t:1735787045678901000", "t:-62135596800000000000"},
	{"Nano", "timestamp[ns, tz=UTC]", "Datetime(time_unit='ns', time_zone='UTC')", "t:1735787045678901234", "t:0"},
	{"Second", "timestamp[ms]", "Datetime(time_unit='ms', time_zone=None)", "t:1735787045678000000", "t:0"},
	{"Date", "date32[day]", "Date", "t:1735776000000000000", "t:-86400000000000"},
	{"Span", "int64", "Int64", "i:-1", "i:0"},
	{"Ptr", "string", "String", "s:p", nil},
	{"List", "list<element: int32>", "List(Int32)", map[string]any{"list": []any{"i:1", "i:-2"}}, nil},
	{"Nested", "list<element: list<element: string>>", "List(List(String))", map[string]any{"list": []any{map[string]any{"list": []any{"s:a"}}, nil, map[string]any{"list": []any{}}}}, map[string]any{"list": []any{}}},
	{"Map", "map<string, double ('Map')>", "Map(String, Float64)", // pyarrow names the entries after the column, in files of its own too
		map[string]any{"map": []any{[]any{"s:a", "f:3ff0000000000000"}, []any{"s:b", "f:4000000000000000"}}}, nil},
	{"Struct", "struct<A: int8, B: int8>", "Struct({'A': Int8, 'B': Int8})", map[string]any{"struct": map[string]any{"A": "i:1", "B": "i:2"}}, map[string]any{"struct": map[string]any{"A": "i:0", "B": "i:0"}}},
	{"Structs", "list<element: struct<x: int64, y: double>>", "List(Struct({'x': Int64, 'y': Float64}))", map[string]any{"list": []any{map[string]any{"struct": map[string]any{"x": "i:7", "y": nil}}}}, nil},
}

func wholeRows() []whole {
	at := time.Date(2025, 1, 2, 3, 4, 5, 678901234, time.UTC)
	p := "p"
	return []whole{{
		Bool: true, I: math.MinInt64, I8: -128, I16: -32768, I32: math.MinInt32, I64: math.MaxInt64,
		U: math.MaxUint64, U8: 255, U16: 65535, U32: math.MaxUint32, U64: 1<<53 + 1,
		F32: 0.1, F64: math.NaN(), S: "é\x00日", Dict: "train", B: []byte{0, 255}, Fixed: [2]byte{1, 2},
		Micro: at, Nano: at, Second: at, Date: at, Span: -1, Ptr: &p, List: []int32{1, -2},
		Nested: [][]string{{"a"}, nil, {}}, Map: map[string]float64{"b": 2, "a": 1},
		Struct: struct{ A, B int8 }{1, 2}, Structs: []point{{X: 7}},
	}, {
		F32: float32(math.Inf(1)), F64: math.Inf(-1), Dict: "test", Nested: [][]string{},
		Nano: time.Unix(0, 0).UTC(), Second: time.Unix(0, 0).UTC(), Date: time.Unix(-1, 0).UTC(),
	}}
}

// wholeRead is what is read of wholeRows: digits of times that the columns do
// not have are gone.
func wholeRead() []whole {
	rows := wholeRows()
	rows[0].Micro = rows[0].Micro.Truncate(time.Microsecond)
	rows[0].Second = rows[0].Second.Truncate(time.Millisecond)
	rows[0].Date = time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC)
	rows[1].Date = time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)
	return rows
}

var equal = cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })

func encode(t testing.TB, h artifacts.Handler, value any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := h.Encode(t.Context(), &b, value); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode[T any](t testing.TB, data []byte) T {
	t.Helper()
	var target T
	if err := (parquet.Handler{}).Decode(t.Context(), bytes.NewReader(data), &target); err != nil {
		t.Fatal(err)
	}
	return target
}

func TestConformance(t *testing.T) {
	same := func(got, want any) bool { return cmp.Equal(got, want, equal) }
	y := 0.5
	points := []point{{1, &y}, {2, nil}}
	pointMaps := []map[string]any{{"x": int64(1), "y": 0.5}, {"x": int64(2), "y": nil}}
	one := int8(1)
	artifacttest.Run(t, parquet.Handler{},
		artifacttest.Case{Name: "structs", Value: points, Natural: pointMaps},
		artifacttest.Case{Name: "pointers", Value: []*point{{X: 3}}, Natural: []map[string]any{{"x": int64(3), "y": nil}}},
		artifacttest.Case{Name: "maps", Value: pointMaps, Natural: pointMaps},
		artifacttest.Case{Name: "one type of map", Value: []map[string]int16{{"a": 1}, {"a": -1}}, Natural: []map[string]any{{"a": int16(1)}, {"a": int16(-1)}}},
		artifacttest.Case{Name: "every kind", Value: wholeRows(), Want: wholeRead(), Equal: same},
		artifacttest.Case{Name: "columns", Value: parquet.Columns{{"b", []string{"x", ""}}, {"a", []*int8{nil, &one}}},
			Natural: []map[string]any{{"b": "x", "a": nil}, {"b": "", "a": int8(1)}}},
		artifacttest.Case{Name: "iterator", Make: func() any { return slices.Values(points) }, Want: points},
		artifacttest.Case{Name: "iterator of maps", Make: func() any { return slices.Values(pointMaps) }, Want: pointMaps},
		artifacttest.Case{Name: "no rows", Value: []point{}, Natural: []map[string]any{}},
		artifacttest.Case{Name: "no columns", Value: []map[string]any{}, Natural: []map[string]any{}},
		artifacttest.Case{Name: "zstd", Value: points, Settings: map[string]any{"compression": "zstd", "row_group_size": "1"}},
		artifacttest.Case{Name: "gzip", Value: points, Settings: map[string]any{"compression": "gzip"}},
		artifacttest.Case{Name: "none", Value: points, Settings: map[string]any{"compression": "none"}},
		artifacttest.Case{Name: "nil", Refused: true},
		artifacttest.Case{Name: "number", Value: 1, Refused: true},
		artifacttest.Case{Name: "numbers", Value: []int{1}, Refused: true},
		artifacttest.Case{Name: "nil row", Value: []*point{nil}, Refused: true},
		artifacttest.Case{Name: "mixed", Value: []map[string]any{{"a": 1}, {"a": "x"}}, Refused: true},
		artifacttest.Case{Name: "channel", Value: []struct{ C chan int }{{}}, Refused: true},
		artifacttest.Case{Name: "uneven", Value: parquet.Columns{{"a", []int{1}}, {"b", []int{}}}, Refused: true},
		artifacttest.Case{Name: "far time", Value: []struct {
			T time.Time `parquet:",ns"`
		}{{}}, Refused: true},
		artifacttest.Case{Name: "option", Value: []struct {
			N int `parquet:",ns"`
		}{{}}, Refused: true},
	)
}

func TestConfigureRefuses(t *testing.T) {
	for _, settings := range []map[string]any{{"compression": "lzma"}, {"row_group_size": -1}, {"max_memory": "-1"}, {"row_group_size": "many"}} {
		if h, err := (parquet.Handler{}).Configure(settings); err == nil {
			t.Errorf("%v gives %+v", settings, h)
		}
	}
}

// TestMapsWiden: columns have the type that holds the values of all rows.
func TestMapsWiden(t *testing.T) {
	got := decode[[]map[string]any](t, encode(t, parquet.Handler{}, []map[string]any{
		{"n": 1, "f": 1, "l": []any{1}, "s": map[string]any{"a": nil}},
		{"n": int8(2), "f": 0.5, "l": []any{nil, 2}, "s": map[string]any{"a": "x"}, "new": true},
	}))
	want := []map[string]any{
		{"n": int64(1), "f": 1.0, "l": []int64{1}, "s": map[string]any{"a": nil}, "new": nil},
		{"n": int64(2), "f": 0.5, "l": []any{nil, int64(2)}, "s": map[string]any{"a": "x"}, "new": true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTargets(t *testing.T) {
	data := encode(t, parquet.Handler{}, []struct {
		N int64
		S *string
	}{{N: 300}})
	h := parquet.Handler{}
	for name, target := range map[string]any{
		"too small":    &[]struct{ N int8 }{},
		"wrong type":   &[]struct{ N string }{},
		"null":         &[]struct{ S string }{},
		"no column":    &[]struct{ Other int }{},
		"not a slice":  new(int),
		"not of rows":  &[]int{},
		"small of map": &[]map[string]int8{},
	} {
		if err := h.Decode(t.Context(), bytes.NewReader(data), target); !errors.Is(err, artifacts.ErrTargetType) {
			t.Errorf("%s: %v, want ErrTargetType", name, err)
		}
	}
	type fitting struct {
		N     float32
		Other *int
	}
	if diff := cmp.Diff([]fitting{{N: 300}}, decode[[]fitting](t, data)); diff != "" {
		t.Error(diff)
	}
}

func TestArrowTables(t *testing.T) {
	data := encode(t, parquet.Handler{}, wholeRows())
	table := decode[arrow.Table](t, data)
	again := decode[[]whole](t, encode(t, parquet.Handler{}, table))
	if diff := cmp.Diff(wholeRead(), again, equal); diff != "" {
		t.Error(diff)
	}
}

func TestRows(t *testing.T) {
	const n = 150_000 // more than two batches
	h := parquet.Handler{RowGroupSize: 40_000}
	data := encode(t, h, func(yield func(point, error) bool) {
		for i := range n {
			if !yield(point{X: int64(i)}, nil) {
				return
			}
		}
	})
	for name, r := range map[string]io.Reader{"file": bytes.NewReader(data), "plain reader": io.MultiReader(bytes.NewReader(data))} {
		i := 0
		for row, err := range parquet.Rows[point](t.Context(), r) {
			if err != nil || row.X != int64(i) || row.Y != nil {
				t.Fatalf("%s: row %d is %+v, %v", name, i, row, err)
			}
			i++
		}
		if i != n {
			t.Errorf("%s: %d rows, want %d", name, i, n)
		}
	}
	for row, err := range parquet.Rows[*point](t.Context(), bytes.NewReader(data)) {
		if err != nil || row.X != 0 {
			t.Errorf("first row is %+v, %v", row, err)
		}
		break
	}
	for _, err := range parquet.Rows[int](t.Context(), bytes.NewReader(data)) {
		if !errors.Is(err, artifacts.ErrTargetType) {
			t.Errorf("rows of int: %v", err)
		}
	}
}

// TestIteratorFails: the error of a sequence is that of the encoding.
func TestIteratorFails(t *testing.T) {
	failure := errors.New("no more rows")
	for _, after := range []int{0, 10, 70_000} {
		var seq iter.Seq2[map[string]int, error] = func(yield func(map[string]int, error) bool) {
			for range after {
				if !yield(map[string]int{"a": 1}, nil) {
					return
				}
			}
			yield(nil, failure)
		}
		if err := (parquet.Handler{}).Encode(t.Context(), io.Discard, seq); !errors.Is(err, failure) {
			t.Errorf("after %d rows: %v", after, err)
		}
	}
	late := func(yield func(map[string]int) bool) {
		for i := range 70_000 {
			row := map[string]int{"a": 1}
			if i == 69_999 {
				row["b"] = 1
			}
			if !yield(row) {
				return
			}
		}
	}
	if err := (parquet.Handler{}).Encode(t.Context(), io.Discard, iter.Seq[map[string]int](late)); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("a late column: %v", err)
	}
}

// TestSpoolIsRemoved: what was copied to a temporary file is gone afterwards.
func TestSpoolIsRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	rows := make([]struct{ X [16]byte }, 1<<19)
	for i := range rows {
		for k := range 16 {
			rows[i].X[k] = byte(i * (k + 7) >> k)
		}
	}
	data := encode(t, parquet.Handler{Compression: "none"}, rows)
	if len(data) < 5<<20 {
		t.Fatalf("the file has %d bytes, too few to be spooled", len(data))
	}
	var got []struct{ X [16]byte }
	if err := (parquet.Handler{}).Decode(t.Context(), io.MultiReader(bytes.NewReader(data)), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, rows) {
		t.Error("other values")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestLargeValues: a value has the page it is in to itself, which may have more
// bytes than arrow-go reads if it is not told to.
func TestLargeValues(t *testing.T) {
	want := bytes.Repeat([]byte("lazyscribe"), 7<<20)
	data := encode(t, parquet.Handler{Compression: "none"}, []struct{ B []byte }{{want}})
	if got := decode[[]struct{ B []byte }](t, data); len(got) != 1 || !bytes.Equal(got[0].B, want) {
		t.Errorf("%d rows, other values", len(got))
	}
}
