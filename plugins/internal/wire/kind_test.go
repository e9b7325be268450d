package wire

import (
	"encoding/json"
	"errors"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestCheckKind(t *testing.T) {
	var nothing *pair
	tests := []struct {
		v     any
		kinds []Kind // that it is of, besides any
	}{
		{nil, []Kind{KindScalar}},
		{nothing, []Kind{KindScalar}},
		{5, []Kind{KindScalar}},
		{time.Now(), []Kind{KindScalar}},
		{json.Number("1"), []Kind{KindScalar, KindText}},
		{"text", []Kind{KindText}},
		{[]byte("x"), []Kind{KindBytes}},
		{[2]byte{}, []Kind{KindBytes}},
		{strings.NewReader(""), []Kind{KindBytes, KindMap, KindTable}}, // a pointer to a struct too
		{[]int{1}, []Kind{KindList}},
		{[]int{}, []Kind{KindList, KindTable, KindMatrix}},
		{[]any{1, "a"}, []Kind{KindList}},
		{[][]float64{{1}}, []Kind{KindList, KindMatrix}},
		{[]any{[]any{1}, []any{2.5}}, []Kind{KindList, KindMatrix}},
		{[]any{[]any{"a"}}, []Kind{KindList}},
		{[]any{}, []Kind{KindList, KindTable, KindMatrix}},
		{[]any{nil}, []Kind{KindList, KindTable, KindMatrix}},
		{map[string]int{"a": 1}, []Kind{KindMap}},
		{map[string][]int{"a": {1}}, []Kind{KindMap, KindTable}},
		{map[string]any{}, []Kind{KindMap, KindTable}},
		{pairs, []Kind{KindList, KindTable}},
		{&pairs, []Kind{KindList, KindTable}},
		{[]map[string]any{{"a": 1}}, []Kind{KindList, KindTable}},
		{slices.Values(pairs), []Kind{KindList, KindTable}},
		{iter.Seq2[any, error](nil), []Kind{KindList, KindTable, KindMatrix}},
		{pairs[0], []Kind{KindMap, KindTable}},
		// Only MarshalJSON knows what these are.
		{json.RawMessage("[]"), []Kind{KindScalar, KindBytes, KindText, KindList, KindMap, KindTable, KindMatrix}},
	}
	all := []Kind{KindScalar, KindText, KindBytes, KindList, KindMap, KindTable, KindMatrix}
	for _, test := range tests {
		for _, k := range all {
			err := CheckKind(test.v, []Kind{k})
			if slices.Contains(test.kinds, k) != (err == nil) || err != nil && !errors.Is(err, artifacts.ErrUnsupportedValue) {
				t.Errorf("CheckKind(%T %v, %v): %v", test.v, test.v, k, err)
			}
		}
		for _, kinds := range [][]Kind{nil, {KindAny}, {KindText, KindAny}, {99}} {
			if err := CheckKind(test.v, kinds); err != nil {
				t.Errorf("CheckKind(%T, %v): %v", test.v, kinds, err)
			}
		}
	}
	err := CheckKind(map[string]float64{"a": 1}, []Kind{KindTable, KindMatrix})
	if want := "unsupported value: a table or matrix is needed, got map[string]float64"; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}

func TestKindsOf(t *testing.T) {
	for _, test := range []struct {
		t    reflect.Type
		want Kind
	}{
		{reflect.TypeFor[int](), KindScalar}, {reflect.TypeFor[*time.Time](), KindScalar}, {reflect.TypeFor[string](), KindText},
		{reflect.TypeFor[[]byte](), KindBytes}, {reflect.TypeFor[io.Reader](), KindBytes}, {reflect.TypeFor[[]string](), KindList},
		{reflect.TypeFor[iter.Seq2[int, error]](), KindList}, {reflect.TypeFor[map[string]int](), KindMap}, {reflect.TypeFor[*pair](), KindMap},
		{reflect.TypeFor[any](), KindAny}, {reflect.TypeFor[json.RawMessage](), KindAny},
	} {
		if got := KindsOf(test.t); !slices.Equal(got, []Kind{test.want}) {
			t.Errorf("KindsOf %v is %v, want %v", test.t, got, test.want)
		}
	}
	if s := KindMatrix.String() + " " + Kind(77).String(); s != "matrix kind 77" {
		t.Errorf("the names are %q", s)
	}
}
