package sdk

import (
	"errors"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

type allSettings struct {
	Flag    bool
	Whole   int
	Small   int8
	Count   uint16
	Ratio   float32 `json:"ratio,omitempty"`
	Name    string
	Names   []string
	Limits  map[string]int
	Since   time.Time
	Inner   struct{ X int }
	Skipped int `json:"-"`
	hidden  int
}

func TestConfigure(t *testing.T) {
	h := Typed[string, allSettings]{Settings: allSettings{Whole: 5, Names: []string{"a", "b"}, Limits: map[string]int{"a": 1}, hidden: 7}}
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	configured, err := h.Configure(map[string]any{
		"flag": "true", "small": int64(-128), "count": "65535", "ratio": "0.5", "name": "n", "names": []any{"c"},
		"limits": map[string]any{"b": 2}, "since": since, "inner": map[string]any{"X": 3},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := configured.(Typed[string, allSettings]).Settings
	want := allSettings{
		Flag: true, Whole: 5, Small: -128, Count: 65535, Ratio: 0.5, Name: "n", Names: []string{"c"},
		Limits: map[string]int{"b": 2}, Since: since, Inner: struct{ X int }{3}, hidden: 7,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the settings are %+v, want %+v", got, want)
	}
	if h.Settings.Whole != 5 || !slices.Equal(h.Settings.Names, []string{"a", "b"}) || h.Settings.Limits["a"] != 1 {
		t.Errorf("those of the handler are now %+v", h.Settings)
	}
	for name, value := range map[string]any{
		"flag": 5, "whole": 1.5, "small": 128, "count": 65536, "ratio": 1e300, "name": 5, "names": "a", "limits": []int{1}, "since": "yesterday",
		"inner": 5, "skipped": 1, "hidden": 1, "Flag": true,
	} {
		if _, err := h.Configure(map[string]any{name: value}); err == nil || !strings.Contains(err.Error(), `"`+name+`"`) {
			t.Errorf("setting %s to %v: %v", name, value, err)
		}
	}
	if none, err := (Typed[string, struct{}]{}).Configure(nil); err != nil || none == nil {
		t.Errorf("no settings: %v", err)
	}
	if _, err := (Typed[string, struct{}]{}).Configure(map[string]any{"x": 1}); err == nil {
		t.Error("a setting of a handler without any is taken")
	}
}

// A Typed is a handler in a program as well.
func TestTypedInProcess(t *testing.T) {
	if err := lines.Check([]string{"a"}); err != nil {
		t.Error(err)
	}
	if err := lines.Check(5); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("Check of another type: %v", err)
	}
	if lines.ValueType() != reflect.TypeFor[[]string]() || (artifacts.Typed[iter.Seq2[row, error]]{}).ValueType() != reflect.TypeFor[iter.Seq2[row, error]]() {
		t.Error("ValueType is not T")
	}
	configured, err := lines.Configure(map[string]any{"end": "|"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := configured.Encode(t.Context(), &b, []string{"a", "b"}); err != nil || b.String() != "a|b|" {
		t.Errorf("Encode writes %q, %v", b.String(), err)
	}
	var got []string
	if err := configured.Decode(t.Context(), strings.NewReader("a|b|"), &got); err != nil || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("Decode gives %q, %v", got, err)
	}
	oneWay := lines
	oneWay.Read = nil
	if !oneWay.Format().OutputOnly {
		t.Error("a handler without Read is not output only")
	}
	c, _ := served(t, oneWay)
	if f := decodeCall(t, c, begin("lines"), upload{}).failure; f.GetCode().String() != "CODE_UNSUPPORTED" {
		t.Errorf("decoding it gives %v", f)
	}
	oneWay.Read, oneWay.Write = lines.Read, nil
	if err := oneWay.Encode(t.Context(), &b, []string{"a"}); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("Encode without Write: %v", err)
	}
}
