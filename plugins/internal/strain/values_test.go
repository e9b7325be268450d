package strain

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

type inner struct {
	When  time.Time `json:"when"`
	Bytes []byte    `json:"bytes"`
}

type outer struct {
	Name  string             `json:"name"`
	Big   int64              `json:"big"`
	NaN   float64            `json:"nan"`
	Small float32            `json:"small"`
	List  []inner            `json:"list"`
	Map   map[string][]int16 `json:"map"`
	Any   any                `json:"any"`
	Empty *int               `json:"empty,omitempty"`
	Addr  netip.Addr         `json:"addr"` // a text
}

var (
	moment = time.Date(2026, 5, 1, 12, 0, 0, 123456000, time.FixedZone("", 2*3600))
	matrix = func() [][]float64 {
		m := make([][]float64, 300)
		for i := range m {
			m[i] = make([]float64, 300)
			for j := range m[i] {
				m[i][j] = math.Sqrt(float64(i*300 + j))
			}
		}
		return m
	}()
)

// TestValues: what crosses to a plugin and back is what PROTOCOL.md says, taken
// as its natural type, and exact when taken as the type it had.
func TestValues(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 80)
	tests := []struct {
		name    string
		value   any
		natural any // nil: the value itself
		goOnly  bool
	}{
		{name: "nothing", value: nil},
		{name: "truth", value: true},
		{name: "int", value: 7, natural: int64(7)},
		{name: "int8", value: int8(-128), natural: int64(-128)},
		{name: "beyond float64", value: int64(1<<53 + 1)},
		{name: "least int64", value: int64(math.MinInt64)},
		{name: "greatest uint64", value: uint64(math.MaxUint64), natural: new(big.Int).SetUint64(math.MaxUint64)},
		{name: "big", value: huge},
		{name: "float", value: 0.1},
		{name: "float32", value: float32(0.1), natural: float64(float32(0.1))},
		{name: "least float", value: 5e-324},
		{name: "whole float", value: 3.0},
		{name: "NaN", value: math.NaN()},
		{name: "infinity", value: math.Inf(-1)},
		{name: "minus zero", value: math.Copysign(0, -1)},
		{name: "text", value: "é\x00\U0001F600"},
		{name: "bytes", value: []byte("\x00\xff")},
		{name: "time", value: moment},
		{name: "nanoseconds", value: moment.Add(789), goOnly: true}, // Python has microseconds
		{name: "list", value: []int{1, 2}, natural: []any{int64(1), int64(2)}},
		{name: "array", value: [2]string{"a", "b"}, natural: []any{"a", "b"}},
		{name: "no list", value: []string{}, natural: []any{}},
		{name: "nested", value: map[string]any{"a": []any{int64(1), map[string]any{"b": nil}}}},
		{name: "int keys", value: map[int]string{1: "a"}, natural: map[any]any{int64(1): "a"}},
		{name: "text of its own", value: netip.MustParseAddr("::1"), natural: "::1"},
		{name: "JSON of its own", value: json.RawMessage(`{"a": 1}`), natural: map[string]any{"a": int64(1)}},
		{name: "large matrix", value: matrix, natural: func() any {
			var rows []any
			for _, row := range matrix {
				var cells []any
				for _, cell := range row {
					cells = append(cells, cell)
				}
				rows = append(rows, cells)
			}
			return rows
		}()},
		{name: "struct", value: outer{Name: "n", Big: 1<<53 + 1, NaN: math.NaN(), Small: 0.1, List: []inner{{moment, []byte{0}}},
			Map: map[string][]int16{"x": {1, -2}}, Any: "any", Addr: netip.MustParseAddr("10.0.0.1")},
			natural: map[string]any{"name": "n", "big": int64(1<<53 + 1), "nan": math.NaN(), "small": float64(float32(0.1)),
				"list": []any{map[string]any{"when": moment, "bytes": []byte{0}}},
				"map":  map[string]any{"x": []any{int64(1), int64(-2)}}, "any": "any", "addr": "10.0.0.1"}},
	}
	same := []cmp.Option{
		cmpopts.EquateNaNs(),
		cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
		cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
		cmp.Comparer(func(a, b time.Time) bool { // with the offset
			return a.Format(time.RFC3339Nano) == b.Format(time.RFC3339Nano)
		}),
		cmp.FilterValues(func(a, b float64) bool { return a == 0 && b == 0 }, // with the sign
			cmp.Comparer(func(a, b float64) bool { return math.Signbit(a) == math.Signbit(b) })),
	}
	inBoth(t, func(t *testing.T, path string) {
		h := mustUse(t, path)["item"]
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				if test.goOnly && strings.Contains(path, "snake") {
					t.Skip("Python has no such values")
				}
				var file bytes.Buffer
				if err := h.Encode(t.Context(), &file, test.value); err != nil {
					t.Fatal(err)
				}
				var got any
				if err := h.Decode(t.Context(), bytes.NewReader(file.Bytes()), &got); err != nil {
					t.Fatal(err)
				}
				want := test.natural
				if want == nil {
					want = test.value
				}
				if diff := cmp.Diff(want, got, same...); diff != "" {
					t.Errorf("natural (-want +got):\n%.2000s", diff)
				}
				if test.value == nil || reflect.TypeOf(test.value) == reflect.TypeFor[json.RawMessage]() {
					return
				}
				typed := reflect.New(reflect.TypeOf(test.value))
				if err := h.Decode(t.Context(), bytes.NewReader(file.Bytes()), typed.Interface()); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.value, typed.Elem().Interface(), same...); diff != "" {
					t.Errorf("typed (-want +got):\n%.2000s", diff)
				}
			})
		}
	})
}

type node struct {
	Next *node `json:"next"`
}

// TestValuesRefused: what cannot cross is refused, with its place, and the
// plugin does not hear of it.
func TestValuesRefused(t *testing.T) {
	h := mustUse(t, newGo(t))["item"]
	circle := &node{}
	circle.Next = circle
	deep := any(1)
	for range 300 {
		deep = []any{deep}
	}
	for _, test := range []struct {
		name  string
		value any
		says  string // as a part of the message
	}{
		{"function", map[string]any{"a": []any{1, func() {}}}, "a[1]"},
		{"channel", []any{make(chan int)}, "[0]"},
		{"complex", struct {
			Z complex128 `json:"z"`
		}{1i}, "z"},
		{"not UTF-8", map[string]any{"a": map[string]any{"b": "\xff"}}, "a.b"},
		{"key that is not UTF-8", map[string]any{"\xff": 1}, "UTF-8"},
		{"circle", circle, "or contains itself"},
		{"deep", deep, "nested more than 256 levels deep"},
		{"failing text", map[string]any{"x": []any{failing{}}}, "x[0]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := h.Encode(t.Context(), io.Discard, test.value)
			if !errors.Is(err, artifacts.ErrUnsupportedValue) || !strings.Contains(err.Error(), test.says) || len(err.Error()) > 500 {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
}

type failing struct{}

func (failing) MarshalText() ([]byte, error) { return nil, errors.New("no text") }
