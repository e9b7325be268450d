package params_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// random returns a value of the kinds that JSON knows, from few enough texts and
// numbers that two values are often equal, or differ in one place only.
func random(r *rand.Rand, depth int) any {
	kinds := 6
	if depth == 0 {
		kinds = 4
	}
	switch r.IntN(kinds) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return []float64{0, 1, -1, 0.1, 1e21, 1e-7, 1 << 53, 123456.789}[r.IntN(8)]
	case 3:
		return randomText(r)
	case 4:
		list := []any{}
		for range r.IntN(3) {
			list = append(list, random(r, depth-1))
		}
		return list
	default:
		m := map[string]any{}
		for range r.IntN(3) {
			m[randomText(r)] = random(r, depth-1)
		}
		return m
	}
}

func randomText(r *rand.Rand) string {
	return []string{"", "a", "b", "NaN", "1", "$float", "$$float", "$int", "\u20ac", "\U0001f600", "\ufb33", "\"", "\x01"}[r.IntN(13)]
}

// TestDifferences: two values have one text if, and only if, they have one JSON.
// Package json is the judge: of these values it shows all there is to them.
func TestDifferences(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	texts := map[string]string{} // JSON by canonical text
	jsons := map[string]string{} // the other way round
	for range 50_000 {
		v := random(r, 3)
		canonical, err := params.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if known, ok := texts[string(canonical)]; ok && known != string(text) {
			t.Fatalf("%s stands for %s and for %s", canonical, known, text)
		}
		if known, ok := jsons[string(text)]; ok && known != string(canonical) {
			t.Fatalf("%s is both %s and %s", text, known, canonical)
		}
		texts[string(canonical)], jsons[string(text)] = string(text), string(canonical)
	}
	if len(texts) < 5000 {
		t.Errorf("only %d values: the test does not see enough", len(texts))
	}
}

// TestOrder: neither the order of fields nor that of a map plays a part.
func TestOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		names := r.Perm(8)
		fields := make([]reflect.StructField, len(names))
		for i, n := range names {
			fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", n), Type: reflect.TypeFor[int]()}
		}
		v := reflect.New(reflect.StructOf(fields)).Elem()
		m := map[string]int{}
		for i, n := range names {
			v.Field(i).SetInt(int64(n))
			m[fields[i].Name] = n
		}
		want := `{"F0":0,"F1":1,"F2":2,"F3":3,"F4":4,"F5":5,"F6":6,"F7":7}`
		for _, v := range []any{v.Interface(), m} {
			if got, err := params.Append(nil, v); err != nil || string(got) != want {
				t.Fatalf("%v: %s (%v)", names, got, err)
			}
		}
	}
}

// TestAgain: the canonical form of a canonical text is the text, however it was
// laid out meanwhile.
func TestAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		text, err := params.Append(nil, map[string]any{"v": random(r, 4), "f": r.NormFloat64(), "whole": math.Trunc(math.Ldexp(r.NormFloat64(), r.IntN(80))), "n": r.Uint64()})
		if err != nil {
			t.Fatal(err)
		}
		indented, err := json.MarshalIndent(json.RawMessage(text), "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		again, err := params.Canonical(indented)
		if err != nil || string(again) != string(text) {
			t.Fatalf("%s became %s (%v)", text, again, err)
		}
	}
	if got, err := params.Canonical([]byte(`{"b": 1e-07, "a": 1.0}`)); err != nil || string(got) != `{"a":1,"b":1e-7}` {
		t.Errorf("other spellings of numbers: %s (%v)", got, err)
	}
}

// FuzzJSON: whatever text a value gives for itself is refused or has a canonical
// form, which means the same and is its own.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.50,1e400,-0],"$x":"\ud83d\ude00"}`, `{"a":1,"a":2}`, `"\ud800"`, `[[[[]]]]`, ` null `, `1 2`, "\"\\\\ufffd\\ud800\"", "\"\xff\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := params.Append(nil, json.RawMessage(data))
		if err != nil {
			return
		}
		again, err := params.Canonical(text)
		if err != nil || string(again) != string(text) {
			t.Fatalf("%s became %s (%v)", text, again, err)
		}
		if _, err := params.Value(text); err != nil {
			t.Fatalf("%s has no value: %v", text, err)
		}
		if strings.Contains(string(data), "$") || strings.Contains(string(text), "$") {
			return // escaped
		}
		var v, w any
		if json.Unmarshal(data, &v) != nil || json.Unmarshal(text, &w) != nil || !reflect.DeepEqual(v, w) {
			t.Fatalf("%s and %s are not the same JSON", data, text)
		}
	})
}
