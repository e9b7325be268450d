package pyjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// upper is filled in by a method.
type upper string

func (u *upper) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return errFailing
	}
	*u = upper(strings.ToUpper(string(text)))
	return nil
}

// rawText keeps the text its method gets.
type rawText struct{ Text string }

func (r *rawText) UnmarshalJSON(text []byte) error {
	r.Text = string(text)
	return nil
}

type assignTarget struct {
	Inner
	*Other
	Name    string `json:"name"`
	Ignored int    `json:"-"`
	Ptr     **int
	Any     any
	Bytes   []byte
	Array   [3]int8
	Map     map[string][]float64
	Levels  map[int16]bool
	Uppers  map[upper]upper
	Raw     rawText
	RawPtr  *rawText
	Addr    netip.Addr
	At      time.Time
	Big     *big.Int
	Num     json.Number
	Tok     Number
	Obj     *Object
	Quoted  int     `json:",string"`
	QuotedP *string `json:",string"`
}

func TestDecodeStruct(t *testing.T) {
	const text = `{
		"A": 1, "b": 2, "C": 3, "NAME": "other spelling", "name": "exact", "Ignored": 1, "unknown": [{}],
		"ptr": 5, "any": [1, 1.0, {"k": null}], "bytes": "AQID", "array": [1, -128], "map": {"m": [NaN, -Infinity, 1e400, 2]},
		"levels": {"-5": true, "32767": false}, "uppers": {"a": "b"}, "raw": {"x" :1E5}, "rawptr": [1.50], "addr": "::1",
		"at": "2025-01-02T03:04:05Z", "big": 1180591620717411303424, "num": 1.50, "tok": -0, "obj": {"z": 1, "a": 2},
		"quoted": "12", "quotedp": "\"q\""
	}`
	var got assignTarget
	if err := Decode([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	o := NewObject()
	o.Set("z", Number("1"))
	o.Set("a", Number("2"))
	want := assignTarget{
		Inner: Inner{A: 1}, Other: &Other{C: 3}, Name: "exact",
		Ptr: new(new(5)), Any: []any{int64(1), 1.0, map[string]any{"k": nil}}, Bytes: []byte{1, 2, 3}, Array: [3]int8{1, -128},
		Map: map[string][]float64{"m": {math.NaN(), math.Inf(-1), math.Inf(1), 2}}, Levels: map[int16]bool{-5: true, 32767: false},
		Uppers: map[upper]upper{"A": "B"}, Raw: rawText{`{"x": 100000.0}`}, RawPtr: &rawText{"[1.5]"}, Addr: netip.MustParseAddr("::1"),
		At: time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), Big: new(big.Int).Lsh(big.NewInt(1), 70), Num: "1.50", Tok: "-0", Obj: o,
		Quoted: 12, QuotedP: new("q"),
	}
	options := cmp.Options{
		cmp.AllowUnexported(Object{}),
		cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
		cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
		cmp.Comparer(func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }),
	}
	if diff := cmp.Diff(want, got, options); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDecodeAny(t *testing.T) {
	tests := []struct {
		text string
		want any
	}{
		{"null", nil}, {"true", true}, {`"\ud83d"`, "\xed\xa0\xbd"}, {"9223372036854775807", int64(math.MaxInt64)}, {"-0", int64(0)}, {"-0.0", math.Copysign(0, -1)},
		{"9223372036854775808", new(big.Int).Lsh(big.NewInt(1), 63)}, {"1.0", 1.0}, {"1e400", math.Inf(1)},
		{"[]", []any{}}, {"{}", map[string]any{}}, {`{"a": [{"b": 1}, {"b": 2, "b": 3}]}`, map[string]any{"a": []any{map[string]any{"b": int64(1)}, map[string]any{"b": int64(3)}}}},
	}
	for _, test := range tests {
		var got any = "old"
		if err := Decode([]byte(test.text), &got); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("Decode(%s) = %#v, %v; want %#v", test.text, got, err, test.want)
		}
	}
}

// A null leaves the zero value, and no part of the old value is kept.
func TestDecodeReplaces(t *testing.T) {
	targets := []struct {
		text      string
		old, want any // pointers
	}{
		{"null", new(5), new(0)},
		{"null", new("s"), new("")},
		{"null", new(new(5)), new((*int)(nil))},
		{"null", &[]int{1}, new([]int(nil))},
		{"null", &map[string]int{"a": 1}, new(map[string]int(nil))},
		{"null", &Inner{A: 1}, &Inner{}},
		{"null", &rawText{"old"}, &rawText{"null"}}, // as encoding/json: the method decides
		{"null", new(upper("old")), new(upper(""))},
		{"null", NewObject(), NewObject()},
		{`{"A": null, "B": 2}`, &Inner{A: 1, B: 1, Hidden: 1}, &Inner{B: 2}},
		{`{"b": 2}`, &map[string]int{"a": 1}, &map[string]int{"b": 2}},
		{"[7]", &[]int{1, 2, 3}, &[]int{7}},
		{"[]", &[]int{1}, &[]int{}},
		{"[7]", &[2]int{1, 2}, &[2]int{7, 0}},
		{"[7, 8, 9]", &[2]int{1, 2}, &[2]int{7, 8}}, // as encoding/json: the rest is dropped
		{`[1, 2]`, &[]byte{9}, &[]byte{1, 2}},
	}
	for _, test := range targets {
		if err := Decode([]byte(test.text), test.old); err != nil {
			t.Errorf("Decode(%s, %T): %v", test.text, test.old, err)
			continue
		}
		if diff := cmp.Diff(test.want, test.old, cmp.AllowUnexported(Object{})); diff != "" {
			t.Errorf("Decode(%s, %T) (-want +got):\n%s", test.text, test.old, diff)
		}
	}
}

func TestDecodeFloats(t *testing.T) {
	var f32 float32
	// Halfway but for a digit that float64 cannot hold: rounding twice is wrong.
	if err := Decode([]byte("1.000000059604644775390625000000000001"), &f32); err != nil || f32 != 1.0000001 {
		t.Errorf("float32 %v, %v", f32, err)
	}
	for text, want := range map[string]float32{"1e400": float32(math.Inf(1)), "-Infinity": float32(math.Inf(-1)), "1e-60": 0} {
		if err := Decode([]byte(text), &f32); err != nil || f32 != want {
			t.Errorf("%s: float32 %v, %v", text, f32, err)
		}
	}
}

func TestDecodeTypeErrors(t *testing.T) {
	tests := []struct {
		text   string
		target any
		path   string
		want   string // type
		got    string
	}{
		{`"x"`, new(int), "", "int", "string"},
		{"1.0", new(int), "", "int", "number 1.0"},
		{"NaN", new(int), "", "int", "number NaN"},
		{"300", new(uint8), "", "uint8", "number 300"},
		{"-129", new(int8), "", "int8", "number -129"},
		{"-1", new(uint), "", "uint", "number -1"},
		{"18446744073709551616", new(uint64), "", "uint64", "number 18446744073709551616"},
		{"1e300", new(float32), "", "float32", "number 1e300"},
		{strings.Repeat("9", 400), new(float64), "", "float64", "number " + strings.Repeat("9", 40) + "…"},
		{"1.5", new(big.Int), "", "big.Int", "number 1.5"},
		{`"1"`, new(big.Int), "", "big.Int", "string"},
		{"true", new(string), "", "string", "bool"},
		{"[]", new(bool), "", "bool", "list"},
		{"{}", new([]int), "", "[]int", "object"},
		{"[]", new(map[string]int), "", "map[string]int", "list"},
		{"[]", new(Inner), "", "pyjson.Inner", "list"},
		{"[]", NewObject(), "", "pyjson.Object", "list"},
		{`"1"`, new(Number), "", "pyjson.Number", "string"},
		{"1", new(json.Number), "", "", ""},
		{"1", new(upper), "", "pyjson.upper", "number 1"},
		{"1", new(io.Reader), "", "io.Reader", "number 1"},
		{"1", new(chan int), "", "chan int", "number 1"},
		{"1", new(complex128), "", "complex128", "number 1"},
		{`{"opt": {"layers": [1, 2, 3, "x"]}}`, new(map[string]struct{ Layers []int }), "opt.layers[3]", "int", "string"},
		{`{"a b": {"k": true}}`, new(map[string]map[string]*int), `["a b"].k`, "int", "bool"},
		{`{"x": 1}`, new(map[int]int), "x", "int", `key "x"`},
		{`{"256": 1}`, new(map[uint8]int), "256", "uint8", `key "256"`},
		{`{"1": 1}`, new(map[float64]int), "1", "float64", `key "1"`},
		{`{"Q": 1}`, new(struct {
			Q int `json:",string"`
		}), "Q", "int", "number 1"},
		{`{"Q": "\"1\""}`, new(struct {
			Q int `json:",string"`
		}), "Q", "int", "string"},
		{`[[true]]`, new([]([2]string)), "[0][0]", "string", "bool"},
	}
	for _, test := range tests {
		err := Decode([]byte(test.text), test.target)
		if test.want == "" {
			if err != nil {
				t.Errorf("Decode(%.40s, %T): %v", test.text, test.target, err)
			}
			continue
		}
		e := new(TypeError)
		if !errors.As(err, &e) {
			t.Errorf("Decode(%.40s, %T) = %v, want a *TypeError", test.text, test.target, err)
			continue
		}
		if e.Path != test.path || e.Want.String() != test.want || e.Got != test.got {
			t.Errorf("Decode(%.40s, %T): path %s, want %s, got %s; should be %s, %s, %s", test.text, test.target, e.Path, e.Want, e.Got, test.path, test.want, test.got)
		}
	}
	err := Decode([]byte(`{"A": "x"}`), new(Inner))
	if want := `read JSON at "A": cannot store string in Go type int`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestDecodeFailures(t *testing.T) {
	type hidden struct{ H int }
	type outer struct{ *hidden }
	tests := []struct {
		text   string
		target any
		want   string
	}{
		{"[1,", new(any), "line 1 column 4: expecting value"},
		{`[""]`, new([]upper), `convert JSON at "[0]": unmarshal pyjson.upper: it fails`},
		{`{"": 1}`, new(map[upper]int), `convert JSON at "[\"\"]": unmarshal key pyjson.upper: it fails`},
		{`{"H": 1}`, new(outer), `convert JSON at "H": embedded pointer to unexported pyjson.hidden cannot be set`},
		{`["!"]`, new([][]byte), `convert JSON at "[0]": read base64: illegal base64 data at input byte 0`},
		{`{"Q": "x"}`, new(struct {
			Q int `json:",string"`
		}), `convert JSON at "Q": read quoted value: line 1 column 1: expecting value`},
		{"1", nil, "read JSON: target is not a pointer to a value: <nil>"},
		{"1", 5, "read JSON: target is not a pointer to a value: int"},
		{"1", (*int)(nil), "read JSON: target is not a pointer to a value: *int"},
	}
	for _, test := range tests {
		if err := Decode([]byte(test.text), test.target); err == nil || err.Error() != test.want {
			t.Errorf("Decode(%s, %T) = %v, want %s", test.text, test.target, err, test.want)
		}
	}
	if err := Assign(nil, nil); !errors.Is(err, ErrTarget) {
		t.Errorf("error %v, want ErrTarget", err)
	}
}

// An error leaves the whole target as it was.
func TestDecodeAllOrNothing(t *testing.T) {
	got := assignTarget{Name: "old", Map: map[string][]float64{"a": {1}}}
	want := assignTarget{Name: "old", Map: map[string][]float64{"a": {1}}}
	if err := Decode([]byte(`{"name": "new", "map": {"a": [2]}, "array": [300]}`), &got); err == nil {
		t.Fatal("no error")
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("target is %+v", got)
	}
}

func TestAssignGoValue(t *testing.T) {
	var got struct{ A []float64 }
	if err := Assign(map[string]any{"a": []int{1, 2}}, &got); err != nil || !reflect.DeepEqual(got.A, []float64{1, 2}) {
		t.Errorf("got %v, %v", got, err)
	}
	var x any
	if err := Assign([]any{uint8(1), []string{"s"}}, &x); err != nil || !reflect.DeepEqual(x, []any{int64(1), []any{"s"}}) {
		t.Errorf("got %#v, %v", x, err)
	}
	if err := Assign(make(chan int), &x); err == nil {
		t.Error("a channel was assigned")
	}
}

func TestAssignDepth(t *testing.T) {
	text := strings.Repeat("[", MaxReadDepth-1) + strings.Repeat("]", MaxReadDepth-1)
	type list []list
	for _, target := range []any{new(any), new(list)} {
		if err := Decode([]byte(text), target); err != nil {
			t.Errorf("%T: %v", target, err)
		}
	}
	cycle := []any{nil}
	cycle[0] = cycle
	type pointer *pointer
	for _, test := range []struct{ tree, target any }{{cycle, new(any)}, {cycle, new(list)}, {true, new(pointer)}} {
		err := Assign(test.tree, test.target)
		if !errors.Is(err, ErrTooDeep) || len(fmt.Sprint(err)) > 400 {
			t.Errorf("%T: error %.400v, want ErrTooDeep", test.target, err)
		}
	}
}
