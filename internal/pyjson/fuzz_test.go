package pyjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func addTexts(f *testing.F) {
	for _, text := range []string{
		"", " ", "[]", "{}", "[1, 2]", `{"name": 1}`, `[{"name": "é", "x": [1.50, NaN]}, {"name": null, "name": {}}]`,
		`[{"n\u0061me": "\ud83d"}]`, `[{"name": tru}, {"a": 1,}, {}]`, "[1e400, -0, -0.0, 1E5]", `["\ud83d\ude00"]`,
		"[\"\xff\"]", "[{\"a\": \"\xed\xa0\x80\"}]", "\ufeff[]", "[1}", "[[[[[[1]]]]]]", "[1 2]", "[01]", "[\"\t\"]",
		strings.Repeat("[", 70), strings.Repeat("[", 70) + strings.Repeat("]", 70), strings.Repeat("9", 4301),
	} {
		f.Add([]byte(text))
	}
	for _, text := range randomTexts(rand.New(rand.NewPCG(1, 2)), 50) {
		f.Add([]byte("[" + text + "]"))
	}
}

func FuzzParse(f *testing.F) {
	addTexts(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data)
		if valid := Valid(data); (valid == nil) != (err == nil) {
			t.Fatalf("Parse says %v, Valid %v", err, valid)
		}
		if err != nil {
			e := new(SyntaxError)
			if !errors.As(err, &e) || e.Offset > int64(len(data)) || e.Line < 1 || e.Column < 1 {
				t.Fatalf("odd error %#v", err)
			}
			return
		}
		text, err := Append(nil, v, nil)
		if err != nil {
			if !errors.Is(err, ErrTooDeep) {
				t.Fatal(err)
			}
			return
		}
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("own text %q: %v", text, err)
		}
		text2, err := Append(nil, again, nil)
		if err != nil || !bytes.Equal(text, text2) {
			t.Fatalf("%q is written again as %q, %v", text, text2, err)
		}
		if got, err := Of(v); err != nil || mustAppend(t, got, nil) != string(text) {
			t.Fatalf("Of(%q) = %v, %v", text, got, err)
		}
	})
}

// Split and Parse must agree on what is JSON, and on what is in it.
func FuzzSplit(f *testing.F) {
	addTexts(f)
	keys := NewKeys("name", "a", "")
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, parseErr := Parse(data)
		list, isList := tree.([]any)
		if o, ok := tree.(*Object); ok && o.Len() == 0 {
			isList = true
		}
		n, broken, last := 0, false, 1
		err := Split(data, keys, func(r *Record) error {
			if r.Start < last || r.End <= r.Start || r.End >= len(data) {
				t.Fatalf("record %d is %d to %d, the one before ends at %d", n, r.Start, r.End, last)
			}
			last = r.End
			if r.Err != nil {
				broken = true
			} else if parseErr == nil {
				checkRecord(t, data, r, list[n])
			} else if err := Valid(data[r.Start:r.End]); err != nil && !strings.Contains(err.Error(), "digits") {
				t.Fatalf("record %d: %v", n, err)
			}
			n++
			return nil
		})
		switch ok := err == nil && !broken; {
		case parseErr == nil && ok != isList:
			t.Fatalf("Parse accepts it as %T, Split says %v, broken %v", tree, err, broken)
		case parseErr == nil && ok && n != len(list):
			t.Fatalf("%d records, Parse has %d", n, len(list))
		case parseErr != nil && ok && !strings.Contains(parseErr.Error(), "digits"):
			t.Fatalf("Split accepts it, Parse says %v", parseErr)
		}
	})
}

func checkRecord(t *testing.T, data []byte, r *Record, want any) {
	t.Helper()
	got, err := Parse(data[r.Start:r.End])
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("record is %v, %v, Parse has %v", got, err, want)
	}
	o, isObject := want.(*Object)
	if isObject != r.Object {
		t.Fatalf("record Object is %v for %T", r.Object, want)
	}
	for k, span := range r.Values {
		want, ok := o.Get([]string{"name", "a", ""}[k])
		if ok != (span != Span{}) {
			t.Fatalf("key %d: span %v, Parse has it: %v", k, span, ok)
		}
		if !ok {
			continue
		}
		if got, err := Parse(data[span.Start:span.End]); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("key %d is %v, %v, Parse has %v", k, got, err, want)
		}
	}
}

// Of what both accept, Decode and encoding/json must make the same.
func FuzzDecode(f *testing.F) {
	type inner struct {
		A, B int
		C    *inner
	}
	type target struct {
		inner
		Bool   bool
		Int8   int8
		Uint16 uint16
		F32    float32
		F64    *float64
		Str    string
		Bytes  []byte
		List   []int
		Pair   [2]string
		Quoted int `json:",string"`
		Raw    json.RawMessage
		Num    json.Number
		Tagged *inner `json:"x-y,omitempty"`
	}
	for _, text := range []string{
		`{"bool": true, "INT8": -128, "Uint16": 65535, "F32": 1.1, "F64": 2, "Str": "é", "Bytes": "AQI=", "List": [1, 2], "Pair": ["a"], "Quoted": "12"}`,
		`{"a": 1, "C": {"A": 2, "C": null}, "x-y": {}, "Raw": 1, "Num": 1.50}`,
		`{"Int8": 128}`, `{"List": [1.5]}`, `{"Pair": ["a", "b", "c"]}`, `{"Quoted": 12}`, `{"Bytes": "!"}`, `null`, `[]`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var natural any
		if err := Decode(data, &natural); err == nil {
			if _, err := Of(natural); err != nil && !errors.Is(err, ErrTooDeep) {
				t.Fatal(err)
			}
		}
		var got, want target
		err := Decode(data, &got)
		if err != nil && !reflect.DeepEqual(got, target{}) {
			t.Fatalf("assigned in spite of %v", err)
		}
		// Surrogates differ by design, and so does what is left of a value
		// that a repeated key replaces.
		if err != nil || json.Unmarshal(data, &want) != nil || bytes.Contains(bytes.ToLower(data), []byte(`\ud`)) || repeatsKeys(data) {
			return
		}
		if got.Raw != nil { // the text is that of Append
			got.Raw, want.Raw = nil, nil
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(target{}, inner{})); diff != "" {
			t.Fatalf("-encoding/json +Decode:\n%s", diff)
		}
	})
}

// repeatsKeys reports whether any two keys of the text, wherever they are, are
// equal but for case.
func repeatsKeys(data []byte) bool {
	seen := map[string]bool{}
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		if s, ok := token.(string); ok {
			s = strings.ToLower(strings.ToUpper(s))
			if seen[s] {
				return true
			}
			seen[s] = true
		}
	}
}
