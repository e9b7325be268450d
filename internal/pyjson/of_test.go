package pyjson

//lint:file-ignore SA5008 tags that encoding/json reads in surprising ways are among the cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Types with each way of describing their own JSON.
type (
	valueJSON   struct{ n int }
	pointerJSON struct{ n int }
	pointerText struct{ n int }
	level       int
	stringKey   string
	mapJSON     map[string]int
	failing     struct{}
)

func (v valueJSON) MarshalJSON() ([]byte, error)    { return fmt.Appendf(nil, `{"n" : %d}`, v.n), nil }
func (p *pointerJSON) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, `[%d]`, p.n), nil }
func (p *pointerText) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "p%d", p.n), nil }
func (l level) MarshalText() ([]byte, error)        { return fmt.Appendf(nil, "level %d", int(l)), nil }
func (stringKey) MarshalText() ([]byte, error)      { return []byte("not used for keys"), nil }
func (m mapJSON) MarshalJSON() ([]byte, error)      { return strconv.AppendInt(nil, int64(len(m)), 10), nil }
func (failing) MarshalJSON() ([]byte, error)        { return nil, errFailing }

var errFailing = errors.New("it fails")

type zeroAware struct{ N int }

func (z *zeroAware) IsZero() bool { return z.N == 7 }

type (
	Inner  struct{ A, B, Hidden int }
	Other  struct{ B, C int }
	Deep   struct{ Inner }
	tagged struct {
		D int `json:"d"`
	}
	Recursive struct {
		*Recursive
		Name string
	}
)

// keptStruct has a struct field with omitempty, which omits nothing and which
// tools would take out of source text.
var keptStruct = reflect.New(reflect.StructOf([]reflect.StructField{
	{Name: "S", Type: reflect.TypeFor[Inner](), Tag: `json:",omitempty"`},
})).Interface()

// Of what encoding/json can write, Of makes the same. No whole floats are
// among the values: Python writes 1.0 where Go writes 1.
func TestOfLikeEncodingJSON(t *testing.T) {
	type options struct {
		Name       string `json:"name"`
		Ignored    int    `json:"-"`
		Dash       int    `json:"-,"`
		BadTag     int    `json:"a\"b"`
		Empty      []int  `json:",omitempty"`
		EmptyMap   mapJSON
		EmptyPtr   *int           `json:"ptr,omitempty"`
		EmptyArray [0]int         `json:",omitempty"`
		ZeroTime   time.Time      `json:",omitzero"`
		ZeroAware  zeroAware      `json:",omitzero"`
		ZeroPtr    *zeroAware     `json:",omitzero"`
		ZeroIface  fmt.Stringer   `json:",omitzero"`
		ZeroInt    int            `json:",omitzero"`
		Quoted     int            `json:",string"`
		QuotedPtr  *bool          `json:",string"`
		QuotedStr  string         `json:",string"`
		QuotedList []int          `json:",string"`
		Any        any            `json:"any"`
		Map        map[string]any `json:"map"`
		unexported int
	}
	values := []any{
		nil, true, -7, uint8(7), int64(math.MinInt64), uint64(math.MaxUint64), uintptr(3), 0.1, -2.5, float32(0.1), float32(3.4e-3), "a\"é\u2028",
		[]int(nil), []int{}, [2]bool{true}, map[string]int(nil), map[string]int{}, (*int)(nil), new(new(5)), []any{nil, []any{}},
		[]byte(nil), []byte{}, []byte("bytes"), [3]byte{1, 2, 3}, json.RawMessage(` {"a" : [1]}`), json.RawMessage(nil), json.Number("12345678901234567890"), json.Number(""),
		big.NewInt(math.MaxInt64), (*big.Int)(nil), time.Date(2025, 1, 2, 3, 4, 5, 678, time.UTC), netip.MustParseAddr("10.0.0.1"), 3 * time.Second,
		valueJSON{1}, &valueJSON{2}, (*valueJSON)(nil), pointerJSON{3}, &pointerJSON{4}, []pointerJSON{{5}}, [1]pointerJSON{{6}}, &[1]pointerJSON{{7}},
		map[string]pointerJSON{"a": {8}}, pointerText{9}, &pointerText{10}, level(11), []level{12}, mapJSON(nil), mapJSON{"a": 1}, stringKey("x"),
		map[string]int{"b": 1, "a": 2, "": 3, "é": 4, "\U0001f600": 5, "\uffff": 6}, map[int]string{10: "a", 9: "b", -1: "c"}, map[uint8]int{255: 1},
		map[level]int{1: 2}, map[stringKey]int{"k": 1}, map[*pointerText]int{{1}: 1},
		keptStruct, options{}, &options{Name: "n", Ignored: 1, Dash: 2, BadTag: 3, Empty: []int{1}, EmptyPtr: new(int), ZeroAware: zeroAware{7}, ZeroPtr: &zeroAware{1}, Quoted: 5, QuotedPtr: new(true), QuotedStr: "q\"", QuotedList: []int{1}, Any: valueJSON{1}, unexported: 1},
		struct {
			Inner
			Other
			tagged
			Hidden string
		}{Inner{1, 2, 3}, Other{4, 5}, tagged{6}, "shown"},
		struct {
			*Inner
			Other `json:"other"`
		}{nil, Other{1, 2}},
		struct {
			Deep
			Other
		}{Deep{Inner{1, 2, 3}}, Other{4, 5}},
		struct {
			Inner
			B int `json:"A"`
		}{Inner{1, 2, 3}, 4},
		Recursive{&Recursive{nil, "inner"}, "outer"},
		map[string]any{"list": []map[string]any{{"a": []string{"x"}}}},
	}
	for _, v := range values {
		var buf bytes.Buffer
		e := json.NewEncoder(&buf)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			t.Errorf("encoding/json refuses %#v: %v", v, err)
			continue
		}
		tree, err := Of(v)
		if err != nil {
			t.Errorf("Of(%#v): %v", v, err)
			continue
		}
		got := mustAppend(t, tree, &Format{RawUnicode: true, ItemSeparator: ",", KeySeparator: ":"})
		want := strings.ReplaceAll(strings.TrimSuffix(buf.String(), "\n"), `\u2028`, "\u2028")
		if got != want {
			t.Errorf("Of(%#v):\ngot  %s\nwant %s", v, got, want)
		}
	}
}

// What encoding/json cannot write, or writes otherwise than Python would.
func TestOfLikePython(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 70)
	o := NewObject()
	o.Set("z", []int{1})
	o.Set("a", Number("1E5"))
	tests := []struct {
		name string
		v    any
		want string
	}{
		{"non-finite", []float64{math.NaN(), math.Inf(1), math.Inf(-1)}, "[NaN, Infinity, -Infinity]"},
		{"float32", []float32{0.1, 1, 1e10, 1e16, 1e-5, float32(math.Inf(1))}, "[0.1, 1.0, 10000000000.0, 1e+16, 1e-05, Infinity]"},
		{"whole floats", []any{1.0, 1e16, math.Copysign(0, -1), float64(1 << 53)}, "[1.0, 1e+16, -0.0, 9007199254740992.0]"},
		{"big integers", []any{huge, *huge, map[string]big.Int{"n": *huge}}, `[1180591620717411303424, 1180591620717411303424, {"n": 1180591620717411303424}]`},
		{"numbers", []any{Number("1E5"), json.Number("-0"), json.Number("0.10")}, "[100000.0, 0, 0.1]"},
		{"NaN from a marshaler", json.RawMessage(`[NaN, 1E5]`), "[NaN, 100000.0]"},
		{"object", o, `{"z": [1], "a": 100000.0}`},
		{"object by value", []Object{*o}, `[{"z": [1], "a": 100000.0}]`},
		{"nil object", []*Object{nil}, "[null]"},
		{"quoted NaN", struct {
			N float64 `json:",string"`
		}{math.NaN()}, `{"N": "NaN"}`},
	}
	for _, test := range tests {
		tree, err := Of(test.v)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got := mustAppend(t, tree, nil); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// The tree has no types but those of a tree, and is no part of the value.
func TestOfCopies(t *testing.T) {
	inner := []any{Number("1")}
	o := NewObject()
	o.Set("list", inner)
	tree, err := Of([]any{o, inner})
	if err != nil {
		t.Fatal(err)
	}
	inner[0] = "changed"
	o.Set("list", nil)
	o.Set("new", nil)
	if got, want := mustAppend(t, tree, nil), `[{"list": [1]}, [1]]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	tree, err = Of(map[string]any{"a": []int8{1}, "b": 0.5})
	want := NewObject()
	want.Set("a", []any{Number("1")})
	want.Set("b", Number("0.5"))
	if diff := cmp.Diff(want, tree, cmp.AllowUnexported(Object{})); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
}

func TestConverterTime(t *testing.T) {
	when := time.Date(2025, 1, 2, 3, 4, 5, 678, time.UTC)
	c := &Converter{Time: func(t time.Time) any { return t.Format("2006-01-02T15:04:05") }}
	type record struct {
		At    time.Time
		Ptr   *time.Time
		Later time.Time `json:",omitzero"`
	}
	tree, err := c.Of([]any{record{At: when, Ptr: &when}, &when, map[string]time.Time{"t": when}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"At": "2025-01-02T03:04:05", "Ptr": "2025-01-02T03:04:05"}, "2025-01-02T03:04:05", {"t": "2025-01-02T03:04:05"}]`
	if got := mustAppend(t, tree, nil); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// A hook that returns a time does not call itself for ever.
	c.Time = func(t time.Time) any { return t.Truncate(time.Hour) }
	if tree, err := c.Of(when); err != nil || tree != "2025-01-02T03:00:00Z" {
		t.Errorf("got %v, %v", tree, err)
	}
}

func TestOfUnsupported(t *testing.T) {
	type deep struct {
		Opt map[string]any `json:"opt"`
	}
	tests := []struct {
		v    any
		path string
		typ  string
	}{
		{make(chan int), "", "chan int"},
		{complex(1, 2), "", "complex128"},
		{[]func(){nil}, "[0]", "func()"},
		{deep{map[string]any{"layers": []any{1, 2, 3, map[string]any{"a b": (chan bool)(nil)}}}}, `opt.layers[3]["a b"]`, "chan bool"},
		{map[float64]int{}, "", "map[float64]int"},
		{struct{ M map[struct{}]int }{map[struct{}]int{{}: 1}}, "M", "map[struct {}]int"},
	}
	for _, test := range tests {
		_, err := Of(test.v)
		e := new(UnsupportedError)
		if !errors.As(err, &e) {
			t.Errorf("Of(%T) = %v, want an *UnsupportedError", test.v, err)
			continue
		}
		if e.Path != test.path || e.Type.String() != test.typ {
			t.Errorf("Of(%T): path %s, type %s; want %s, %s", test.v, e.Path, e.Type, test.path, test.typ)
		}
	}
	_, err := Of(map[string]any{"f": func() {}})
	if want := `convert to JSON at "f": type func() is not supported`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestOfFailures(t *testing.T) {
	type list struct{ Next *list }
	long := new(list)
	for range 2 * MaxWriteDepth {
		long = &list{long}
	}
	ring := new(list)
	ring.Next = ring
	slice := []any{nil}
	slice[0] = slice
	dict := map[string]any{}
	dict["self"] = []any{dict}
	o := NewObject()
	o.Set("self", o)
	type pointer *pointer
	var loop pointer
	loop = &loop
	var boxed any
	boxed = &boxed

	// What is shared but not inside itself is no cycle, however deep it is.
	var diamond any = &[]any{1}
	for range 2 * cycleFrom {
		diamond = []any{diamond}
	}
	if _, err := Of([]any{diamond, diamond, []any{diamond, diamond}}); err != nil {
		t.Errorf("shared value: %v", err)
	}

	tests := []struct {
		name string
		v    any
		want error
	}{
		{"too deep", long, ErrTooDeep},
		{"cycle of pointers to structs", ring, ErrCycle},
		{"slice in itself", slice, ErrCycle},
		{"map in itself", dict, ErrCycle},
		{"object in itself", o, ErrCycle},
		{"pointer to itself", loop, ErrCycle},
		{"interface of itself", boxed, ErrCycle},
		{"failing marshaler", []any{failing{}}, errFailing},
		{"long integer", new(big.Int).Exp(big.NewInt(10), big.NewInt(MaxIntDigits), nil), ErrNumber},
		{"very long integer", new(big.Int).Lsh(big.NewInt(1), 100_000_000), ErrNumber},
		{"bad json.Number", json.Number("1x"), ErrNumber},
	}
	for _, test := range tests {
		_, err := Of(test.v)
		e := new(ValueError)
		if !errors.Is(err, test.want) || !errors.As(err, &e) {
			t.Errorf("%s: error %v, want a *ValueError of %v", test.name, err, test.want)
		}
		if err != nil && len(err.Error()) > 400 {
			t.Errorf("%s: error of %d bytes", test.name, len(err.Error()))
		}
	}
	if _, err := Of(new(big.Int).Sub(new(big.Int).Exp(big.NewInt(10), big.NewInt(MaxIntDigits), nil), big.NewInt(1))); err != nil {
		t.Errorf("integer of %d digits: %v", MaxIntDigits, err)
	}
	if _, err := Of(json.RawMessage(`{"a":`)); err == nil || !strings.Contains(err.Error(), "line 1 column 6: expecting value") {
		t.Errorf("bad RawMessage: error %v", err)
	}
}
