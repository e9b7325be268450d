package experiment_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
)

var values = cmp.Options{cmpopts.EquateNaNs(), cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })}

func bigInt(text string) *big.Int {
	n, _ := new(big.Int).SetString(text, 10)
	return n
}

type point struct {
	X   int     `json:"x"`
	Y   float64 `json:"y"`
	off int
}

type level int

func (l level) MarshalText() ([]byte, error) { return []byte{'l', byte('0' + l)}, nil }

// E7, E8, E22, E23 and the table of JSON texts: what a value becomes, in memory
// and in the file.
func TestValues(t *testing.T) {
	zone := time.FixedZone("", 3600)
	cases := []struct {
		name  string
		value any    // logged as a parameter
		text  string // Python's spelling of it
		any   any    // what a *any gets
	}{
		{"null", nil, "null", nil},
		{"bool", true, "true", true},
		{"int", 1, "1", int64(1)},
		{"float that is whole", 1.0, "1.0", 1.0},
		{"float32", float32(0.5), "0.5", 0.5},
		{"negative zero", math.Copysign(0, -1), "-0.0", math.Copysign(0, -1)},
		{"large float", 1e16, "1e+16", 1e16},
		{"small float", 0.00001, "1e-05", 0.00001},
		{"NaN", math.NaN(), "NaN", math.NaN()},
		{"infinity", math.Inf(1), "Infinity", math.Inf(1)},
		{"negative infinity", math.Inf(-1), "-Infinity", math.Inf(-1)},
		{"largest uint64", uint64(math.MaxUint64), "18446744073709551615", bigInt("18446744073709551615")},
		{"big integer", bigInt("-1180591620717411303424"), "-1180591620717411303424", bigInt("-1180591620717411303424")},
		{"json.Number", json.Number("1E5"), "100000.0", 100000.0},
		{"string", "é\"<😀\n", `"\u00e9\"<\ud83d\ude00\n"`, "é\"<😀\n"},
		{"list", []int{1, 2}, "[1, 2]", []any{int64(1), int64(2)}},
		{"array", [2]float64{1, 2}, "[1.0, 2.0]", []any{1.0, 2.0}},
		{"empty list", []string{}, "[]", []any{}},
		{"map", map[string]int{"b": 1, "a": 2}, `{"a": 2, "b": 1}`, map[string]any{"a": int64(2), "b": int64(1)}},
		{"map with int keys", map[int]bool{10: true}, `{"10": true}`, map[string]any{"10": true}},
		{"struct", point{1, 2, 3}, `{"x": 1, "y": 2.0}`, map[string]any{"x": int64(1), "y": 2.0}},
		{"pointer", &point{}, `{"x": 0, "y": 0.0}`, map[string]any{"x": int64(0), "y": 0.0}},
		{"text marshaler", level(3), `"l3"`, "l3"},
		{"raw JSON", json.RawMessage(`{"b":[1,2.50],"a":null}`), `{"b": [1, 2.5], "a": null}`, map[string]any{"b": []any{int64(1), 2.5}, "a": nil}},
		{"time", time.Date(2025, 1, 2, 4, 4, 5, 999, zone), `"2025-01-02T03:04:05"`, "2025-01-02T03:04:05"}, // E2
		{"time inside", map[string]any{"at": time.Date(2025, 1, 2, 4, 4, 5, 0, zone)}, `{"at": "2025-01-02T03:04:05"}`,
			map[string]any{"at": "2025-01-02T03:04:05"}},
	}
	for where, x := range logged(t, func(d *experiment.Draft) error {
		for _, c := range cases {
			noError(t, d.LogParameter(c.name, c.value))
			noError(t, d.LogMetricValue(c.name, c.value))
		}
		return d.LogTest("part", "", func(td *experiment.TestDraft) error {
			for _, c := range cases {
				noError(t, errors.Join(td.LogParameter(c.name, c.value), td.LogMetricValue(c.name, c.value)))
			}
			return nil
		})
	}) {
		test, _ := x.Test("part")
		for _, c := range cases {
			var got any
			noError(t, x.Parameter(c.name, &got))
			same(t, where+" parameter "+c.name, got, c.any, values)
			noError(t, test.Parameter(c.name, &got))
			same(t, where+" parameter of a test "+c.name, got, c.any, values)
			v, ok := x.MetricValue(c.name)
			same(t, where+" has metric "+c.name, ok, true)
			same(t, where+" metric "+c.name, v.Any(), c.any, values)
			if c.name != "raw JSON" || where == "logged" { // keys are sorted in the file
				same(t, where+" text of "+c.name, v.String(), c.text)
			}
			v, _ = test.MetricValue(c.name)
			same(t, where+" metric of a test "+c.name, v.Any(), c.any, values)
		}
	}
}

// What JSON cannot hold is refused where it is logged, and says where it is.
func TestUnsupportedValues(t *testing.T) {
	p, _ := newProject(t)
	x, err := p.Log(t.Context(), "x", func(d *experiment.Draft) error {
		for _, c := range []struct {
			value any
			want  string
		}{
			{make(chan int), "convert JSON: "},
			{map[string]any{"layers": []any{1, func() {}}}, `"layers[1]"`},
			{map[[2]int]int{{}: 1}, "[2]int"},
			{complex(1, 2), "complex128"},
			{json.Number("1.2.3"), "1.2.3"},
		} {
			err := d.LogParameter("p", c.value)
			if err == nil {
				t.Errorf("%#v was taken", c.value)
			}
			if err := d.LogMetricValue("p", c.value); err == nil {
				t.Errorf("%#v was taken as a metric", c.value)
			}
		}
		return nil
	})
	noError(t, err)
	same(t, "parameters", len(slices.Collect(keys(x.Parameters()))), 0)
	same(t, "metrics", len(slices.Collect(keys(x.Metrics()))), 0)
}

func keys(seq func(func(string, experiment.Value) bool)) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range seq {
			if !yield(key) {
				return
			}
		}
	}
}

// Integers and floats stay apart: 1 is no 1.0, and a count is no float.
func TestNumbers(t *testing.T) {
	type numbers struct {
		Float   float64
		IsFloat bool
		Int     int64
		IsInt   bool
		Text    string
	}
	want := map[string]numbers{
		"metric": {Float: 1, IsFloat: true, Text: "1.0"},
		"count":  {Float: 1, IsFloat: true, Int: 1, IsInt: true, Text: "1"},
		"lowest": {Float: math.MinInt64, IsFloat: true, Int: math.MinInt64, IsInt: true, Text: "-9223372036854775808"},
		"big":    {Float: 1 << 63, IsFloat: true, Text: "9223372036854775808"},
		"series": {Text: "[1.0, 0.5, NaN]"},
		"true":   {Text: "true"},
		"text":   {Text: `"1"`},
	}
	for where, x := range logged(t, func(d *experiment.Draft) error {
		d.LogMetric("metric", 1)
		d.LogCount("count", 1)
		d.LogCount("lowest", math.MinInt64)
		series := []float64{1, 0.5, math.NaN()}
		d.LogSeries("series", series)
		series[0] = 9 // it was copied
		return errors.Join(d.LogMetricValue("big", uint64(1<<63)), d.LogMetricValue("true", true), d.LogMetricValue("text", "1"))
	}) {
		got := map[string]numbers{}
		for name, v := range x.Metrics() {
			n := numbers{Text: v.String()}
			n.Float, n.IsFloat = v.Float64()
			if i, ok := v.Int64(); ok {
				n.Int, n.IsInt = i, ok
			}
			got[name] = n
			float, ok := x.Metric(name)
			same(t, where+" "+name, [2]any{float, ok}, [2]any{n.Float, n.IsFloat})
		}
		same(t, where, got, want)
		if _, ok := x.Metric("none"); ok {
			t.Error("there is a metric that was not logged")
		}
		if _, ok := x.MetricValue("none"); ok {
			t.Error("there is a metric that was not logged")
		}
	}
}

func TestDecodeValues(t *testing.T) {
	for where, x := range logged(t, func(d *experiment.Draft) error {
		return errors.Join(d.LogParameter("point", point{X: 1, Y: 2.5}), d.LogParameter("n", 300), d.LogParameter("nan", math.NaN()))
	}) {
		var p point
		noError(t, x.Parameter("point", &p))
		same(t, where, p, point{X: 1, Y: 2.5}, cmp.AllowUnexported(point{}))
		var n uint16
		noError(t, x.Parameter("n", &n))
		same(t, where, n, uint16(300))
		for target, want := range map[any]error{new(uint8): artifacts.ErrTargetType, new(string): artifacts.ErrTargetType, n: artifacts.ErrTargetType} {
			if err := x.Parameter("n", target); !errors.Is(err, want) {
				t.Errorf("into %T: error %v", target, err)
			}
		}
		err := x.Parameter("none", &n)
		if !errors.Is(err, artifacts.ErrNotFound) || err.Error() != `experiment "x-20250301100000": parameter "none": not found` {
			t.Errorf("error %v", err)
		}
		for name, v := range x.Parameters() {
			text, err := json.Marshal(v) // strict JSON
			noError(t, err)
			same(t, where+" "+name, string(text), map[string]string{"point": `{"x":1,"y":2.5}`, "n": "300", "nan": `"NaN"`}[name])
		}
	}
	var zero experiment.Value
	same(t, "zero value", [2]any{zero.String(), zero.Any()}, [2]any{"null", nil})
}

// A map that is changed after it was logged changes nothing.
func TestParametersAreTaken(t *testing.T) {
	m := map[string][]int{"a": {1}}
	for where, x := range logged(t, func(d *experiment.Draft) error {
		noError(t, d.LogParameter("m", m))
		m["a"][0], m["b"] = 2, nil
		return nil
	}) {
		v := map[string][]int{}
		noError(t, x.Parameter("m", &v))
		same(t, where, v, map[string][]int{"a": {1}})
		v["a"][0] = 3
		noError(t, x.Parameter("m", &v))
		same(t, where+", after what was read is changed", v["a"], []int{1})
	}
}
