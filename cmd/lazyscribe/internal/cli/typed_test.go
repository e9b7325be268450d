package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
)

func TestTyped(t *testing.T) {
	list := func(v ...any) []any { return v }
	tests := []struct {
		name        string
		value, want any
	}{
		{"rows", list(map[string]any{"a": int64(1)}, map[string]any{}), []map[string]any{{"a": int64(1)}, {}}},
		{"integers", list(int64(1), int64(2)), []int64{1, 2}},
		{"integers and floats", list(int64(1), 2.5), []float64{1, 2.5}},
		{"floats and integers", list(2.5, int64(1)), []float64{2.5, 1}},
		{"bools", list(true, false), []bool{true, false}},
		{"texts", list("a"), []string{"a"}},
		{"matrix", list(list(int64(1)), list(0.5)), [][]float64{{1}, {0.5}}},
		{"three axes", list(list(list(int64(1)), list(int64(2)))), [][][]int64{{{1}, {2}}}},
		{"arrays by name", map[string]any{"w": list(int64(1)), "n": "x"}, map[string]any{"w": []int64{1}, "n": "x"}},
		{"a number and a text", list(int64(1), "a"), list(int64(1), "a")},
		{"a number and nil", list(int64(1), nil), list(int64(1), nil)},
		{"nil first", list(nil, int64(1)), list(nil, int64(1))},
		{"a number and a list", list(int64(1), list(int64(1))), list(int64(1), list(int64(1)))},
		{"empty", list(), list()},
		{"an empty row", list(list(int64(1)), list()), list(list(int64(1)), list())},
		{"no list", int64(1), int64(1)},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, typed(test.value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestSuited: a value is changed for a handler that takes it only then.
func TestSuited(t *testing.T) {
	matrix := []any{[]any{int64(1)}, []any{0.5}}
	mixed := []any{int64(1), "a"}
	tests := []struct {
		h           artifacts.Handler
		value, want any
	}{
		{npy.Handler{}, matrix, [][]float64{{1}, {0.5}}},
		{artifacts.JSON{}, matrix, matrix},
		{npy.Handler{}, mixed, mixed},
		{parquet.Handler{}, []any{map[string]any{"a": 1}}, []map[string]any{{"a": 1}}},
		{parquet.Handler{}, matrix, matrix},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, suited(test.h, test.value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.h.Format().Alias, diff)
		}
	}
}
