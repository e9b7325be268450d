package wire

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"math/big"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The values of testdata/cbor2.py, and what they are when they come back as an
// any ("": the same).
var east = time.FixedZone("", 2*60*60)

var fidelity = []struct {
	name    string
	value   any
	natural any    // nil: as value
	hex     string // where the profile spells otherwise than cbor2
}{
	{name: "null", value: nil},
	{name: "true", value: true},
	{name: "false", value: false},
	{name: "zero", value: 0, natural: int64(0)},
	{name: "int", value: int8(7), natural: int64(7)},
	{name: "int 23", value: uint8(23), natural: int64(23)},
	{name: "int 24", value: int16(24), natural: int64(24)},
	{name: "int -1", value: -1, natural: int64(-1)},
	{name: "int8 min", value: int8(math.MinInt8), natural: int64(-128)},
	{name: "int 256", value: uint16(256), natural: int64(256)},
	{name: "int 65536", value: uint(65536), natural: int64(65536)},
	{name: "2**53 + 1", value: int64(1<<53 + 1)},
	{name: "int64 max", value: int64(math.MaxInt64)},
	{name: "int64 min", value: int64(math.MinInt64)},
	{name: "uint64 max", value: uint64(math.MaxUint64), natural: bigInt("18446744073709551615")},
	{name: "2**64", value: bigInt("18446744073709551616")},
	{name: "2**80", value: *bigInt("1208925819614629174706176"), natural: bigInt("1208925819614629174706176")},
	{name: "-2**64", value: bigInt("-18446744073709551616")},
	{name: "-2**64 - 1", value: bigInt("-18446744073709551617")},
	{name: "float", value: 1.5},
	{name: "negative zero", value: math.Copysign(0, -1)},
	{name: "smallest float", value: math.SmallestNonzeroFloat64},
	{name: "largest float", value: math.MaxFloat64},
	// cbor2 shortens these three; RFC 8949, appendix A, has both spellings.
	{name: "infinity", value: math.Inf(1), hex: "fb7ff0000000000000"},
	{name: "negative infinity", value: math.Inf(-1), hex: "fbfff0000000000000"},
	{name: "nan", value: math.NaN(), hex: "fb7ff8000000000001"}, // Go's NaN has this payload
	{name: "empty text", value: ""},
	{name: "text", value: "naïve ☃ 𝄞"},
	{name: "bytes", value: []byte{0, 255}},
	{name: "empty bytes", value: []byte{}},
	{name: "time", value: time.Date(2026, 3, 1, 12, 30, 15, 123456000, east)},
	{name: "time utc", value: time.Date(2026, 3, 1, 12, 30, 15, 0, time.UTC)},
	{name: "empty list", value: []string{}, natural: []any{}},
	{name: "list", value: []any{1, "two", 3.0, nil}, natural: []any{int64(1), "two", 3.0, nil}},
	{name: "matrix", value: [][]float64{{1, 2}, {3, 4}}, natural: []any{[]any{1.0, 2.0}, []any{3.0, 4.0}}},
	{name: "empty map", value: map[string]int{}, natural: map[string]any{}},
	{
		name:    "map",
		value:   map[string]any{"aa": map[string][]byte{"x": []byte("y")}, "b": []bool{true}, "a": 1},
		natural: map[string]any{"aa": map[string]any{"x": []byte("y")}, "b": []any{true}, "a": int64(1)},
	},
	{
		name:    "map with integers",
		value:   map[int]string{1: "one", 10: "ten", 1000: "thousand", -1: "minus one"},
		natural: map[any]any{int64(1): "one", int64(10): "ten", int64(1000): "thousand", int64(-1): "minus one"},
	},
	{
		name: "rows",
		value: []struct {
			Step int     `json:"step"`
			Loss float64 `json:"loss"`
		}{{1, 0.5}, {2, math.Inf(1)}},
		natural: []any{map[string]any{"loss": 0.5, "step": int64(1)}, map[string]any{"loss": math.Inf(1), "step": int64(2)}},
		hex:     "82a2646c6f7373fb3fe0000000000000647374657001a2646c6f7373fb7ff0000000000000647374657002",
	},
}

func bigInt(text string) *big.Int {
	n, _ := new(big.Int).SetString(text, 10)
	return n
}

// sameValue compares what cmp does not by itself, and tells zeros apart.
var sameValue = cmp.Options{
	cmp.Comparer(func(a, b *big.Int) bool { return a == nil && b == nil || a != nil && b != nil && a.Cmp(b) == 0 }),
	cmp.Comparer(func(a, b float64) bool {
		return a != a && b != b || math.Float64bits(a) == math.Float64bits(b)
	}),
	cmp.Comparer(func(a, b time.Time) bool {
		_, oa := a.Zone()
		_, ob := b.Zone()
		return a.Equal(b) && oa == ob
	}),
}

// The expected bytes are those that Python's cbor2 wrote.
func TestFidelity(t *testing.T) {
	text, err := os.ReadFile("testdata/cbor2.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Cases []struct{ Name, Hex string }
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	spelled := make(map[string]string)
	for _, c := range golden.Cases {
		spelled[c.Name] = c.Hex
	}
	if len(spelled) != len(fidelity) {
		t.Errorf("cbor2.json has %d values, this test %d", len(spelled), len(fidelity))
	}
	for _, test := range fidelity {
		t.Run(test.name, func(t *testing.T) {
			python, ok := spelled[test.name]
			if !ok {
				t.Fatal("not in cbor2.json")
			}
			want := python
			if test.hex != "" {
				want = test.hex
			}
			data, err := Marshal(test.value)
			if err != nil || hex.EncodeToString(data) != want {
				t.Errorf("Marshal gives %x, %v, want %s", data, err, want)
			}
			natural := test.natural
			if natural == nil {
				natural = test.value
			}
			for _, text := range []string{python, want} {
				data, _ := hex.DecodeString(text)
				var got any
				if err := Unmarshal(data, &got); err != nil {
					t.Errorf("Unmarshal %s: %v", text, err)
				} else if diff := cmp.Diff(natural, got, sameValue); diff != "" {
					t.Errorf("Unmarshal %s (-want +got):\n%s", text, diff)
				}
			}
		})
	}
}

// What loses its type on the way to an any, and why nobody is deceived.
func TestKnownLosses(t *testing.T) {
	type name string
	tests := []struct {
		name           string
		value, natural any
	}{
		{"named types are what they are made of", name("x"), "x"},
		{"float32 is the float64 of the same value", float32(0.1), float64(float32(0.1))},
		{"nil slices and maps are nil", []int(nil), nil},
		{"the zero time is nil", time.Time{}, nil},
		{"nanoseconds stay", time.Date(2026, 1, 2, 3, 4, 5, 987654321, east), time.Date(2026, 1, 2, 3, 4, 5, 987654321, east)},
		{"byte arrays are bytes", [2]byte{1, 2}, []byte{1, 2}},
		{"a number of JSON text is a number", json.Number("12"), int64(12)},
		{"a long one too", json.Number("123456789012345678901"), bigInt("123456789012345678901")},
		{"and a float", []any{json.Number("1e3")}, []any{1000.0}},
		{"deep inside", map[string][]any{"a": {map[string]any{"b": json.Number("5")}}}, map[string]any{"a": []any{map[string]any{"b": int64(5)}}}},
		{"in a field of a struct", struct{ A any }{json.Number("5")}, map[string]any{"A": int64(5)}},
		{"as a declared type it is text", struct{ A json.Number }{"5"}, map[string]any{"A": "5"}},
		{"MarshalJSON is what it says", json.RawMessage(`{"a": [1, 2.5, "x", 18446744073709551616]}`), map[string]any{"a": []any{int64(1), 2.5, "x", bigInt("18446744073709551616")}}},
		{"MarshalText is text", big.NewFloat(2.5), "2.5"},
		{"maps with mixed keys", map[any]any{"a": 1, 2: map[string]any{"x": 1}}, map[any]any{"a": int64(1), int64(2): map[string]any{"x": int64(1)}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data, err := Marshal(test.value)
			if err != nil {
				t.Fatal(err)
			}
			var got any
			if err := Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.natural, got, sameValue); diff != "" {
				t.Errorf("comes back (-want +got):\n%s", diff)
			}
		})
	}
}

type inner struct {
	Name string         `json:"name"`
	N    json.Number    `json:"n"`
	Any  any            `json:"any,omitempty"`
	Map  map[int]string `json:"map"`
}

type outer struct {
	inner
	Exact   int64       `json:"exact"`
	Small   int8        `json:"small"`
	F32     float32     `json:"f32"`
	Raw     []byte      `json:"raw"`
	When    time.Time   `json:"when"`
	Big     *big.Int    `json:"big"`
	Matrix  [][]float64 `json:"matrix"`
	Next    *outer      `json:"next"`
	Array   [3]uint16   `json:"array"`
	private int         // does not cross
}

// Decoded into the type it was, a value is exactly what it was.
func TestTypedExactness(t *testing.T) {
	value := outer{
		inner:  inner{Name: "ä", N: "12.50", Any: "x", Map: map[int]string{-1: "a", 300: "b"}},
		Exact:  1<<53 + 1,
		Small:  -128,
		F32:    0.1,
		Raw:    []byte{1, 0, 255},
		When:   time.Date(2026, 3, 1, 12, 0, 0, 123456789, east),
		Big:    bigInt("-1208925819614629174706176"),
		Matrix: [][]float64{{math.NaN(), math.Inf(-1)}, {math.Copysign(0, -1)}},
		Next:   &outer{Exact: math.MinInt64, When: time.Unix(0, 0).UTC()},
		Array:  [3]uint16{1, 2, 65535},

		private: 1,
	}
	data, err := Marshal(&value)
	if err != nil {
		t.Fatal(err)
	}
	var got outer
	if err := Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	value.private = 0
	if diff := cmp.Diff(value, got, sameValue, cmp.AllowUnexported(outer{})); diff != "" {
		t.Errorf("comes back (-want +got):\n%s", diff)
	}
	again, err := Marshal(got)
	if err != nil || string(again) != string(data) {
		t.Errorf("the second encoding differs: %v", err)
	}
}
