package artifacts_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/big"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

type layer struct {
	Units int     `json:"units"`
	Drop  float64 `json:"drop,omitempty"`
}

type network struct {
	Name   string         `json:"name"`
	Layers []layer        `json:"layers"`
	Extra  map[string]any `json:"extra,omitempty"`
	hidden chan int
	Func   func() `json:"-"`
}

func TestJSONConformance(t *testing.T) {
	equalNetwork := func(got, want any) bool {
		return cmp.Equal(got, want, cmp.AllowUnexported(network{}))
	}
	deep := any("bottom")
	for range pyjson.MaxWriteDepth {
		deep = []any{deep}
	}
	cyclic := map[string]any{}
	cyclic["self"] = cyclic
	artifacttest.Run(t, artifacts.JSON{},
		artifacttest.Case{Name: "null", Value: nil, File: []byte("null")},
		artifacttest.Case{Name: "string", Value: "é\n", File: []byte(`"\u00e9\n"`), Natural: "é\n"},
		artifacttest.Case{Name: "int", Value: 42, File: []byte("42"), Natural: int64(42), OpenEnded: true},
		artifacttest.Case{Name: "float", Value: 1.0, File: []byte("1.0"), Natural: 1.0, OpenEnded: true},
		artifacttest.Case{Name: "infinity", Value: math.Inf(-1), File: []byte("-Infinity"), Natural: math.Inf(-1)},
		artifacttest.Case{
			Name: "struct", Value: network{Name: "mlp", Layers: []layer{{Units: 64}, {32, 0.5}}},
			File:    []byte(`{"name": "mlp", "layers": [{"units": 64}, {"units": 32, "drop": 0.5}]}`),
			Natural: map[string]any{"name": "mlp", "layers": []any{map[string]any{"units": int64(64)}, map[string]any{"units": int64(32), "drop": 0.5}}},
			Equal:   equalNetwork,
		},
		artifacttest.Case{Name: "map", Value: map[string]int{"b": 2, "a": 1}, File: []byte(`{"a": 1, "b": 2}`)},
		artifacttest.Case{Name: "time", Value: time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), Natural: "2025-01-02T03:04:05Z"},
		artifacttest.Case{Name: "nested to the limit", Value: deep, Natural: deep},
		artifacttest.Case{
			Name: "settings", Value: []int{1, 2}, File: []byte("[\n  1,\n  2\n]"),
			Settings: map[string]any{"indent": 2, "sort_keys": true},
		},
		artifacttest.Case{Name: "channel", Value: make(chan int), Refused: true},
		artifacttest.Case{Name: "function in a map", Value: map[string]any{"f": func() {}}, Refused: true},
		artifacttest.Case{Name: "complex", Value: []complex128{1}, Refused: true},
		artifacttest.Case{Name: "struct keys", Value: map[layer]int{{}: 1}, Refused: true},
		artifacttest.Case{Name: "stream", Value: strings.NewReader("x"), Refused: true},
		artifacttest.Case{Name: "too deep", Value: []any{deep}, Refused: true},
		artifacttest.Case{Name: "cycle", Value: cyclic, Refused: true},
		artifacttest.Case{Name: "not a number, strictly", Value: math.NaN(), Refused: true, Settings: map[string]any{"allow_nan": false}},
	)
}

// The expected texts are those of json.dumps of Python 3, for each value with
// several sets of keyword arguments.
func TestJSONWritesAsPython(t *testing.T) {
	data, err := os.ReadFile("testdata/python_json.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]*string
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	forms := map[string]artifacts.JSON{
		"default":       {},
		"indent":        {Indent: "    "},
		"sorted":        {SortKeys: true},
		"raw":           {RawUnicode: true},
		"compact":       {ItemSeparator: ",", KeySeparator: ":"},
		"indent_sorted": {Indent: "  ", SortKeys: true},
		"strict":        {DisallowNonFinite: true},
	}
	if len(rows) < 30 {
		t.Fatalf("only %d values in the file", len(rows))
	}
	for _, row := range rows {
		value, err := pyjson.Parse([]byte(*row["value"]))
		if err != nil {
			t.Fatal(err)
		}
		for name, handler := range forms {
			var got bytes.Buffer
			err := handler.Encode(t.Context(), &got, value)
			switch want := row[name]; {
			case want == nil:
				if !errors.Is(err, artifacts.ErrUnsupportedValue) {
					t.Errorf("%s of %s: error %v, and Python refuses it", name, *row["value"], err)
				}
			case err != nil:
				t.Errorf("%s of %s: %v", name, *row["value"], err)
			case got.String() != *want:
				t.Errorf("%s of %s:\n got %q\nwant %q", name, *row["value"], got.String(), *want)
			}
		}
	}
}

func TestJSONCheckNamesThePlace(t *testing.T) {
	type node struct{ Next *node }
	type optional struct {
		F func() `json:",omitempty"`
	}
	long := &node{}
	for range 2 * pyjson.MaxWriteDepth {
		long = &node{long}
	}
	var self any
	self = &self
	tests := []struct {
		name  string
		value any
		want  string // in the error; "" for none
	}{
		{"field", struct{ A []any }{[]any{1, make(chan int)}}, `A[1] is of type chan int`},
		{"map", map[string]any{"opt": map[int]any{3: complex(1, 2)}}, `["opt"][3] is of type complex128`},
		{"unsigned keys", map[uint8]any{7: make(chan int)}, `[7] is of type chan int`},
		{"keys that encode themselves", map[netip.Addr]any{{}: make(chan int)}, `[netip.Addr] is of type chan int`},
		{"keys", map[string]any{"m": map[float64]int{}}, `["m"] is a map with keys of type float64`},
		{"whole", func() {}, "unsupported value: of type func()"},
		{"recursive type", long, "nested more than 900 levels"},
		{"pointer to itself", self, "contains itself"},
		{"ignored fields", network{hidden: make(chan int), Func: func() {}}, ""},
		{"omitted function", optional{}, ""},
		{"empty list of channels", []chan int{}, ""},
		{"a type that encodes itself", big.NewInt(1), ""},
		{"a stream that encodes itself", struct {
			io.Reader
			json.Marshaler
		}{}, ""},
		{"nil", nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := artifacts.JSON{}.Check(test.value)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("Check: %v", err)
			case test.want != "" && (!errors.Is(err, artifacts.ErrUnsupportedValue) || !strings.Contains(err.Error(), test.want)):
				t.Errorf("Check returns %v, want %q", err, test.want)
			}
		})
	}
}

func TestJSONConfigure(t *testing.T) {
	tests := []struct {
		name     string
		from     artifacts.JSON
		settings map[string]any
		want     artifacts.JSON
		err      string
	}{
		{name: "indent in blanks", settings: map[string]any{"indent": 4}, want: artifacts.JSON{Indent: "    "}},
		{name: "indent from a command line", settings: map[string]any{"indent": "2"}, want: artifacts.JSON{Indent: "  "}},
		{name: "indent from a configuration file", settings: map[string]any{"indent": 1.0}, want: artifacts.JSON{Indent: " "}},
		{name: "indent as text", settings: map[string]any{"indent": "\t"}, want: artifacts.JSON{Indent: "\t"}},
		{name: "no indent", from: artifacts.JSON{Indent: " "}, settings: map[string]any{"indent": nil}},
		{name: "indent of none", settings: map[string]any{"indent": 0}, err: `"indent"`},
		{name: "indent of letters", settings: map[string]any{"indent": "ab"}, err: `"indent"`},
		{name: "indent beyond reason", settings: map[string]any{"indent": 1 << 40}, err: `"indent"`},
		{
			name:     "all",
			settings: map[string]any{"sort_keys": "true", "ensure_ascii": false, "allow_nan": false, "item_separator": ",", "key_separator": ":"},
			want:     artifacts.JSON{SortKeys: true, RawUnicode: true, DisallowNonFinite: true, ItemSeparator: ",", KeySeparator: ":"},
		},
		{name: "others stay", from: artifacts.JSON{SortKeys: true, RawUnicode: true}, settings: map[string]any{"indent": 1}, want: artifacts.JSON{SortKeys: true, RawUnicode: true, Indent: " "}},
		{name: "bad separator", settings: map[string]any{"item_separator": ";"}, err: `separator ";"`},
		{name: "bad key separator", settings: map[string]any{"key_separator": ","}, err: `separator ","`},
		{name: "wrong kind", settings: map[string]any{"sort_keys": 3}, err: `"sort_keys" is 3`},
		{name: "unknown", settings: map[string]any{"colour": 1}, err: "known: allow_nan, ensure_ascii, indent"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.from.Configure(test.settings)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("Configure returns %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || got != artifacts.Handler(test.want) {
				t.Errorf("Configure = %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestJSONDecodeErrors(t *testing.T) {
	tests := []struct {
		name, text string
		target     any
		is         error
		want       string
	}{
		{"empty file", "", new(any), artifacts.ErrCorrupt, "line 1 column 1"},
		{"syntax", "{\n  \"a\": 1,\n}", new(any), artifacts.ErrCorrupt, "line 3 column 1"},
		{"second value", "1 2", new(any), artifacts.ErrCorrupt, "line 1 column 3"},
		{"wrong type", `{"layers": [{"units": "many"}]}`, new(network), artifacts.ErrTargetType, "layers[0].units"},
		{"too large", `300`, new(int8), artifacts.ErrTargetType, "int8"},
		{"stream", `{}`, new(bytes.Buffer), artifacts.ErrTargetType, "stream"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := artifacts.JSON{}.Decode(t.Context(), strings.NewReader(test.text), test.target)
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Decode returns %v, want %q", err, test.want)
			}
		})
	}
}

func TestJSONRefusesSettingsItCouldNotRead(t *testing.T) {
	for _, handler := range []artifacts.JSON{{Indent: "--"}, {ItemSeparator: ";"}, {KeySeparator: "="}, {ItemSeparator: " "}} {
		if err := handler.Check(1); err == nil {
			t.Errorf("Check with %+v: no error", handler)
		}
		if err := handler.Encode(t.Context(), io.Discard, 1); err == nil {
			t.Errorf("Encode with %+v: no error", handler)
		}
	}
}

func FuzzJSONDecode(f *testing.F) {
	for _, seed := range []string{`null`, `[1, 2.5, "x"]`, `{"name": "a", "layers": [{"units": 1}]}`, `[[[[`, `NaN`, `"\ud83d"`, "\xff", `1e999`, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		_ = artifacts.JSON{}.Decode(t.Context(), bytes.NewReader(file), new(network))
		var value any
		if (artifacts.JSON{}).Decode(t.Context(), bytes.NewReader(file), &value) != nil {
			return
		}
		var again bytes.Buffer
		err := artifacts.JSON{}.Encode(t.Context(), &again, value)
		if errors.Is(err, artifacts.ErrUnsupportedValue) {
			return // nested deeper than may be written
		}
		if err != nil {
			t.Fatalf("cannot encode what was decoded: %v", err)
		}
		var second any
		if err := (artifacts.JSON{}).Decode(t.Context(), &again, &second); err != nil {
			t.Fatalf("cannot decode what was encoded: %v", err)
		}
	})
}
