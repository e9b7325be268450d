package pickle_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
)

type run struct {
	ID     int       `pickle:"id" json:"number"`
	Loss   []float32 `json:"loss"`
	Tags   map[string]struct{}
	By     map[int]string `json:"by"`
	At     pickle.Naive   `json:"at"`
	Took   time.Duration  `json:"took"`
	Parent *run           `json:"parent"`
	Shape  [2]uint8       `json:"shape"`
	Count  big.Int        `json:"count"`
	Level  level          `json:"level"`
	Any    any            `json:"any"`
	Raw    []byte         `json:"raw"`
	Text   fmt.Stringer   `json:"text"`
}

// A pickle with everything a struct can take from it.
func TestStructTarget(t *testing.T) {
	at := time.Date(2025, 1, 2, 3, 4, 5, 6000, time.UTC)
	data := encode(t, pickle.Dict{
		{"id", 7},
		{"loss", pickle.Tuple{0.5, 1, 0.1}},
		{"tags", pickle.FrozenSet{"a", "b"}},
		{"by", pickle.Dict{{1, "one"}}},
		{"at", pickle.Naive{Time: at}},
		{"took", time.Minute},
		{"parent", map[string]any{"ID": 8}},
		{"shape", []int{2, 3}},
		{"count", new(big.Int).Lsh(big.NewInt(1), 70)},
		{"level", "+++"},
		{"any", []any{nil, pickle.Set{1}}},
		{"raw", pickle.ByteArray("raw")},
		{"text", time.Second},
		{"unknown", 1},
		{2, "no name"},
	})
	var got run
	if err := (pickle.Handler{}).Decode(t.Context(), bytes.NewReader(data), &got); err != nil {
		t.Fatal(err)
	}
	want := run{
		ID:     7,
		Loss:   []float32{0.5, 1, 0.1},
		Tags:   map[string]struct{}{"a": {}, "b": {}},
		By:     map[int]string{1: "one"},
		At:     pickle.Naive{Time: at},
		Took:   time.Minute,
		Parent: &run{ID: 8},
		Shape:  [2]uint8{2, 3},
		Level:  3,
		Any:    []any{nil, pickle.Set{int64(1)}},
		Raw:    []byte("raw"),
		Text:   time.Second,
	}
	want.Count.Lsh(big.NewInt(1), 70)
	if diff := cmp.Diff(want, got, cmp.Comparer(func(x, y big.Int) bool { return x.Cmp(&y) == 0 })); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWrongTargets(t *testing.T) {
	tests := []struct {
		value, target any
		want          string
	}{
		{300, new(int8), "the int 300 does not fit a int8"},
		{-1, new(uint), "the int -1 does not fit a uint"},
		{1<<53 + 1, new(float64), "does not fit a float64"},
		{1.0, new(int), "the float 1 does not fit a int"},
		{true, new(int), "a bool does not fit a int"},
		{1, new(bool), "does not fit a bool"},
		{1, new(string), "does not fit a string"},
		{"x", new([]byte), `the str "x" does not fit a []uint8`},
		{[]byte("x"), new(string), "a bytes does not fit a string"},
		{nil, new(int), "None does not fit a int; a pointer would take it"},
		{[]int{1}, new([2]int), "a list does not fit a [2]int, for it has 1 elements"},
		{[]int{1}, new(map[int]int), "a list does not fit a map[int]int"},
		{map[string]int{}, new([]int), "a dict does not fit a []int"},
		{[]any{1, "x"}, new([]int), `at [1]: wrong target type: the str "x"`},
		{map[string]any{"loss": []any{"x"}}, new(run), `at .loss[0]: wrong target type: the str "x" does not fit a float32`},
		{map[string]int{"a": 1}, new(map[int]int), `the str "a" does not fit a int`},
		{pickle.Tuple{1}, new(pickle.Set), "a tuple does not fit a pickle.Set"},
		{[]int{1}, new(pickle.Tuple), "a list does not fit a pickle.Tuple"},
		{pickle.Set{1}, new(pickle.Dict), "a set does not fit a pickle.Dict"},
		{pickle.Naive{Time: time.Unix(0, 0).UTC()}, new(time.Time), "a pickle.Naive would take it"},
		{1, new(time.Duration), "the int 1 does not fit a time.Duration"},
		{1, new(fmt.Stringer), "the int 1 does not fit a fmt.Stringer"},
		{1, new(level), "the int 1 does not fit a pickle_test.level"},
		{new(big.Int).Lsh(big.NewInt(1), 100), new(int64), "an int of 101 bits does not fit a int64"},
		{"x", new(big.Int), "does not fit a big.Int"},
		{map[string]int{}, new(bytes.Buffer), "a *bytes.Buffer is a stream"},
		{pickle.Set{pickle.Tuple{1}}, new(map[any]struct{}), "does not fit a interface"},
	}
	for _, test := range tests {
		err := (pickle.Handler{}).Decode(t.Context(), bytes.NewReader(encode(t, test.value)), test.target)
		if !errors.Is(err, artifacts.ErrTargetType) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v into a %T: %v, want %s", test.value, test.target, err, test.want)
		}
	}
}

// What is one object in Python is one in Go.
func TestSharing(t *testing.T) {
	row := map[string]any{"ID": 1}
	data := encode(t, []any{row, row})
	var pointers []*run
	if err := (pickle.Handler{}).Decode(t.Context(), bytes.NewReader(data), &pointers); err != nil {
		t.Fatal(err)
	}
	if len(pointers) != 2 || pointers[0] != pointers[1] || pointers[0].ID != 1 {
		t.Errorf("pointers are %v", pointers)
	}
	var structs []run
	if err := (pickle.Handler{}).Decode(t.Context(), bytes.NewReader(data), &structs); err != nil {
		t.Fatal(err)
	}
	if structs[1].ID = 2; structs[0].ID != 1 {
		t.Error("one struct is another")
	}
	var mixed struct {
		A any
		B map[string]int
	}
	data = encode(t, struct{ A, B any }{row, row})
	if err := (pickle.Handler{}).Decode(t.Context(), bytes.NewReader(data), &mixed); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mixed.A, any(map[string]any{"ID": int64(1)})); diff != "" || mixed.B["ID"] != 1 {
		t.Errorf("one object in two targets is %v", mixed)
	}
}

// Keys are told apart as Python does.
func TestEqualKeys(t *testing.T) {
	utc := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	value := pickle.Dict{
		{1, "a"}, {"1", "b"}, {1.0, "c"}, {true, "d"}, {complex(1, 0), "e"},
		{pickle.Tuple{0, false}, "f"}, {pickle.Tuple{0.0, 0}, "g"}, {pickle.Tuple{pickle.FrozenSet{1, 2}}, "h"}, {pickle.Tuple{pickle.FrozenSet{2, 1.0}}, "i"},
		{[]byte("1"), "j"}, {nil, "k"}, {utc, "l"}, {utc.In(time.FixedZone("", 3600)), "m"}, {pickle.Naive{Time: utc}, "n"},
		{new(big.Int).Lsh(big.NewInt(1), 80), "o"}, {float64(1 << 80), "p"},
	}
	got, err := decode(t, pickle.Handler{}, encode(t, value))
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, v := range got.(pickle.Dict).All() {
		values = append(values, v.(string))
	}
	if got, want := strings.Join(values, ""), "ebgijkmnp"; got != want {
		t.Errorf("the values left are %s, want %s", got, want)
	}
	if v, ok := got.(pickle.Dict).Get("1"); !ok || v != "b" {
		t.Errorf(`Get("1") returns %v, %t`, v, ok)
	}
	if v, ok := got.(pickle.Dict).Get(2); ok {
		t.Errorf("Get(2) returns %v", v)
	}
}

// TestNaiveHasNoZone: in JSON and in text a reading of a clock stays one.
func TestNaiveHasNoZone(t *testing.T) {
	for want, naive := range map[string]pickle.Naive{
		"2025-02-03T04:05:06":        {Time: time.Date(2025, 2, 3, 4, 5, 6, 0, time.UTC)},
		"2025-02-03T04:05:06.000007": {Time: time.Date(2025, 2, 3, 4, 5, 6, 7000, time.UTC)},
	} {
		text, err := json.Marshal(naive)
		if err != nil || string(text) != `"`+want+`"` {
			t.Errorf("JSON %s, error %v, want %s", text, err, want)
		}
		var back pickle.Naive
		if err := json.Unmarshal(text, &back); err != nil || back != naive {
			t.Errorf("%s is read as %v, error %v", text, back, err)
		}
		if text, err := naive.MarshalText(); err != nil || string(text) != want || naive.String() != want {
			t.Errorf("text %s, error %v, want %s", text, err, want)
		}
	}
}
