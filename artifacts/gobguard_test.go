package artifacts

import (
	"bytes"
	"encoding/gob"
	"errors"
	"slices"
	"testing"
)

type (
	guardList struct {
		Next  *guardList
		Value int
	}
	guardKey  struct{ A int }
	guardMap  struct{ M map[guardKey]guardKey }
	guardAny  struct{ V any }
	guardOnly struct{ Value int } // shares a field with guardList
)

func init() {
	gob.Register(guardAny{})
	gob.Register(guardList{})
	gob.Register([]any(nil))
}

func gobOf(t *testing.T, value any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(value); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lastMessage splits a gob before its last message: the one with the value.
func lastMessage(t *testing.T, data []byte) (types, value []byte) {
	t.Helper()
	for rest := data; ; {
		n, body, ok := takeUint(rest)
		if !ok {
			t.Fatal("not a gob")
		}
		if int(n) == len(body) {
			return data[:len(data)-len(rest)], body
		}
		rest = body[n:]
	}
}

// message puts the length before a message, as four bytes.
func message(body []byte) []byte {
	n := len(body)
	return append([]byte{0xfc, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, body...)
}

// deepList is a gob of a linked list of a given length, made without recursion.
func deepList(t *testing.T, length int) []byte {
	types, value := lastMessage(t, gobOf(t, guardList{Value: 1}))
	body := slices.Clone(value[:len(value)-3])              // without field 2 = 1, end
	body = append(body, bytes.Repeat([]byte{1}, length)...) // field 1: the next one
	body = append(body, bytes.Repeat([]byte{0}, length+1)...)
	return append(slices.Clone(types), message(body)...)
}

func TestGobGuardRefusesWhatWouldExhaustTheStack(t *testing.T) {
	if err := guardGob(deepList(t, maxGobReadDepth-1)); err != nil {
		t.Errorf("list at the limit: %v", err)
	}
	// Without the guard the process would end here, whatever the target is.
	file := deepList(t, 5_000_000)
	for _, target := range []any{new(guardList), new(guardOnly)} {
		err := Gob{}.Decode(t.Context(), bytes.NewReader(file), target)
		if !errors.Is(err, errGobDeep) || !errors.Is(err, ErrCorrupt) {
			t.Errorf("Decode into %T returns %v, want %v", target, err, errGobDeep)
		}
	}
}

// Without the guard the first of these would run for years, and the others
// would be killed for want of memory.
func TestGobGuardRefusesFalseCounts(t *testing.T) {
	type words struct{ M map[string]int }
	huge := []byte{0xf8, 0x10, 0, 0, 0, 0, 0, 0, 0}
	tests := []struct {
		name   string
		value  any
		count  []byte // what the map's entry count of 1 is replaced by
		target any
	}{
		{"structs", guardMap{M: map[guardKey]guardKey{{1}: {2}}}, huge, new(guardMap)},
		{"structs without a place in the target", guardMap{M: map[guardKey]guardKey{{1}: {2}}}, huge, new(guardOnly)},
		{"strings", words{M: map[string]int{"k": 1}}, []byte{0xfc, 0x70, 0, 0, 0}, new(words)},
		{"strings at the top", map[string]int{"k": 1}, []byte{0xfb, 0x10, 0, 0, 0, 0}, new(map[string]int)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			types, value := lastMessage(t, gobOf(t, test.value))
			// After the type come the number of the field, or a zero at the top, and
			// the number of entries.
			i := 1 + bytes.Index(value[2:], []byte{1}) + 2
			if _, top := test.value.(map[string]int); !top {
				i++
			}
			if value[i-1] != 1 {
				t.Fatalf("no count at %d of % x", i-1, value)
			}
			body := append(slices.Clone(value[:i-1]), test.count...)
			file := append(slices.Clone(types), message(body)...)
			if err := (Gob{}).Decode(t.Context(), bytes.NewReader(file), test.target); !errors.Is(err, errGobDamaged) {
				t.Errorf("Decode returns %v, want %v", err, errGobDamaged)
			}
		})
	}
}

// The guard must agree with whatever encoding/gob writes.
func TestGobGuardAcceptsGobs(t *testing.T) {
	nested := any(1)
	for i := range 50 {
		if i%2 == 0 {
			nested = []any{nested, nil, "x", 1.5, guardList{Value: i}}
		} else {
			nested = guardAny{nested}
		}
	}
	type everything struct {
		B     bool
		U     uint64
		F     float64
		C     complex128
		S     string
		Bytes []byte
		Array [3]int16
		Lists [][]string
		Map   map[string]map[int]float32
		List  *guardList
		Any   any
		Big   map[guardKey]guardKey
	}
	values := []any{
		true, -5, uint(1 << 63), 1e300, 2i, "text", []byte("bytes"), [2]bool{true}, []string{}, map[int]string{},
		guardList{}, &guardList{Next: &guardList{Value: 2}}, guardMap{}, []guardAny{{1}, {nil}, {guardList{}}},
		nested, []any{nested},
		everything{
			B: true, U: 1 << 63, F: -0.5, C: 1 + 2i, S: "é", Bytes: make([]byte, 300), Array: [3]int16{-1, 0, 300},
			Lists: [][]string{{}, {"a", ""}}, Map: map[string]map[int]float32{"k": {-1: 2}},
			List: &guardList{Next: &guardList{}}, Any: nested, Big: map[guardKey]guardKey{{}: {}, {1}: {2}},
		},
	}
	for _, value := range values {
		data := gobOf(t, value)
		if err := guardGob(data); err != nil {
			t.Errorf("gob of a %T: %v", value, err)
		}
		// Every part of a stream that is missing its end is either refused or
		// left to gob, which must then survive it.
		for n := range data {
			_ = guardGob(data[:n])
		}
	}
}
