package pyjson

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, text, key, want string // want "": not there
	}{
		{"first", `{"a": 1, "b": 2}`, "a", "1"},
		{"last", `{"a": 1, "b": 2}`, "b", "2"},
		{"absent", `{"a": 1, "b": 2}`, "c", ""},
		{"empty object", ` { } `, "a", ""},
		{"empty key", `{"": [], "a": 1}`, "", "[]"},
		{"of an inner object", `{"x": {"a": 1}}`, "a", ""},
		{"behind an inner object", `{"x": {"a": 1}, "a": {"b": [1, 2]}}`, "a", `{"b": [1, 2]}`},
		{"repeated", `{"a": 1, "b": 2, "a": [3]}`, "a", "[3]"},
		{"escaped key", `{"\u0061": 1}`, "a", "1"},
		{"surrogate pair", `{"\ud83d\ude00": 1}`, "😀", "1"},
		{"key as it is written", `{"\u0061": 1}`, `\u0061`, ""},
		{"prefix", `{"ab": 1}`, "a", ""},
		{"name of a number", "{\"a\":\n\tNaN\n}", "a", "NaN"},
		{"string", `{"a": "x\"}"}`, "a", `"x\"}"`},
		{"list", `["a", 1]`, "a", ""},
		{"string only", `"a"`, "a", ""},
		{"blanks around", "\n {\"a\" : 1 } \n", "a", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := Find([]byte(c.text), c.key)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.text[at.Start:at.End]; got != c.want {
				t.Errorf("Find(%q, %q) is %q, want %q", c.text, c.key, got, c.want)
			}
		})
	}
}

// What Parse refuses, Find refuses with the same error: also mistakes behind
// the key, as the last one of a name counts.
func TestFindSyntax(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{`, `{"a"`, `{"a":`, `{"a": 1`, `{"a": 1,`, `{"a": 1,}`, `{"a": 1 "b": 2}`, `{"a": tru}`, `{"a": 1}]`,
		`{"a": 1, "b": [1}`, `{"a": 1, "b": "\x"}`, `{a: 1}`, `[1, ]`, "\ufeff{}", "{\"a\": \"\xff\"}",
		`{"a": 1, "b": ` + strings.Repeat("9", MaxIntDigits+1) + `}`,
		`{"a": ` + strings.Repeat("[", MaxReadDepth) + strings.Repeat("]", MaxReadDepth) + `}`,
	} {
		_, parseErr := Parse([]byte(text))
		want := new(SyntaxError)
		if !errors.As(parseErr, &want) {
			t.Fatalf("Parse(%.40q) = %v", text, parseErr)
		}
		at, err := Find([]byte(text), "a")
		got := new(SyntaxError)
		if !errors.As(err, &got) || *got != *want || at != (Span{}) {
			t.Errorf("Find(%.40q) = %v, %v, Parse says %v", text, at, err, parseErr)
		}
	}
	deepest := `{"a": ` + strings.Repeat("[", MaxReadDepth-1) + strings.Repeat("]", MaxReadDepth-1) + `}`
	if at, err := Find([]byte(deepest), "a"); err != nil || at.End != len(deepest)-1 {
		t.Errorf("deepest object: %v, %v", at, err)
	}
}

func TestFindDoesNotAllocate(t *testing.T) {
	data := []byte(`{"accuracy": 0.5, "loss": [1, 2, {"x": null}], "auroc": 0.75}`)
	allocs := testing.AllocsPerRun(100, func() {
		if at, err := Find(data, "auroc"); err != nil || at.End == 0 {
			t.Fatal(at, err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// Find and Parse must agree on what is JSON, and on what a key has.
func FuzzFind(f *testing.F) {
	addTexts(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, parseErr := Parse(data)
		o, _ := tree.(*Object)
		for _, key := range append(o.Keys(), "name", "no such key") {
			at, err := Find(data, key)
			if (err == nil) != (parseErr == nil) {
				t.Fatalf("Parse says %v, Find %v", parseErr, err)
			}
			want, ok := o.Get(key)
			if ok != (at != Span{}) {
				t.Fatalf("key %q at %v, Parse has it: %v", key, at, ok)
			}
			if !ok {
				continue
			}
			if got, err := Parse(data[at.Start:at.End]); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("key %q is %v, %v, Parse has %v", key, got, err, want)
			}
		}
	})
}
