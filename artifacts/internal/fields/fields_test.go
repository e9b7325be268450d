package fields

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type deep struct {
	A, Deep int
	Time    time.Time
}

type Pointed struct {
	A, FromPointer int
	Tagged         string `json:"tagged"`
}

type Self struct {
	*Self
	Own int
}

type everything struct {
	deep
	*Pointed
	Named  deep `json:"named"`
	A      int
	B      int   `json:"b,omitempty" own:"bee,option,omitzero"`
	Other  int   `json:"tagged"`
	Hidden int   `json:"-"`
	C      []int `json:",omitempty"`
}

// The names are those encoding/json gives, as far as the tags are its own.
func TestNamesAreThoseOfJSON(t *testing.T) {
	for _, value := range []any{everything{Pointed: &Pointed{}, C: []int{1}, B: 1}, deep{}, Self{}, struct{}{},
		struct {
			deep
			Pointed
		}{}, // A is ambiguous
	} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		var wantNames, names []string
		for name := range want {
			wantNames = append(wantNames, name)
		}
		for _, f := range Of(reflect.TypeOf(value), "json") {
			names = append(names, f.Name)
		}
		slices.Sort(wantNames)
		slices.Sort(names)
		if diff := cmp.Diff(wantNames, names); diff != "" {
			t.Errorf("%T (-json +fields):\n%s", value, diff)
		}
	}
}

func TestOwnTag(t *testing.T) {
	for _, f := range Of(reflect.TypeFor[everything](), "own") {
		if f.Name == "b" {
			t.Error("the tag of json is used beside the format's own")
		}
		if f.Name != "bee" {
			continue
		}
		if !f.OmitZero || f.OmitEmpty || !slices.Contains(f.Options, "option") {
			t.Errorf("options are lost: %+v", f)
		}
		return
	}
	t.Error("no field has the name of the format's own tag")
}

func TestGetAndMake(t *testing.T) {
	var value everything
	for _, f := range Of(reflect.TypeFor[everything](), "json") {
		if f.Name != "FromPointer" {
			continue
		}
		if f.Get(reflect.ValueOf(value)).IsValid() {
			t.Error("a field within nil is found")
		}
		f.Make(reflect.ValueOf(&value).Elem()).SetInt(3)
		if value.Pointed == nil || value.FromPointer != 3 || f.Get(reflect.ValueOf(value)).Int() != 3 {
			t.Errorf("not set: %+v", value.Pointed)
		}
		return
	}
	t.Error("the field of an embedded pointer is missing")
}

func TestOmitted(t *testing.T) {
	type omitting struct {
		List  []int     `json:",omitempty"`
		Array [2]int    `json:",omitempty"`
		Time  time.Time `json:",omitzero"`
		Zero  int       `json:",omitzero"`
		Kept  int
	}
	var left []string
	for _, f := range Of(reflect.TypeFor[omitting](), "json") {
		if !f.Omitted(f.Get(reflect.ValueOf(omitting{List: []int{}}))) {
			left = append(left, f.Name)
		}
	}
	if diff := cmp.Diff([]string{"Array", "Kept"}, left); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
