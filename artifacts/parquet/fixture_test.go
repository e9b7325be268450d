package parquet_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
)

// fromPython makes of a value in testdata/pyarrow/expected.json what is read in
// Go: the kinds JSON does not have are written as Python's repr there.
func fromPython(t *testing.T, v any, schema string) any {
	switch v := v.(type) {
	case float64:
		switch schema {
		case "double":
			return v
		case "uint64":
			return uint64(v)
		}
		return int64(v)
	case string:
		if schema == "double" {
			return map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}[v]
		}
		return v
	case []any:
		list := []int64{}
		for _, e := range v {
			list = append(list, int64(e.(float64)))
		}
		return list
	case map[string]any:
		repr, isRepr := v["$repr"].(string)
		if !isRepr {
			return map[string]any{"x": int64(v["x"].(float64))}
		}
		known, ok := map[string]any{
			"datetime.date(2025, 1, 2)":                                                   time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC),
			"datetime.datetime(2025, 1, 2, 3, 4, 5, 6)":                                   time.Date(2025, 1, 2, 3, 4, 5, 6000, time.UTC),
			"datetime.datetime(2025, 1, 2, 3, 4, 5)":                                      time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC),
			"datetime.datetime(2025, 1, 2, 3, 4, 5, tzinfo=zoneinfo.ZoneInfo(key='UTC'))": time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC),
			"b'x'": []byte("x"), `b'\xff'`: []byte{0xff},
		}[repr]
		if !ok {
			t.Fatalf("no value for %s", repr)
		}
		return known
	}
	return v
}

// TestFilesOfPyarrow reads files that lazyscribe-arrow wrote.
func TestFilesOfPyarrow(t *testing.T) {
	text, err := os.ReadFile("testdata/pyarrow/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]struct {
		Schema map[string]string
		Rows   []map[string]any
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) != 14 {
		t.Fatal(len(cases), err)
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile("testdata/pyarrow/" + name + ".parquet")
			if err != nil {
				t.Fatal(err)
			}
			want := []map[string]any{}
			for _, row := range c.Rows {
				wanted := map[string]any{}
				for column, v := range row {
					wanted[column] = fromPython(t, v, c.Schema[column])
				}
				want = append(want, wanted)
			}
			if name == "uint64" { // JSON's numbers are not exact enough for it
				want[1]["u"] = uint64(math.MaxUint64)
			}
			got := decode[[]map[string]any](t, data)
			if diff := cmp.Diff(want, got, equal); diff != "" {
				t.Error(diff)
			}
			if name == "floats" && fmt.Sprint(got[6]["f"]) != "-0" {
				t.Errorf("%v, want -0", got[6]["f"])
			}
		})
	}
}

// TestDurations reads a file that testdata/fixtures.py wrote, as values and as a
// table.
func TestDurations(t *testing.T) {
	data, err := os.ReadFile("testdata/durations.parquet")
	if err != nil {
		t.Fatal(err)
	}
	const us = time.Microsecond
	want := []map[string]any{{
		"s": -time.Second, "ms": -time.Millisecond, "us": -us, "ns": -time.Nanosecond,
		"list": []any{us, nil}, "large": []time.Duration{us}, "fixed": []time.Duration{us, 2 * us},
		"struct": map[string]any{"a": us, "b": []map[string]any{{"c": 2 * us, "d": "x"}}},
		"map":    map[string]any{"k": us, "l": nil}, "keys": map[time.Duration]any{us: "x"}, "extension": us, "none": int64(1),
	}, {
		"s": nil, "ms": nil, "us": nil, "ns": nil,
		"list": []time.Duration{}, "large": []time.Duration{-2 * us}, "fixed": []time.Duration{3 * us, 4 * us},
		"struct": map[string]any{"a": nil, "b": []map[string]any{}},
		"map":    map[string]any{}, "keys": map[time.Duration]any{}, "extension": time.Duration(0), "none": nil,
	}, {
		"s": 1e6 * time.Second, "ms": 1000 * time.Second, "us": time.Second, "ns": time.Millisecond,
		"list": nil, "large": nil, "fixed": []any{5 * us, nil},
		"struct": nil, "map": nil, "keys": nil, "extension": nil, "none": int64(2),
	}}
	if diff := cmp.Diff(want, decode[[]map[string]any](t, data)); diff != "" {
		t.Error(diff)
	}
	type some struct { // columns in another order than the file's
		Map  map[string]*time.Duration `parquet:"map"`
		None *int64                    `parquet:"none"`
		US   *time.Duration            `parquet:"us"`
	}
	rows := decode[[]some](t, data)
	if len(rows) != 3 || *rows[0].Map["k"] != us || rows[0].Map["l"] != nil || *rows[0].None != 1 || *rows[2].US != time.Second {
		t.Errorf("%+v", rows)
	}
	table := decode[arrow.Table](t, data)
	for name, want := range map[string]string{"us": "duration[us]", "list": "list<element: duration[us], nullable>", "none": "int64"} {
		at := table.Schema().FieldIndices(name)[0]
		if got := table.Column(at).Data().DataType().String(); got != want {
			t.Errorf("column %q is of %s, want %s", name, got, want)
		}
	}
}
