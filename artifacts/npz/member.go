package npz

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// A member is an array to be written.
type member struct {
	name  string
	value any
}

// membersOf returns the arrays of a value in the order in which they are written.
func membersOf(value any) ([]member, error) {
	v := reflect.ValueOf(value)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	var list []member
	switch {
	case isMap(v):
		for it := v.MapRange(); it.Next(); {
			list = append(list, member{it.Key().String(), it.Value().Interface()})
		}
		slices.SortFunc(list, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	case v.Kind() == reflect.Struct && !isArray(v.Type()):
		fields, err := fieldsOf(v.Type())
		if err != nil {
			return nil, fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
		}
		for _, f := range fields {
			list = append(list, member{f.name, v.Field(f.index).Interface()})
		}
	default:
		return nil, fmt.Errorf("%w: a %T is neither a map nor a struct of arrays; a map gives an array a name", artifacts.ErrUnsupportedValue, value)
	}
	for _, m := range list {
		if err := checkName(m.name); err != nil {
			return nil, fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
		}
	}
	return list, nil
}

// isArray tells an array from the structs whose fields are arrays.
func isArray(t reflect.Type) bool { return t == reflect.TypeFor[npy.Array]() }

func isMap(v reflect.Value) bool {
	return v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String
}

// maxName is the longest name: a zip file counts names with two bytes.
const maxName = 1<<16 - 1 - len(suffix)

func checkName(name string) error {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return fmt.Errorf("%.80q cannot be the name of an array", name)
	}
	return nil
}

// A field is one of a struct that an array belongs to.
type field struct {
	name  string // of the array
	index int
}

// fieldsOf returns the fields of a struct type that are arrays.
func fieldsOf(t reflect.Type) ([]field, error) {
	var fields []field
	seen := make(map[string]bool)
	for i := range t.NumField() {
		f := t.Field(i)
		name := cmp.Or(f.Tag.Get("npz"), f.Name)
		if !f.IsExported() || name == "-" {
			continue
		}
		if seen[name] {
			return nil, fmt.Errorf("two fields of a %s are named %q", t, name)
		}
		seen[name] = true
		fields = append(fields, field{name, i})
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("a %s has no fields that are arrays", t)
	}
	return fields, nil
}
