package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Examples of what is not well-formed from RFC 8949, appendix F, and what this
// profile does not have.
func TestUnmarshalRefuses(t *testing.T) {
	tests := []string{
		"",
		// End of input in a head.
		"18", "19", "1a", "1b", "1901", "1a0102", "1b01020304050607", "38", "58", "78", "98", "9a01ff00", "b8", "d8", "f8", "f900", "fa0000", "fb000000",
		// Strings with short data.
		"41", "61", "5affffffff00", "5bffffffffffffffff010203", "7affffffff00", "7b7fffffffffffffff010203",
		// Arrays and maps not closed with enough items.
		"81", "818181818181818181", "8200", "a1", "a20102", "a100", "a2000000",
		// Tag without content, indefinite lengths not closed.
		"c0", "5f4100", "7f6100", "9f", "9f0102", "bf", "bf01020102", "819f", "9f8000", "9f9f9f9f9fffffffff", "9f819f819f9fffffff",
		// Additional information that is reserved.
		"1c", "1d", "1e", "3c", "5c", "7d", "9e", "bc", "dc", "fc", "fd", "fe",
		// Two-byte simple values that are too small, simple values without meaning.
		"f800", "f801", "f818", "f81f", "e0", "f0", "f8ff",
		// Chunks of the wrong kind.
		"5f00ff", "5f21ff", "5f6100ff", "5f80ff", "5fa0ff", "5fc000ff", "5fe0ff", "7f4100ff", "5f5f4100ffff", "7f7f6100ffff",
		// Break where no item is.
		"ff", "81ff", "8200ff", "a1ff", "a1ff00", "a100ff", "a20000ff", "9f81ff", "9f829f819f9fffffffff", "bf00ff", "bf000000ff",
		// Lengths of numbers and tags that are indefinite.
		"1f", "3f", "df",
		// Tags this profile does not have: decimals, sets, UUIDs, self-described.
		"c4820001", "d9010280", "d82550" + strings.Repeat("00", 16), "d9d9f701", "c482c11a01",
		// A map with more entries than can be counted.
		"bbffffffffffffffff00",
		// Two items, an item and a byte.
		"0101", "8000",
		// Text that is not UTF-8, a key that is there twice, a tag on what it is not for.
		"61ff", "a2616101616102", "c001", "c26161", "c1616c",
		// A key that is no value in Go, and one that is none in other languages.
		"a18001", "a1a000",
	}
	for _, text := range tests {
		data, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := Unmarshal(data, &v); !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("Unmarshal %s gives %v, %v", text, v, err)
		}
	}
}

// What others may write although this profile does not.
func TestUnmarshalTakes(t *testing.T) {
	tests := []struct {
		hex  string
		want any
	}{
		{"f7", nil}, // undefined
		{"f93c00", 1.0},
		{"fa3fc00000", 1.5},
		{"5f42010243030405ff", []byte{1, 2, 3, 4, 5}},
		{"7f657374726561646d696e67ff", "streaming"},
		{"9f018202039f0405ffff", []any{int64(1), []any{int64(2), int64(3)}, []any{int64(4), int64(5)}}},
		{"bf61610161629f0203ffff", map[string]any{"a": int64(1), "b": []any{int64(2), int64(3)}}},
		{"1800", int64(0)},
		{"c24101", bigInt("1")},
		{"a1f5617a", map[any]any{true: "z"}},
	}
	for _, test := range tests {
		data, _ := hex.DecodeString(test.hex)
		var got any
		if err := Unmarshal(data, &got); err != nil {
			t.Errorf("Unmarshal %s: %v", test.hex, err)
		} else if diff := cmp.Diff(test.want, got, sameValue); diff != "" {
			t.Errorf("Unmarshal %s (-want +got):\n%s", test.hex, diff)
		}
	}
}

func TestUnmarshalSaysWhere(t *testing.T) {
	type row struct {
		Loss float64 `json:"loss"`
		Step int8    `json:"step"`
		Tags map[string][]int
	}
	type table struct {
		Rows []*row `json:"rows"`
		Any  any    `json:"any"`
	}
	tests := []struct {
		name  string
		value any
		kind  error
		want  string
	}{
		{"type", map[string]any{"rows": []any{map[string]any{"loss": 1.5}, map[string]any{"loss": "high"}}}, artifacts.ErrTargetType, "rows[1].loss: a text does not fit float64"},
		{"size", map[string]any{"rows": []any{map[string]any{"step": 128}}}, artifacts.ErrTargetType, "rows[0].step: an integer does not fit int8"},
		{"deep", map[string]any{"rows": []any{map[string]any{"Tags": map[string]any{"a b": []any{1, true}}}}}, artifacts.ErrTargetType, `rows[0].Tags["a b"][1]: a truth value does not fit int`},
		{"whole", []int{1}, artifacts.ErrTargetType, "a list does not fit wire.table"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data, err := Marshal(test.value)
			if err != nil {
				t.Fatal(err)
			}
			err = Unmarshal(data, new(table))
			if !errors.Is(err, test.kind) || !strings.HasSuffix(err.Error(), ": "+test.want) {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
		})
	}
	t.Run("text in an any", func(t *testing.T) {
		data, _ := hex.DecodeString("a163616e798201a1616b61ff") // {"any": [1, {"k": "\xff"}]}
		err := Unmarshal(data, new(table))
		if e, ok := errors.AsType[*Error](err); !ok || e.Path != "any[1].k" || e.Kind != artifacts.ErrCorrupt {
			t.Errorf("the error is %v", err)
		}
	})
}

// What is wrong whatever it is decoded into is damage, and not a matter of types.
func TestUnmarshalDamageInTypes(t *testing.T) {
	for _, test := range []struct {
		hex    string
		target any
		path   string
	}{
		{"8261616162", new([]int), ""}, // for comparison: a matter of types
		{"82616161ff", new([]string), "[1]"},
		{"a1616161ff", new(map[string]string), "a"},
		{"a2616101616102", new(map[string]int), ""},
		{"81a2616101616102", new([]map[string]int), "[0]"},
		{"81c26161", new([]*big.Int), ""},
		{"a26161a1010261628161ff", new(map[string]any), "b[0]"}, // {"a": {1: 2}, "b": ["\xff"]}
		{"a10161ff", new(map[int]string), ""},
	} {
		data, _ := hex.DecodeString(test.hex)
		e, ok := errors.AsType[*Error](Unmarshal(data, test.target))
		want := artifacts.ErrCorrupt
		if test.hex == "8261616162" {
			want, test.path = artifacts.ErrTargetType, "[0]"
		}
		if !ok || e.Kind != want || e.Path != test.path {
			t.Errorf("Unmarshal %s into a %T: %v, want %v at %q", test.hex, test.target, e, want, test.path)
		}
	}
}

// jsonOnly has no other form than JSON.
type jsonOnly struct{ v any }

func (j jsonOnly) MarshalJSON() ([]byte, error)     { return json.Marshal(j.v) }
func (j *jsonOnly) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &j.v) }

// Types that encode themselves come back through their own methods.
func TestTypesThatEncodeThemselves(t *testing.T) {
	type all struct {
		JSON *jsonOnly            `json:"json"`
		IP   netip.Addr           `json:"ip"`
		Keys map[netip.Addr]int   `json:"keys"`
		Raw  json.RawMessage      `json:"raw"`
		Own  cbor.RawMessage      `json:"own"`
		List []jsonOnly           `json:"list"`
		Time map[string]time.Time `json:"time"`
	}
	value := all{
		JSON: &jsonOnly{map[string]any{"a<b": []any{1.5, "x", nil, true}}},
		IP:   netip.MustParseAddr("192.0.2.1"),
		Keys: map[netip.Addr]int{netip.MustParseAddr("2001:db8::1"): 1},
		Raw:  json.RawMessage(`[1,2.5,"<"]`),
		Own:  cbor.RawMessage{0x82, 1, 2},
		List: []jsonOnly{{"a"}, {2.0}},
		Time: map[string]time.Time{"t": time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)},
	}
	data, err := Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var got all
	if err := Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(value, got) {
		t.Errorf("comes back as %v, was %v", got, value)
	}
	// JSON has no NaN, so a type that knows nothing else cannot take one.
	data, _ = Marshal([]float64{math.NaN()})
	if e, ok := errors.AsType[*Error](Unmarshal(data, new([]jsonOnly))); !ok || e.Kind != artifacts.ErrTargetType || e.Path != "[0]" {
		t.Errorf("NaN into a type of JSON gives %v", e)
	}
}

// A target of a Go type is natural again where only another map has such keys.
func TestUnmarshalMapsInside(t *testing.T) {
	type target struct {
		A []any
		B map[string]any
		C *any
	}
	text := map[string]any{"x": "y"}
	other := map[any]any{int64(1): []any{map[string]any{"x": "y"}}}
	data, err := Marshal(map[string]any{"A": []any{text, other}, "B": map[string]any{"k": text, "o": other}, "C": other})
	if err != nil {
		t.Fatal(err)
	}
	var got target
	if err := Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	var pointed any = other
	want := target{A: []any{text, other}, B: map[string]any{"k": text, "o": other}, C: &pointed}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLimits(t *testing.T) {
	t.Run("a million elements", func(t *testing.T) {
		values := make([]int, 1_000_000)
		values[999_999] = 5
		data, err := Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		if err := Unmarshal(data, &got); err != nil || len(got) != len(values) || got[999_999] != 5 {
			t.Errorf("%d elements come back, %v", len(got), err)
		}
	})
	t.Run("nesting", func(t *testing.T) {
		for levels, ok := range map[int]bool{256: true, 257: false, 100_000: false} {
			data := append(bytes.Repeat([]byte{0x81}, levels), 0)
			var v any
			if err := Unmarshal(data, &v); (err == nil) != ok {
				t.Errorf("%d levels: %v", levels, err)
			}
		}
	})
	t.Run("announced and not there", func(t *testing.T) {
		// Counts of billions cost nothing if the elements did not come.
		for _, head := range []byte{0x5b, 0x7b, 0x9b, 0xbb} {
			data := binary.BigEndian.AppendUint64([]byte{head}, 1<<31-1)
			var v any
			if n := allocated(func() { Unmarshal(data, &v) }); n > 1<<16 {
				t.Errorf("head %x: %d bytes are allocated for 9", head, n)
			}
			if n := allocated(func() { NewItemReader(bytes.NewReader(data)).Next() }); n > 1<<17 {
				t.Errorf("head %x: the reader allocates %d bytes for 9", head, n)
			}
		}
	})
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A large item costs memory in proportion to its size, however it is cut up on
// its way: what is allocated for four times as much is about four times as much.
func TestLargeItemIsLinear(t *testing.T) {
	cost := func(size int) (bytesAllocated uint64, reads int) {
		data, err := Marshal(bytes.Repeat([]byte{1}, size))
		if err != nil {
			t.Fatal(err)
		}
		r := &countingReader{r: bytes.NewReader(data)}
		bytesAllocated = allocated(func() {
			item, err := NewItemReader(r).Next()
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := Unmarshal(item, &v); err != nil || len(v.([]byte)) != size {
				t.Fatal(err)
			}
		})
		return bytesAllocated, r.reads
	}
	small, smallReads := cost(16 << 20)
	large, largeReads := cost(64 << 20)
	if large > 6*small || large > 10*64<<20 {
		t.Errorf("16 MiB allocate %d bytes, 64 MiB %d", small, large)
	}
	if largeReads > 5*smallReads {
		t.Errorf("16 MiB take %d reads, 64 MiB %d", smallReads, largeReads)
	}
}

type countingReader struct {
	r     *bytes.Reader
	reads int
}

func (c *countingReader) Read(p []byte) (int, error) {
	c.reads++
	return c.r.Read(p)
}
