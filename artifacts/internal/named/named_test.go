package named

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

type model struct {
	Weights []float64 `own:"w"`
	Bias    float64
	Notes   string `own:"-"`
	hidden  int
}

func TestIn(t *testing.T) {
	value := model{Weights: []float64{1}, Bias: 2, hidden: 3}
	want := []Array{{"w", []float64{1}}, {"Bias", 2.0}}
	for name, test := range map[string]struct {
		value any
		want  []Array
	}{
		"struct":  {value, want},
		"pointer": {&value, want},
		"map":     {map[string]int{"b": 2, "a": 1}, []Array{{"a", 1}, {"b", 2}}},
		"empty":   {map[string]int{}, nil},
	} {
		got, err := In(test.value, "own")
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	for _, value := range []any{nil, (*model)(nil), 3, map[int]int{}, struct{}{}, struct {
		A int
		B int `own:"A"`
	}{}} {
		if _, err := In(value, "own"); !errors.Is(err, artifacts.ErrUnsupportedValue) {
			t.Errorf("In(%#v): %v, want ErrUnsupportedValue", value, err)
		}
	}
}

func TestPlaces(t *testing.T) {
	type text string
	all := []string{"Bias", "other"}
	for name, test := range map[string]struct {
		t     reflect.Type
		names []string
		want  any
	}{
		"struct":   {reflect.TypeFor[model](), []string{"w", "Bias"}, model{Weights: []float64{1}, Bias: 4}},
		"map":      {reflect.TypeFor[map[text]float64](), all, map[text]float64{"Bias": 4, "other": 5}},
		"anything": {reflect.TypeFor[any](), all, map[string]any{"Bias": "Bias", "other": "other"}},
	} {
		p, err := For(test.t, "own")
		if err != nil {
			t.Fatal(err)
		}
		names := p.Names(all)
		if diff := cmp.Diff(test.names, names); diff != "" {
			t.Errorf("%s: names (-want +got):\n%s", name, diff)
		}
		got, err := p.Read(names, func(name string, target any) error {
			switch target := target.(type) {
			case *[]float64:
				*target = []float64{1}
			case *float64:
				*target = float64(len(name))
			case *any:
				*target = name
			}
			return nil
		})
		if err != nil || !reflect.DeepEqual(got.Interface(), test.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, test.want)
		}
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[int](), reflect.TypeFor[map[int]int](), reflect.TypeFor[error](), reflect.TypeFor[struct{ a int }]()} {
		if _, err := For(typ, "own"); !errors.Is(err, artifacts.ErrTargetType) {
			t.Errorf("For(%s): %v, want ErrTargetType", typ, err)
		}
	}
	p, err := For(reflect.TypeFor[map[string]int](), "own")
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if _, err := p.Read(all, func(string, any) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("Read: %v, want the error of the first array", err)
	}
}
