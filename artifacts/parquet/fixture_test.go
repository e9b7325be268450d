package parquet_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

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
