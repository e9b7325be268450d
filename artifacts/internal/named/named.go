// Package named finds the arrays with names that a Go value is made of, or has
// places for: the elements of a map from strings, or the fields of a struct, under
// their names or those that a format's tag gives them. "-" in a tag leaves a field
// out.
package named

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// An Array is a value that is to be written under a name.
type Array struct {
	Name  string
	Value any
}

// Is reports whether a value of a type is made of arrays with names. An
// [npy.Array] is one array.
func Is(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[npy.Array]() || t.Kind() == reflect.Map && t.Key().Kind() == reflect.String
}

// In returns the arrays of a value: those of a map in the order of their names,
// those of a struct in the order of its fields. A value that has none is
// [artifacts.ErrUnsupportedValue].
func In(value any, tag string) ([]Array, error) {
	v := reflect.ValueOf(value)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() || !Is(v.Type()) {
		return nil, fmt.Errorf("%w: a %T is neither a map nor a struct of arrays; a map gives an array a name", artifacts.ErrUnsupportedValue, value)
	}
	var list []Array
	if v.Kind() == reflect.Map {
		for it := v.MapRange(); it.Next(); {
			list = append(list, Array{it.Key().String(), it.Value().Interface()})
		}
		slices.SortFunc(list, func(a, b Array) int { return cmp.Compare(a.Name, b.Name) })
		return list, nil
	}
	fields, err := fieldsOf(v.Type(), tag)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	for _, f := range fields {
		list = append(list, Array{f.name, v.Field(f.index).Interface()})
	}
	return list, nil
}

// A field is one of a struct that an array belongs to.
type field struct {
	name  string // of the array
	index int
}

func fieldsOf(t reflect.Type, tag string) ([]field, error) {
	var fields []field
	seen := make(map[string]bool)
	for i := range t.NumField() {
		f := t.Field(i)
		name := cmp.Or(f.Tag.Get(tag), f.Name)
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
