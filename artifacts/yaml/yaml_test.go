package yaml

import (
	"bytes"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
)

type base struct {
	Seed int `yaml:"seed"`
}

type settings struct {
	base
	Rate   float64           `json:"learning_rate"`
	Layers []int             `yaml:"layers,omitempty"`
	Notes  map[string]string `yaml:"notes"`
	Start  time.Time         `yaml:"start,omitzero"`
	Next   *settings         `yaml:"next,omitempty"`
	Raw    []byte            `yaml:"raw,omitempty"`
	Addr   netip.Addr        `yaml:"addr,omitzero"`
	Big    *big.Int          `yaml:"big,omitempty"`
	Tags   map[string]struct{}
	Secret string `yaml:"-"`
}

var moment = time.Date(2025, 1, 2, 3, 4, 5, 6000, time.UTC)

func huge() *big.Int { return new(big.Int).Lsh(big.NewInt(1), 70) }

var equal = func(got, want any) bool {
	return cmp.Equal(got, want, cmp.AllowUnexported(settings{}, big.Int{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
		cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }))
}

func nested(levels int) any {
	var value any = int64(1)
	for range levels {
		value = []any{value}
	}
	return value
}

func TestConformance(t *testing.T) {
	cyclic := map[string]any{}
	cyclic["self"] = cyclic
	full := settings{
		base: base{7}, Rate: 1e-7, Layers: []int{1, 2}, Notes: map[string]string{"yes": "no", "": "x: y"}, Start: moment,
		Next: &settings{}, Raw: []byte{0, 255}, Addr: netip.MustParseAddr("::1"), Big: huge(), Tags: map[string]struct{}{"a": {}},
	}
	cases := []artifacttest.Case{
		{Name: "nil", Value: nil, File: []byte("null\n...\n")},
		{Name: "string", Value: "x", Natural: "x", File: []byte("x\n...\n")},
		{Name: "quoted", Value: "yes", Natural: "yes", File: []byte("'yes'\n")},
		{Name: "bool", Value: true, Natural: true},
		{Name: "int", Value: -3, Natural: int64(-3)},
		{Name: "unsigned", Value: uint64(math.MaxUint64)},
		{Name: "beyond 64 bits", Value: huge(), Natural: huge(), File: []byte("1180591620717411303424\n...\n")},
		{Name: "float", Value: 0.1, Natural: 0.1},
		{Name: "NaN", Value: math.NaN(), Natural: math.NaN()},
		{Name: "negative zero", Value: math.Copysign(0, -1)},
		{Name: "time", Value: moment, Natural: moment, File: []byte("2025-01-02 03:04:05.000006+00:00\n...\n")},
		{Name: "bytes", Value: []byte{0, 255}, Natural: []byte{0, 255}, File: []byte("!!binary |\n  AP8=\n")},
		{Name: "long bytes", Value: map[string][]byte{"a": bytes.Repeat([]byte("lazyscribe"), 30), "empty": {}}},
		{Name: "list", Value: []any{int64(1), 2.0, nil, true, "é"}, File: []byte("- 1\n- 2.0\n- null\n- true\n- \"\\xE9\"\n")},
		{Name: "raw", Value: []string{"é日"}, Settings: map[string]any{"allow_unicode": true}, File: []byte("- 'é日'\n")},
		{Name: "lists of lists", Value: [][]int{{1, 2}, {}, {3}}, File: []byte("- - 1\n  - 2\n- []\n- - 3\n")},
		{Name: "maps in lists", Value: []map[string]any{{"a": []any{int64(1)}, "b": map[string]any{"c": []any{}}}, {}},
			File: []byte("- a:\n  - 1\n  b:\n    c: []\n- {}\n")},
		{Name: "map with keys of all kinds", Value: map[any]any{int64(1): "c", nil: "b", true: "x", 1.5: nil, "1": "text"},
			Natural: map[any]any{int64(1): "c", nil: "b", true: "x", 1.5: nil, "1": "text"},
			File:    []byte("null: b\ntrue: x\n1: c\n1.5: null\n'1': text\n")},
		{Name: "numbers as keys", Value: map[int]string{10: "a", 9: "b"}, File: []byte("9: b\n10: a\n")},
		{Name: "set", Value: map[int]struct{}{1: {}, 2: {}}, Natural: map[any]struct{}{int64(1): {}, int64(2): {}}, File: []byte("!!set\n1: null\n2: null\n")},
		{Name: "sets below", Value: map[string][]map[string]struct{}{"a": {{"x": {}}, {}}}},
		{Name: "struct", Value: full},
		{Name: "empty struct", Value: settings{}},
		{Name: "sorted fields", Value: struct{ B, A int }{1, 2}, Settings: map[string]any{"sort_keys": true}, File: []byte("A: 2\nB: 1\n")},
		{Name: "long key", Value: map[string]any{strings.Repeat("k", 2000): map[string]any{"a": []any{"b"}}, strings.Repeat("é", 500): []any{"x"}}},
		{Name: "array", Value: [2]bool{true, false}},
		{Name: "lines", Value: []string{"a\nb\n", "\ttab", "\x00\x7f\u0085\u2028\ufeff", "😀", "'", `"\`, " a", "a ", "---", "...", "a #b", "a: b", "a:", "#", "- a", "<<", "="}},
		{Name: "400 levels", Value: nested(400)},
		{Name: "401 levels", Value: nested(401), Refused: true},
		{Name: "within itself", Value: cyclic, Refused: true},
		{Name: "channel", Value: []any{make(chan int)}, Refused: true},
		{Name: "complex", Value: 1i, Refused: true},
		{Name: "not UTF-8", Value: "\xff", Refused: true},
		{Name: "stream", Value: strings.NewReader("x"), Refused: true},
		{Name: "list as a key", Value: map[any]int{[1]int{1}: 1}, Refused: true},
		{Name: "one key twice", Value: map[any]int{1: 1, int64(1): 2}, Refused: true},
		{Name: "year 10000", Value: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), Refused: true},
		{Name: "over 4300 digits", Value: new(big.Int).Exp(big.NewInt(10), big.NewInt(4300), nil), Refused: true},
	}
	for i := range cases {
		cases[i].OpenEnded = true
		if cases[i].Name != "400 levels" { // for which cmp would take for ever
			cases[i].Equal = equal
		}
	}
	artifacttest.Run(t, Handler{}, cases...)
}

// The files that PyYAML wrote for the same values.
func TestWritesAsPython(t *testing.T) {
	tests := map[string]any{
		"list":       []any{1, 2.0, nil, true, "é"},
		"map-sorted": map[string]any{"c": map[string]any{"x": map[string]any{}}, "b": 1, "a": []int{1, 2}},
		"floats":     []float64{0.1, 1e-7, 1e16, 1, math.NaN(), math.Inf(1), math.Copysign(0, -1)},
		"bytes":      []byte{0, 255},
		"scalar":     "x", "none": nil, "empty-map": map[string]int{}, "empty-list": []int{}, "big": huge(),
		"set": map[int]struct{}{1: {}},
	}
	for name, value := range tests {
		var got bytes.Buffer
		if err := (Handler{}).Encode(t.Context(), &got, value); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(fixture(t, name)), got.String()); diff != "" {
			t.Errorf("%s (-python +go):\n%s", name, diff)
		}
	}
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "fixture", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Every file of the fixture with the value Python said it has.
func TestReadsWhatPythonWrote(t *testing.T) {
	tests := map[string]any{
		"list":       []any{int64(1), 2.0, nil, true, "é"},
		"map-sorted": map[string]any{"a": []any{int64(1), int64(2)}, "b": int64(1), "c": map[string]any{"x": map[string]any{}}},
		"strings": []any{"", " ", "yes", "no", "on", "null", "~", "1", "1.0", "1e3", "0x1", "0o7", "007", "1_000", "2025-01-01",
			"a: b", "- a", "#c", "a #b", "'q'", `"dq"`, "multi\nline", "tab\t", "trail ", "日😀", "@x", "{}", "[]", "a,b", "?", "=", "<<",
			".inf", "y", "n", "12:30:45"},
		"floats": []any{0.1, 1e-7, 1e16, 1.0, math.NaN(), math.Inf(1), math.Copysign(0, -1)},
		"datetime": []any{time.Date(2025, 1, 1, 1, 2, 3, 0, time.UTC), time.Date(2025, 1, 1, 1, 2, 3, 456000, time.UTC),
			time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)},
		"date":  time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		"bytes": []byte{0, 255}, "scalar": "x", "none": nil,
		"empty-map": map[string]any{}, "empty-list": []any{}, "int-keys": map[any]any{int64(1): "c", nil: "b"},
		"long": []any{strings.Repeat("word ", 40)}, "set": map[any]struct{}{int64(1): {}}, "big": huge(),
		"unsorted": map[string]any{"b": int64(1), "a": int64(2)}, "unicode": map[string]any{"é": "日"},
		"flow": map[string]any{"a": []any{int64(1), int64(2)}}, "tuple-not-readable": artifacts.ErrUnsupportedValue,
	}
	files, err := filepath.Glob("testdata/fixture/*.yaml")
	if err != nil || len(files) != len(tests) {
		t.Fatalf("%d files for %d cases: %v", len(files), len(tests), err)
	}
	for name, want := range tests {
		var got any
		err := Handler{}.Decode(t.Context(), bytes.NewReader(fixture(t, name)), &got)
		if sentinel, ok := want.(error); ok {
			if !errors.Is(err, sentinel) || !strings.Contains(err.Error(), "!!python/tuple") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || !equal(got, want) {
			t.Errorf("%s: got %#v, %v, want %#v", name, got, err, want)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 9 {
		bomb.WriteString(strings.NewReplacer("I", string(rune('0'+i)), "J", string(rune('1'+i))).Replace("aJ: &aJ [*aI, *aI, *aI, *aI, *aI, *aI, *aI, *aI, *aI]\n"))
	}
	var merges strings.Builder
	merges.WriteString("m0: &m0 {a: 1}\n")
	for i := range 9 {
		merges.WriteString(strings.NewReplacer("I", string(rune('0'+i)), "J", string(rune('1'+i))).Replace("mJ: &mJ\n  <<: [*mI, *mI, *mI, *mI, *mI, *mI, *mI, *mI, *mI]\n"))
	}
	tests := []struct {
		name, file string
		target     any
		is         error
		says       string
	}{
		{"two documents", "a: 1\n---\nb: 2\n", new(any), artifacts.ErrCorrupt, "line 2: a second document"},
		{"a broken second one", "a: 1\n--- [\n", new(any), artifacts.ErrCorrupt, "line"},
		{"damaged", "a: [1,\nb: }", new(any), artifacts.ErrCorrupt, "line 1"},
		{"tab", "a:\n\t- b: 1\n  c", new(any), artifacts.ErrCorrupt, "line"},
		{"python object", "a: !!python/object/apply:os.system [x]", new(any), artifacts.ErrUnsupportedValue, `"!!python/object/apply:os.system" is of a Python object`},
		{"python name, typed", "learning_rate: !!python/name:os.system x", new(settings), artifacts.ErrUnsupportedValue, "!!python/name:os.system"},
		{"other tag", "!thing {a: 1}", new(any), artifacts.ErrUnsupportedValue, `"!thing"`},
		{"tag of another form", "!!int [1]", new(any), artifacts.ErrCorrupt, "another form"},
		{"laughs", bomb.String(), new(any), artifacts.ErrCorrupt, "aliases"},
		{"laughs, typed", bomb.String(), new(map[string][]any), artifacts.ErrCorrupt, "aliases"},
		{"merged laughs", merges.String(), new(any), artifacts.ErrCorrupt, "aliases"},
		{"within itself", "&a [*a]", new(any), artifacts.ErrUnsupportedValue, "contains itself"},
		{"merged into itself", "&a {<<: *a}", new(any), artifacts.ErrUnsupportedValue, "contains itself"},
		{"no such anchor", "[*a]", new(any), artifacts.ErrCorrupt, "a"},
		{"deep", strings.Repeat("[", 20000) + strings.Repeat("]", 20000), new(any), artifacts.ErrCorrupt, "depth"},
		{"merge of a scalar", "<<: 1", new(any), artifacts.ErrCorrupt, "merge"},
		{"merge sign as a value", "a: <<", new(any), artifacts.ErrCorrupt, "no meaning"},
		{"equals sign as a value", "a: =", new(any), artifacts.ErrCorrupt, "no meaning"},
		{"list as a key", "[1]: 2", new(any), artifacts.ErrUnsupportedValue, "key"},
		{"no date", "a: 2025-02-30", new(any), artifacts.ErrCorrupt, "line 1, column 4: \"2025-02-30\" is no time"},
		{"base64", "!!binary '?'", new(any), artifacts.ErrCorrupt, "base64"},
		{"digits", "a: " + strings.Repeat("1", 4301), new(any), artifacts.ErrCorrupt, "4300 digits"},
		{"text for a number", "learning_rate: fast\n", new(settings), artifacts.ErrTargetType, `line 1, column 16: a value of the tag "!!str" does not fit a float64`},
		{"bool for a string", "yes", new(string), artifacts.ErrTargetType, "!!bool"},
		{"float for an int", "1.0", new(int), artifacts.ErrTargetType, "!!float"},
		{"too large", "300", new(int8), artifacts.ErrTargetType, "int8"},
		{"negative", "-1", new(uint), artifacts.ErrTargetType, "uint"},
		{"float32", "1.0e+300", new(float32), artifacts.ErrTargetType, "float32"},
		{"array of other length", "[1]", new([2]int), artifacts.ErrTargetType, "[2]int"},
		{"scalar for a struct", "1", new(settings), artifacts.ErrTargetType, "settings"},
		{"no address", "addr: x", new(settings), artifacts.ErrTargetType, "line 1, column 7"},
		{"channel below", "Tags: 1", new(struct{ Tags chan int }), artifacts.ErrTargetType, "chan int"},
		{"key that cannot be compared", "{A: [1]}: 1", new(map[struct{ A any }]int), artifacts.ErrUnsupportedValue, "compared"},
		{"writer", "a", new(bytes.Buffer), artifacts.ErrTargetType, "stream"},
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

func TestReadsTyped(t *testing.T) {
	const file = `
defaults: &defaults {seed: 1, learning_rate: 1}
other: &other {seed: 2, Unknown: x, notes: {a: b}}
runs:
- <<: [*defaults, *other]
  start: 2025-01-01
- {<<: *other, seed: 007, learning_rate: 1:30, next: {seed: 0x10}, big: 5, addr: 10.0.0.1}
`
	var got struct{ Runs []*settings }
	if err := (Handler{}).Decode(t.Context(), strings.NewReader(strings.Replace(file, "runs", "Runs", 1)), &got); err != nil {
		t.Fatal(err)
	}
	notes := map[string]string{"a": "b"}
	want := []*settings{
		{base: base{1}, Rate: 1, Notes: notes, Start: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)},
		{base: base{7}, Rate: 90, Notes: notes, Next: &settings{base: base{16}}, Big: big.NewInt(5), Addr: netip.MustParseAddr("10.0.0.1")},
	}
	if !equal(got.Runs, want) {
		t.Errorf("got %+v and %+v", got.Runs[0], got.Runs[1])
	}
}

func TestRegistered(t *testing.T) {
	h, err := artifacts.Default().Lookup("yaml")
	if err != nil || h != artifacts.Handler(Handler{}) {
		t.Errorf("Lookup returns %v, %v", h, err)
	}
}
