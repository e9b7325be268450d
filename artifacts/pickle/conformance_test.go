package pickle_test

import (
	"bytes"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
)

type layer struct {
	Name    string    `json:"name"`
	Weights []float64 `pickle:"w"`
	Bias    *float32  `json:"bias,omitempty"`
	Secret  string    `json:"-"`
}

func TestConformance(t *testing.T) {
	half := float32(0.5)
	utc := time.Date(2025, 1, 2, 3, 4, 5, 678901000, time.UTC)
	same := func(got, want any) bool { return canon(got) == canon(want) }
	artifacttest.Run(t, pickle.Handler{},
		artifacttest.Case{Name: "nil", Value: nil, File: []byte("\x80\x04N.")},
		artifacttest.Case{Name: "int", Value: 1, Natural: int64(1), File: []byte("\x80\x04K\x01.")},
		artifacttest.Case{Name: "text", Value: "héllo", Natural: "héllo"},
		artifacttest.Case{Name: "floats", Value: []float64{0, 0.5, math.Inf(1)}, Natural: []any{0.0, 0.5, math.Inf(1)}},
		artifacttest.Case{Name: "bytes", Value: []byte("\x00\xff"), Natural: []byte("\x00\xff")},
		artifacttest.Case{
			Name:    "struct",
			Value:   layer{Name: "a", Weights: []float64{1, 2}, Bias: &half, Secret: "x"},
			Want:    layer{Name: "a", Weights: []float64{1, 2}, Bias: &half},
			Natural: map[string]any{"name": "a", "w": []any{1.0, 2.0}, "bias": 0.5},
		},
		artifacttest.Case{Name: "map", Value: map[int]string{2: "b", 1: "a"}, Natural: pickle.Dict{{int64(1), "a"}, {int64(2), "b"}}},
		artifacttest.Case{Name: "set", Value: map[string]struct{}{"a": {}, "b": {}}, Natural: pickle.Set{"a", "b"}},
		artifacttest.Case{Name: "time", Value: utc, Natural: utc, Equal: same},
		artifacttest.Case{Name: "big", Value: new(big.Int).Lsh(big.NewInt(1), 100), Equal: same},
		artifacttest.Case{
			Name: "tree", Value: pickle.Dict{
				{"t", pickle.Tuple{int64(1), nil, pickle.FrozenSet{"x"}}},
				{pickle.Tuple{"k", int64(2)}, pickle.ByteArray("ab")},
				{int64(3), pickle.Naive{Time: utc, Fold: true}},
				{pickle.Date{Year: 2025, Month: 1, Day: 2}, pickle.TimeOfDay{Hour: 3, Zone: &pickle.Zone{Offset: 60}}},
			}, Settings: map[string]any{"ordered": true},
		},
		artifacttest.Case{Name: "channel", Value: make(chan int), Refused: true},
		artifacttest.Case{Name: "channel within", Value: []any{make(chan int)}, Refused: true},
		artifacttest.Case{Name: "function in a struct", Value: struct{ F func() }{}, Refused: true},
		artifacttest.Case{Name: "reader", Value: new(bytes.Buffer), Refused: true},
		artifacttest.Case{Name: "not text", Value: "\xff", Refused: true},
		artifacttest.Case{Name: "half a surrogate", Value: "\xed\xa0", Refused: true},
		artifacttest.Case{Name: "list as a key", Value: pickle.Dict{{[]any{1}, 1}}, Refused: true},
		artifacttest.Case{Name: "set in a set", Value: pickle.Set{pickle.Set{1}}, Refused: true},
		artifacttest.Case{Name: "struct as a key", Value: map[struct{ A int }]int{{1}: 1}, Refused: true},
		artifacttest.Case{Name: "cycle", Value: cycle(), Refused: true},
		artifacttest.Case{Name: "cycle of pointers", Value: ring(), Refused: true},
		artifacttest.Case{Name: "deep", Value: nested(1000), Refused: true},
		artifacttest.Case{Name: "year 0", Value: time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), Refused: true},
		artifacttest.Case{Name: "no date", Value: pickle.Date{Year: 2025, Month: 2, Day: 30}, Refused: true},
		artifacttest.Case{Name: "no time", Value: pickle.TimeOfDay{Hour: 24}, Refused: true},
		artifacttest.Case{Name: "no zone", Value: pickle.Zone{Offset: 86400}, Refused: true},
		artifacttest.Case{Name: "no decimal", Value: pickle.Decimal("0x1"), Refused: true},
	)
}

func cycle() any {
	list := make([]any, 1)
	list[0] = map[string]any{"list": list}
	return list
}

func ring() any {
	type node struct{ Next *node }
	a := &node{}
	a.Next = &node{a}
	return a
}

func nested(levels int) any {
	var v any
	for range levels {
		v = []any{v}
	}
	return v
}

type level int

func (l level) MarshalText() ([]byte, error) { return []byte(strings.Repeat("+", int(l))), nil }

func (l *level) UnmarshalText(text []byte) error {
	*l = level(len(text))
	return nil
}

// A goValue is a value of a Go type, and what it is once it was a pickle.
type goValue struct {
	name        string
	value, want any
}

func goValues() []goValue {
	inner := []int{1}
	pointed := &layer{Name: "x"}
	berlin := time.FixedZone("CET", 3600)
	return []goValue{
		{"unsigned", uint64(math.MaxUint64), new(big.Int).SetUint64(math.MaxUint64)},
		{"small kinds", []any{int8(-1), uint16(2), float32(0.5), complex64(1i)}, []any{int64(-1), int64(2), 0.5, 1i}},
		{"array", [2]int{1, 2}, []any{int64(1), int64(2)}},
		{"array of bytes", [2]byte{1, 2}, []byte{1, 2}},
		{"array as a key", map[[2]int]bool{{1, 2}: true}, pickle.Dict{{pickle.Tuple{int64(1), int64(2)}, true}}},
		{"nothing", []any{[]int(nil), map[string]int(nil), (*int)(nil), pickle.Tuple(nil), []byte(nil)}, []any{nil, nil, nil, nil, nil}},
		{"empty", []any{[]int{}, map[int]int{}, pickle.Tuple{}, []byte{}, pickle.ByteArray{}, pickle.Set{}, pickle.FrozenSet{}}, []any{[]any{}, map[string]any{}, pickle.Tuple{}, []byte{}, pickle.ByteArray{}, pickle.Set{}, pickle.FrozenSet{}}},
		{"used twice", [][]int{inner, inner}, []any{[]any{int64(1)}, []any{int64(1)}}},
		{"pointers", []*layer{pointed, pointed}, []any{map[string]any{"name": "x", "w": nil}, map[string]any{"name": "x", "w": nil}}},
		{"as text", map[level]level{2: 1}, map[string]any{"++": "+"}},
		{"integer by pointer", big.NewInt(5), int64(5)},
		{"keys of all kinds", map[any]int{"b": 1, 2: 2, "a": 3, 1.5: 4, true: 5}, pickle.Dict{{true, int64(5)}, {int64(2), int64(2)}, {1.5, int64(4)}, {"a", int64(3)}, {"b", int64(1)}}},
		{"not a number as a key", map[float64]int{math.NaN(): 1}, pickle.Dict{{math.NaN(), int64(1)}}},
		{"nanoseconds", time.Date(2025, 1, 2, 3, 4, 5, 1999, berlin), time.Date(2025, 1, 2, 3, 4, 5, 1000, berlin)},
		{"duration", []time.Duration{-1500, time.Hour, -26 * time.Hour}, []any{-1 * time.Microsecond, time.Hour, -26 * time.Hour}},
		{"embedded", struct {
			*layer
			Own int
		}{nil, 1}, map[string]any{"Own": int64(1)}},
	}
}

func TestGoTypes(t *testing.T) {
	for _, test := range goValues() {
		t.Run(test.name, func(t *testing.T) {
			got, err := decode(t, pickle.Handler{}, encode(t, test.value))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(canon(test.want), canon(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Errors of values name the place.
func TestPlacesOfErrors(t *testing.T) {
	tests := []struct {
		value any
		want  string
	}{
		{map[string]any{"a": []any{1, make(chan int)}}, "at [a][1]: unsupported value: a value of type chan int"},
		{pickle.Dict{{1, pickle.Tuple{"\xff"}}}, "at [1][0]: unsupported value: a string that is not UTF-8: \"\\xff\""},
		{struct{ F []chan int }{}, "at .F: unsupported value: a value of type chan int"},
	}
	for _, test := range tests {
		err := (pickle.Handler{}).Encode(t.Context(), new(bytes.Buffer), test.value)
		if !errors.Is(err, artifacts.ErrUnsupportedValue) || err.Error() != test.want {
			t.Errorf("Encode(%v) returns %v, want %s", test.value, err, test.want)
		}
	}
}
