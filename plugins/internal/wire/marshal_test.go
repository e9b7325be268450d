package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

type node struct {
	Name string
	Next *node
}

type selfPointer *selfPointer

type failing struct{}

func (failing) MarshalText() ([]byte, error) { return nil, errors.New("no text today") }

type deepJSON struct{}

func (deepJSON) MarshalJSON() ([]byte, error) {
	return []byte(strings.Repeat("[", 300) + strings.Repeat("]", 300)), nil
}

type foreignTag struct{}

func (foreignTag) MarshalCBOR() ([]byte, error) { return []byte{0xd8, 0x25, 0x41, 0}, nil } // tag 37

func ring() *node {
	n := &node{Name: "a"}
	n.Next = &node{Name: "b", Next: n}
	return n
}

func selfMap() map[string]any {
	m := map[string]any{}
	m["again"] = m
	return m
}

func pointerRing() any {
	var p selfPointer
	p = &p
	return p
}

func nested(levels int) any {
	var v any = 1
	for range levels {
		v = []any{v}
	}
	return v
}

func TestMarshalRefuses(t *testing.T) {
	tests := []struct {
		name string
		v    any
		path string
		text string // in the reason
	}{
		{"chan", make(chan int), "", "chan int"},
		{"func", func() {}, "", "func()"},
		{"complex", []complex128{1}, "[0]", "complex128"},
		{"uintptr", uintptr(1), "", "uintptr"},
		{"chan in a map", map[string]any{"rows": []any{1, map[string]any{"loss": make(chan int)}}}, "rows[1].loss", "chan int"},
		{"key with blanks", map[string]any{"a b": func() {}}, `["a b"]`, "func()"},
		{"long key", map[string]any{strings.Repeat("é", 60): func() {}}, `["` + strings.Repeat("é", 40) + `…"]`, "func()"},
		{"field by its tag", struct {
			X []any `json:"x"`
		}{[]any{1, func() {}}}, "x[1]", "func()"},
		{"field of an embedded struct", struct{ inner }{inner{Any: 1i}}, "any", "complex128"},
		{"number as key", map[int]any{3: 1i}, "[3]", "complex128"},
		{"text", []string{"a", "\xff"}, "[1]", "UTF-8"},
		{"text in an any", map[string]any{"a": "\xff"}, "a", "UTF-8"},
		{"key", map[string]int{"\xff": 1}, `["\xff"]`, "UTF-8"},
		{"key of objects", map[string]any{"\xff": 1}, `["\xff"]`, "UTF-8"},
		{"struct as key", map[struct{ A int }]int{{1}: 1}, "", "keys of type"},
		{"struct as key in any", map[any]any{struct{ A int }{1}: 1}, "[struct { A int }]", "key of type"},
		{"nil as key", map[any]any{nil: 1}, "[interface {}]", "nil"},
		{"file", []any{os.Stdin}, "[0]", "no exported fields"},
		{"buffer", map[string]any{"x": bytes.NewBufferString("text")}, "x", "no exported fields"},
		{"offset of seconds", []any{time.Date(1900, 1, 1, 0, 0, 0, 0, time.FixedZone("LMT", 1172))}, "[0]", "whole minutes"},
		{"year", []any{1, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, "[1]", "year"},
		{"MarshalText fails", map[string]any{"x": []failing{{}}}, "x[0]", "no text today"},
		{"MarshalCBOR has another tag", foreignTag{}, "", "tag 37"},
		{"MarshalJSON nests", deepJSON{}, "", "256 levels"},
		{"struct ring", ring(), "", "contains itself"},
		{"map ring", selfMap(), "", "contains itself"},
		{"pointer ring", pointerRing(), "", "contains itself"},
		{"257 levels", nested(257), "", "256 levels"},
		{"number that is none", []any{json.Number("1x")}, "[0]", "no number"},
		{"number too large", []any{json.Number("1e999")}, "[0]", "too large"},
		{"number too long", []any{json.Number(strings.Repeat("9", 20_000))}, "[0]", "10000 digits"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Marshal(test.v)
			if !errors.Is(err, artifacts.ErrUnsupportedValue) {
				t.Fatalf("the error is %v", err)
			}
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Path != test.path || !strings.Contains(e.Reason, test.text) {
				t.Errorf("the error is %q, want the path %q and %q", err, test.path, test.text)
			}
		})
	}
}

func TestMarshalTakes(t *testing.T) {
	type locked struct {
		sync.Mutex
		X int
	}
	var none *node
	for _, v := range []any{
		nested(256), none, []any{none}, map[any]any{1.5: 1, "a": 2, true: 3}, &locked{X: 1}, struct{}{},
		&node{Name: "a", Next: &node{}}, []fmt.Stringer{time.Second}, cbor.RawMessage{0x01}, map[time.Duration]int{1: 1},
	} {
		data, err := Marshal(v)
		if err != nil {
			t.Errorf("Marshal %T: %v", v, err)
			continue
		}
		var back any
		if err := Unmarshal(data, &back); err != nil {
			t.Errorf("Unmarshal %T: %v", v, err)
		}
	}
}

// What is replaced on the way is not replaced in the caller's value.
func TestMarshalLeavesValue(t *testing.T) {
	type row struct{ A, B any }
	number := json.Number("1")
	value := map[string]any{
		"list": []any{number}, "rows": []row{{number, 2}}, "p": &row{A: number}, "typed": map[string][2]any{"x": {number}},
	}
	before := fmt.Sprintf("%#v %#v", value["list"], *value["p"].(*row))
	data, err := Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if after := fmt.Sprintf("%#v %#v", value["list"], *value["p"].(*row)); after != before {
		t.Errorf("the value was %s, is %s", before, after)
	}
	var got any
	if err := Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(got); strings.Contains(text, `"`) || !strings.Contains(text, "list:[1]") || !strings.Contains(text, "typed:map[x:[1 <nil>]]") {
		t.Errorf("the value crosses as %s", text)
	}
}

func TestMarshalIsDeterministic(t *testing.T) {
	value := make(map[string]any)
	for i := range 200 {
		value[fmt.Sprint("key", i*7919)] = map[int]string{i: "x", -i - 1: "y", i + 1000: "z"}
	}
	first, err := Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := Marshal(value); err != nil || !bytes.Equal(first, again) {
			t.Fatalf("another encoding of the same value differs: %v", err)
		}
	}
}

func TestCheckType(t *testing.T) {
	type tree struct {
		Children []tree
		Leaf     any
	}
	type bad struct {
		Rows []struct {
			Result chan int `json:"result"`
		} `json:"rows"`
	}
	type hidden struct {
		A    int
		_    chan int
		Left chan int `json:"-"`
	}
	good := []any{
		nil, 1, "", 1.5, []byte{}, tree{}, &tree{}, map[string]tree{}, hidden{}, time.Time{}, []any{}, map[time.Duration]bool{},
		func(func(tree) bool) {}, func(func(hidden, error) bool) {}, json.RawMessage{},
	}
	for _, v := range good {
		if err := CheckType(reflect.TypeOf(v)); err != nil {
			t.Errorf("CheckType %T: %v", v, err)
		}
	}
	refused := []struct {
		v    any
		path string
	}{
		{bad{}, "rows[].result"},
		{[]map[string]*bad{}, "[][].rows[].result"},
		{func(func(bad, error) bool) {}, "[].rows[].result"},
		{1i, ""},
		{map[struct{ A int }]int{}, ""},
		{os.Stdin, ""},
		{func(int) {}, ""},
	}
	for _, test := range refused {
		for range 2 { // the second answer is from memory
			err := CheckType(reflect.TypeOf(test.v))
			e, ok := errors.AsType[*Error](err)
			if !ok || !errors.Is(err, artifacts.ErrUnsupportedValue) || e.Path != test.path {
				t.Errorf("CheckType %T: %v, want the path %q", test.v, err, test.path)
			}
		}
	}
}
