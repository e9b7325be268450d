package record

import (
	"fmt"
	"maps"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// fromText returns the one record of a manifest made of the given keys, whose
// values are JSON, and those it cannot be without.
func fromText(t *testing.T, keys map[string]string) *Record {
	t.Helper()
	all := map[string]string{"name": `"n"`, "created_at": `"2025-01-03T08:00:00"`, "last_updated": `"2025-01-03T08:00:00"`}
	maps.Copy(all, keys)
	var members []string
	for key, value := range all {
		members = append(members, fmt.Sprintf("%q: %s", key, value))
	}
	text := []byte("[{" + strings.Join(members, ", ") + "}]")
	r := &Record{}
	if err := pyjson.Split(text, Keys, func(at *pyjson.Record) error { return FromText(r, new(Spans), text, at) }); err != nil {
		t.Fatal(err)
	}
	return r
}

// One metric or parameter is the same whether it is found in the text, among
// all that were decoded, or in the body.
func TestOneField(t *testing.T) {
	for _, c := range []struct {
		name, object string
		field        string
		want         string // JSON; "": not there
	}{
		{"float", `{"a": 1.50, "b": 2}`, "a", "1.5"},
		{"integer", `{"a": 1.5, "b": 2}`, "b", "2"},
		{"large integer", `{"a": 123456789012345678901234567890}`, "a", "123456789012345678901234567890"},
		{"list", `{"a": [1, 2.0]}`, "a", "[1, 2.0]"},
		{"null", `{"a": null}`, "a", "null"},
		{"not a number", `{"a": NaN}`, "a", "NaN"},
		{"infinity", `{"a": Infinity}`, "a", "Infinity"},
		{"below all numbers", `{"a": -Infinity}`, "a", "-Infinity"},
		{"minus nought", `{"a": -0}`, "a", "0"},
		{"text", `{"a": "1"}`, "a", `"1"`},
		{"truth", `{"a": true}`, "a", "true"},
		{"object", `{"a": {"a": 1}}`, "a", `{"a": 1}`},
		{"absent", `{"a": 1}`, "b", ""},
		{"repeated", `{"a": 1, "b": 2, "a": 3}`, "a", "3"},
		{"escaped", `{"\u00e9": 1}`, "é", "1"},
		{"inner", `{"x": {"a": 1}}`, "a", ""},
		{"no object", `[1]`, "a", ""},
		{"empty", `{}`, "a", ""},
		{"too long an integer beside it", `{"a": 1, "b": ` + strings.Repeat("9", pyjson.MaxIntDigits+1) + `}`, "a", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fromText(t, map[string]string{"metrics": c.object, "parameters": c.object})
			want, err := strconv.ParseFloat(c.want, 64)
			check := func(when string) {
				t.Helper()
				if x, ok := r.MetricNumber(c.field); ok != (err == nil) || ok && x != want && !math.IsNaN(x+want) {
					t.Errorf("%s %s: the number is %v, %v, want %v, %v", when, c.name, x, ok, want, err)
				}
				for which, find := range map[string]func(string) (Value, bool){"metric": r.Metric, "parameter": r.Parameter} {
					v, ok := find(c.field)
					if ok != (c.want != "") {
						t.Fatalf("%s %s: %s found: %v", when, c.name, which, ok)
					}
					if !ok {
						continue
					}
					text, err := pyjson.Append(nil, v.Tree(), nil)
					if err != nil || string(text) != c.want {
						t.Errorf("%s %s: %s is %s, %v, want %s", when, c.name, which, text, err, c.want)
					}
				}
			}
			check("in the text")
			r.Metrics()
			r.Parameters()
			check("among all")
			r.Body()
			check("in the body")
		})
	}
	if _, ok := fromText(t, nil).Metric("a"); ok {
		t.Error("a record without metrics has one")
	}
}

// Looking for one number in each of many records must leave nothing behind.
func TestOneFieldKeepsNothing(t *testing.T) {
	r := fromText(t, map[string]string{"metrics": `{"a": 1.5, "b": [1, 2, 3], "c": {"d": "e"}}`})
	if _, ok := r.Metric("a"); !ok {
		t.Fatal("not found")
	}
	if n := r.Pending(); n != 0 {
		t.Errorf("%d artifacts of a record that was read are pending", n)
	}
	if r.metrics.Load() != nil || r.body.Load() != nil {
		t.Error("the metrics were decoded")
	}
	if n := testing.AllocsPerRun(10, func() { r.MetricNumber("a") }); n != 0 {
		t.Errorf("%v allocations for a number, want none", n)
	}
}

func TestHasSlug(t *testing.T) {
	for _, c := range []struct {
		json, slug string
		want       bool
	}{
		{`"abc"`, "abc", true},
		{`"abc"`, "abd", false},
		{`"abc"`, "ab", false},
		{`"abc"`, "abcd", false},
		{`""`, "", true},
		{`"\u0061bc"`, "abc", true},
		{`"\u0061bc"`, "abd", false},
		{`"\u0061bc"`, `\u0061bc`, false},
		{`"\\"`, `\\`, false},
		{`"\\"`, `\`, true},
		{`"a\/b"`, "a/b", true},
		{`"\ud83d\ude00"`, "😀", true},
		{`"é"`, "é", true},
	} {
		r := fromText(t, map[string]string{"slug": c.json, "short_slug": c.json})
		if got := r.HasSlug(c.slug); got != c.want {
			t.Errorf("slug %s is %q: %v", c.json, c.slug, got)
		}
		if got := r.HasShortSlug(c.slug); got != c.want {
			t.Errorf("short slug %s is %q: %v", c.json, c.slug, got)
		}
	}
}

// A series is written as the list of its floats, and reads as one.
func TestSeries(t *testing.T) {
	v := Series([]float64{1, 0.5, 1e300})
	want := []any{pyjson.Number("1.0"), pyjson.Number("0.5"), pyjson.Number("1e+300")}
	if diff := cmp.Diff(any(want), v.Tree()); diff != "" {
		t.Errorf("tree:\n%s", diff)
	}
	f := pyjson.Format{Indent: manifest.Indent, Level: 1}
	got, err := v.append(nil, &f)
	if err != nil {
		t.Fatal(err)
	}
	if want := "[\n        1.0,\n        0.5,\n        1e+300\n    ]"; string(got) != want {
		t.Errorf("text is %s, want %s", got, want)
	}
	if _, ok := v.Float64(); ok {
		t.Error("a series is no number")
	}
	if _, ok := v.Int64(); ok {
		t.Error("a series is no integer")
	}
}

// A cell that was set lets go of the record it began with, and so of the manifest
// which that was read from.
func TestCellLetsGo(t *testing.T) {
	released := make(chan struct{})
	first := FromBody(&Body{Slug: "a"})
	runtime.AddCleanup(first, func(done chan struct{}) { close(done) }, released)
	c := NewCell(first, nil)
	c.Set(FromBody(&Body{Slug: "b"}), nil)
	for range 100 {
		runtime.GC()
		select {
		case <-released:
			if got := c.Record().Slug(); got != "b" {
				t.Errorf("the cell holds %q", got)
			}
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Errorf("the cell holds %q, and still the record before it", c.Record().Slug())
}
