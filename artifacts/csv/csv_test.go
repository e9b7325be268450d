package csv

import (
	"bytes"
	"errors"
	"iter"
	"maps"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
)

type basic struct {
	I *int     `csv:"i"`
	F *float64 `json:"f"`
	S *string  `csv:"s"`
	B *bool    `csv:"b"`
}

type times struct {
	D  time.Time `csv:"d,date"`
	T  time.Time `csv:"t,naive"`
	TS time.Time `csv:"ts,naive,s"`
	TZ time.Time `csv:"tz"`
}

type text struct {
	S string `csv:"s"`
	N int    `csv:"n"`
}

type all struct {
	A    int8
	B    uint16
	C    float32
	D    float64
	E    string
	F    bool
	When time.Time
	Addr netip.Addr
	text
}

var moment = time.Date(2025, 1, 2, 3, 4, 5, 6000, time.UTC)

var equal = func(got, want any) bool {
	return cmp.Equal(got, want, cmp.AllowUnexported(all{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
		cmp.Comparer(func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }))
}

func column[T any](values ...T) map[string][]T { return map[string][]T{"f": values} }

var floats = []float64{1e-7, 1e16, 1e15, 123456789, math.NaN(), math.Inf(1), math.Copysign(0, -1), 1.0 / 3, 1e22, 5e-324, 100}

var strs = []text{{"", 0}, {"  x ", 1}, {"line\nbreak", 2}, {"tab\t", 3}, {"é日", 4}, {"NULL", 5}, {"NA", 6}, {"1", 7}, {"true", 8}, {"'", 9}, {`\`, 10}}

// fixtures are the values of which Python wrote the files.
func fixtures() map[string]any {
	whole := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	return map[string]any{
		"basic":        []basic{{new(1), new(0.1), new("a"), new(true)}, {new(2), new(1.0), new(`b,"c"`), new(false)}, {}},
		"floats":       column(floats...),
		"strings":      strs,
		"times":        []times{{time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC), moment, whole, whole}},
		"whole-floats": column(1.0, 2.0),
		"empty":        map[string][]int{"a": {}},
		"dict":         map[string][]string{"a": {"x", "y", "x"}},
		"uint64":       map[string][]uint64{"u": {0, math.MaxUint64}},
	}
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", "fixture", name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestConformance(t *testing.T) {
	var cases []artifacttest.Case
	for name, value := range fixtures() {
		cases = append(cases, artifacttest.Case{Name: name, Value: value, File: fixture(t, name)})
	}
	slices.SortFunc(cases, func(a, b artifacttest.Case) int { return strings.Compare(a.Name, b.Name) })
	sequence := func() any { return slices.Values([]text{{"a", 1}, {"b", 2}}) }
	cases = append(cases,
		artifacttest.Case{Name: "headers", Value: []map[string]int{{"a b": 1, "a,b": 2, `a"b`: 3}}, File: []byte("\"a b\",\"a\"\"b\",\"a,b\"\n1,3,2\n")},
		artifacttest.Case{Name: "text", Value: [][]string{{"a", "b"}, {"1", ""}, {`"`, "\r\n"}},
			File: []byte("\"a\",\"b\"\n\"1\",\"\"\n\"\"\"\",\"\r\n\"\n")},
		artifacttest.Case{Name: "all kinds", Value: []all{{-1, 1, 0.1, 1e-7, "x", true, moment, netip.MustParseAddr("::1"), text{"s", 2}}},
			File: []byte("\"A\",\"B\",\"C\",\"D\",\"E\",\"F\",\"When\",\"Addr\",\"s\",\"n\"\n-1,1,0.1,1e-7,\"x\",true,2025-01-02 03:04:05.000006Z,\"::1\",\"s\",2\n")},
		artifacttest.Case{Name: "pointers", Value: []*text{{"a", 1}}},
		artifacttest.Case{Name: "array", Value: [1]text{{"a", 1}}, Want: []text{{"a", 1}}},
		artifacttest.Case{Name: "natural", Value: []map[string]any{{"a": int64(1), "b": "x", "c": 1.5, "d": true, "e": moment}, {"a": nil, "b": "", "c": nil, "d": nil, "e": nil}, {"b": nil}},
			Want: []map[string]any{{"a": int64(1), "b": "x", "c": 1.5, "d": true, "e": moment}, {"a": nil, "b": "", "c": nil, "d": nil, "e": nil}, {"a": nil, "b": nil, "c": nil, "d": nil, "e": nil}},
			File: []byte("\"a\",\"b\",\"c\",\"d\",\"e\"\n1,\"x\",1.5,true,2025-01-02 03:04:05.000006Z\n,\"\",,,\n,,,,\n")},
		artifacttest.Case{Name: "one column of nulls", Value: []map[string]any{{"a": nil}, {"a": "x"}, {"a": nil}}, File: []byte("\"a\"\n\n\"x\"\n\n")},
		artifacttest.Case{Name: "columns of all kinds", Value: map[string]any{"a": []int{1}, "b": []string{"x"}, "c": []*bool{nil}},
			Want: []map[string]any{{"a": int64(1), "b": "x", "c": nil}}, Natural: []map[string]any{{"a": int64(1), "b": "x", "c": nil}}},
		artifacttest.Case{Name: "sequence", Make: sequence, Want: []text{{"a", 1}, {"b", 2}}},
		artifacttest.Case{Name: "sequence of maps", Make: func() any { return slices.Values([]map[string]int{{"a": 1}, {"a": 2}}) }, Want: []map[string]int{{"a": 1}, {"a": 2}}},
		artifacttest.Case{Name: "sequence with errors", Make: func() any { return Rows[text](t.Context(), bytes.NewReader(fixture(t, "strings"))) }, Want: strs},
		artifacttest.Case{Name: "many rows", Value: slices.Repeat(strs, 700)},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "a number", Value: 1, Refused: true},
		artifacttest.Case{Name: "list of numbers", Value: []int{1}, Refused: true},
		artifacttest.Case{Name: "no columns", Value: []struct{}{{}}, Refused: true},
		artifacttest.Case{Name: "no header", Value: [][]string{}, Refused: true},
		artifacttest.Case{Name: "no rows of maps", Value: []map[string]int{}, Refused: true},
		artifacttest.Case{Name: "ragged", Value: [][]string{{"a"}, {"b", "c"}}, Refused: true},
		artifacttest.Case{Name: "columns of other lengths", Value: map[string][]int{"a": {1}, "b": nil}, Refused: true},
		artifacttest.Case{Name: "a column that is none", Value: map[string]any{"a": 1}, Refused: true},
		artifacttest.Case{Name: "bytes", Value: map[string][]byte{"a": {1}}, Refused: true},
		artifacttest.Case{Name: "list in a cell", Value: []map[string]any{{"a": []int{1}}}, Refused: true},
		artifacttest.Case{Name: "list in a field", Value: []struct{ A []int }{}, Refused: true},
		artifacttest.Case{Name: "not UTF-8", Value: []text{{"\xff", 1}}, Refused: true},
		artifacttest.Case{Name: "header not UTF-8", Value: map[string][]int{"\xff": {1}}, Refused: true},
		artifacttest.Case{Name: "nil row", Value: []*text{nil}, Refused: true},
		artifacttest.Case{Name: "other columns later", Make: func() any { return slices.Values([]map[string]int{{"a": 1}, {"b": 2}}) }, Refused: true},
		artifacttest.Case{Name: "pairs", Make: func() any { return maps.All(map[string]int{"a": 1}) }, Refused: true},
		artifacttest.Case{Name: "year 10000", Value: []times{{D: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}, Refused: true},
	)
	for i := range cases {
		cases[i].Equal, cases[i].OpenEnded = equal, true
	}
	artifacttest.Run(t, Handler{}, cases...)
}

// Types are inferred as pyarrow infers them; the rows are those the fixture
// says Python read, but for null strings and for nan, which are nil and not "".
func TestInfersTypes(t *testing.T) {
	type m = map[string]any
	tests := map[string][]m{
		"basic":        {{"i": int64(1), "f": 0.1, "s": "a", "b": true}, {"i": int64(2), "f": 1.0, "s": `b,"c"`, "b": false}, {"i": nil, "f": nil, "s": nil, "b": nil}},
		"whole-floats": {{"f": int64(1)}, {"f": int64(2)}},
		"empty":        {},
		"headers":      {{"a b": int64(1), "a,b": int64(2), `a"b`: int64(3)}},
		"uint64":       {{"u": 0.0}, {"u": 1.8446744073709552e+19}},
		"floats": {{"f": 1e-7}, {"f": 1e16}, {"f": 1e15}, {"f": 123456789.0}, {"f": nil}, {"f": math.Inf(1)}, {"f": math.Copysign(0, -1)},
			{"f": 1.0 / 3}, {"f": 1e22}, {"f": 5e-324}, {"f": 100.0}},
		"times": {{"d": time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC), "t": moment, "ts": moment.Truncate(time.Second), "tz": moment.Truncate(time.Second)}},
	}
	for name, want := range tests {
		var got any
		if err := (Handler{}).Decode(t.Context(), bytes.NewReader(fixture(t, name)), &got); err != nil || !equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
		}
	}
	// What pyarrow 25 said of one column.
	for file, want := range map[string][]any{
		"1\ntrue\n": {true, true}, "2\ntrue\n": {"2", "true"}, "0x1F\n": {int64(31)}, " 1\n": {int64(1)}, "+1\n": {1.0}, "007\n": {int64(7)},
		"1e3\n": {1000.0}, "Inf\n-inf\n": {math.Inf(1), math.Inf(-1)}, ".5\n5.\n": {0.5, 5.0}, "99999999999999999999\n": {1e20},
		"NA\n1\n": {nil, int64(1)}, "NA\nx\n": {"NA", "x"}, "nan\n1.5\n": {nil, 1.5}, "t\n": {"t"}, "TRUE\n": {true}, "1_000\n": {"1_000"}, "0x1p-2\n": {"0x1p-2"}, "-0X1p4\n": {"-0X1p4"},
		"\"1\"\n\"2\"\n": {int64(1), int64(2)}, "20250101\n": {int64(20250101)}, "x\"y\n": {`x"y`}, "a\rb\r": {"a", "b"}, "a\r\nb": {"a", "b"},
		"2025-01-01T00:00:00+02:00\n": {time.Date(2024, 12, 31, 22, 0, 0, 0, time.UTC)}, "2025-01-01 12:00\n": {time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC)},
		"2025-02-30\n": {"2025-02-30"},
	} {
		var got []map[string]any
		if err := (Handler{}).Decode(t.Context(), strings.NewReader("\ufeffa\n"+file), &got); err != nil {
			t.Errorf("%q: %v", file, err)
			continue
		}
		var values []any
		for _, row := range got {
			values = append(values, row["a"])
		}
		if !equal(values, want) {
			t.Errorf("%q: got %#v, want %#v", file, values, want)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	tests := []struct {
		name, file string
		target     any
		is         error
		says       string
	}{
		{"empty", "", new(any), artifacts.ErrCorrupt, "no header"},
		{"ragged", "a,b\n1,2\n\n3\n", new([][]string), artifacts.ErrCorrupt, "line 4: 1 cells, and the header has 2"},
		{"open quote", "a\n\"x\ny\"\n\"b\n", new([]map[string]any), artifacts.ErrCorrupt, "line 4: a quote in column 1 is not closed"},
		{"behind a quote", "a\n\"x\"y\n", new([][]string), artifacts.ErrCorrupt, `line 2: 'y' behind the closing quote of column 1`},
		{"not UTF-8", "s,n\n\xff,1\n", new([]text), artifacts.ErrTargetType, `line 2, column "s"`},
		{"header not UTF-8", "\xff\n1\n", new([][]string), artifacts.ErrCorrupt, "line 1"},
		{"no number", "s,n\na,1\n\"b\n\",x\n", new([]text), artifacts.ErrTargetType, `line 3, column "n": "x" is no int`},
		{"null", "s,n\na,\n", new([]text), artifacts.ErrTargetType, "a pointer can be nil"},
		{"too large", "A\n300\n", new([]struct{ A int8 }), artifacts.ErrTargetType, `"300" is no int8`},
		{"no such column", "s,m\na,1\n", new([]text), artifacts.ErrTargetType, `has the column "n", and the file has s, m`},
		{"two of a name", "a,a\n1,2\n", new(any), artifacts.ErrTargetType, `two columns are called "a"`},
		{"a number", "a\n1\n", new(int), artifacts.ErrTargetType, "does not fit a int"},
		{"columns of any", "a\n1\n", new(map[string][]any), artifacts.ErrTargetType, "does not fit"},
		{"list field", "A\n1\n", new([]struct{ A []int }), artifacts.ErrTargetType, "does not fit"},
		{"column of another type", "f\nx\n", new(map[string][]bool), artifacts.ErrTargetType, `"x" is no bool`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := Handler{}.Decode(t.Context(), strings.NewReader(test.file), test.target)
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("Decode returns %v, want %v with %q", err, test.is, test.says)
			}
			if !reflect.ValueOf(test.target).Elem().IsZero() {
				t.Errorf("the target is changed to %v", test.target)
			}
		})
	}
}

func TestRows(t *testing.T) {
	var got []text
	for row, err := range Rows[text](t.Context(), iotest.OneByteReader(bytes.NewReader(fixture(t, "strings")))) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	if diff := cmp.Diff(strs, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var twice [][]string
	if err := (Handler{}).Decode(t.Context(), strings.NewReader("a,a\n1,2"), &twice); err != nil || !cmp.Equal(twice, [][]string{{"a", "a"}, {"1", "2"}}) {
		t.Errorf("two columns of one name: %v, %v", twice, err)
	}
	for row := range Rows[[]string](t.Context(), strings.NewReader("a,b\n1,\"x\"\"\"\n\"")) {
		if diff := cmp.Diff([]string{"1", `x"`}, row); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		break // before the damage
	}
}

func lastError[T any](rows iter.Seq2[T, error]) (n int, last error) {
	for _, err := range rows {
		n, last = n+1, err
	}
	return n, last
}

func TestRowsEndWithTheError(t *testing.T) {
	broken := errors.New("the reader is broken")
	failing := func() *strings.Reader { return strings.NewReader("s,n\na,1\nb,2\nc") }
	n, err := lastError(Rows[text](t.Context(), iotest.TimeoutReader(iotest.OneByteReader(failing()))))
	if n != 1 || !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("%d elements, the last %v", n, err)
	}
	n, err = lastError(Rows[text](t.Context(), failing()))
	if n != 3 || !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("%d elements, the last %v", n, err)
	}
	// Types were inferred from a part that said otherwise.
	late := "a\n" + strings.Repeat("123456\n", 200_000) + "x\n"
	n, err = lastError(Rows[map[string]any](t.Context(), strings.NewReader(late)))
	if n != 200_001 || !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), `line 200002, column "a": "x" is no int64`) {
		t.Errorf("%d elements, the last %v", n, err)
	}
	if _, err := lastError(Rows[int](t.Context(), failing())); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("Rows of int: %v", err)
	}
	source := func(yield func(text, error) bool) { _ = yield(text{"a", 1}, nil) && yield(text{}, broken) }
	if err := (Handler{}).Encode(t.Context(), &bytes.Buffer{}, iter.Seq2[text, error](source)); !errors.Is(err, broken) {
		t.Errorf("Encode of rows that fail returns %v", err)
	}
}

func TestSingleUse(t *testing.T) {
	if !(Handler{}).SingleUse(slices.Values(strs)) || (Handler{}).SingleUse(strs) || (Handler{}).SingleUse(nil) {
		t.Error("sequences are used once, slices are not")
	}
}
