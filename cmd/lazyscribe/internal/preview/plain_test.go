package preview

import (
	"bytes"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
)

func TestPlain(t *testing.T) {
	at := time.Date(2025, 1, 2, 3, 4, 5, 6000, time.UTC)
	quarter, _ := new(big.Rat).SetString("1.25")
	large, _ := new(big.Int).SetString("1208925819614629174706176", 10)
	zone := &pickle.Zone{Offset: 3600}
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"nil", nil, `null`},
		{"scalars", []any{true, int64(-1), 0.5, "x", large}, `[true, -1, 0.5, "x", 1208925819614629174706176]`},
		{"tuple and sets", pickle.Tuple{pickle.Set{int64(1)}, pickle.FrozenSet{"a"}}, `[[1], ["a"]]`},
		{"dict in its order", pickle.Dict{{Key: "b", Value: int64(1)}, {Key: "a", Value: pickle.Tuple{}}}, `{"b": 1, "a": []}`},
		{"dict with other keys", pickle.Dict{{Key: int64(2), Value: "x"}, {Key: "a", Value: nil}}, `[[2, "x"], ["a", null]]`},
		{"map of any", map[any]any{"b": 1, "a": 2}, `{"a": 2, "b": 1}`},
		{"map with numbers", map[any]any{int64(10): "x", int64(9): "y"}, `[[9, "y"], [10, "x"]]`},
		{"map with nil", map[any]any{nil: 1}, `[[null, 1]]`},
		{"set of YAML", map[any]struct{}{"b": {}, "a": {}}, `["a", "b"]`},
		{"bytes", []any{[]byte{0xff}, pickle.ByteArray{1}}, `["/w==", "AQ=="]`},
		{"complex", []any{1 + 2i, complex64(-1i)}, `["(1+2j)", "(0-1j)"]`},
		{"times", []any{at, pickle.Naive{Time: at}, pickle.Date{Year: 2025, Month: 2, Day: 3}, 90 * time.Second},
			`["2025-01-02T03:04:05.000006Z", "2025-01-02T03:04:05.000006", "2025-02-03", "1m30s"]`},
		{"times of day", []any{pickle.TimeOfDay{Hour: 1, Minute: 2, Second: 3}, pickle.TimeOfDay{Microsecond: 7, Zone: zone}}, `["01:02:03", "00:00:00.000007+01:00"]`},
		{"zones", []any{*zone, pickle.Zone{Name: "CET", Offset: 3600}}, `["UTC+01:00", "CET"]`},
		{"decimals", []any{pickle.Decimal("1.50"), quarter}, `["1.50", "1.25"]`},
		{"typed slices", []any{[]float64{1, 2}, [2]string{"a", "b"}, map[string]any{"x": int8(1)}, map[int64]any{1: "y"}}, `[[1.0, 2.0], ["a", "b"], {"x": 1}, [[1, "y"]]]`},
	}
	for _, test := range tests {
		tree, err := Plain(test.value, 100)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		var got bytes.Buffer
		if err := render.JSONLine(&got, tree); err != nil || got.String() != test.want+"\n" {
			t.Errorf("%s: %s, error %v, want %s", test.name, got.String(), err, test.want)
		}
	}
}

// TestPlainUnfolds: a value that is in itself many times over takes no time.
func TestPlainUnfolds(t *testing.T) {
	var value any = "x"
	for range 60 {
		value = []any{value, value, map[any]any{1: value}, pickle.Set{value}}
	}
	if _, err := Plain(value, 1000); !errors.Is(err, artifacts.ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
}
