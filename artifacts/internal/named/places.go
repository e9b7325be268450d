package named

import (
	"fmt"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Places are what a type has for arrays: the fields of a struct, or what a map
// is of.
type Places struct {
	typ    reflect.Type // a struct or a map
	fields []field      // nil for a map
}

// For returns the places of a target's type: those of a map[string]any for an
// interface. A type without any is [artifacts.ErrTargetType].
func For(t reflect.Type, tag string) (Places, error) {
	natural := reflect.TypeFor[map[string]any]()
	switch {
	case t.Kind() == reflect.Interface && natural.AssignableTo(t):
		return Places{typ: natural}, nil
	case !Is(t):
		return Places{}, fmt.Errorf("%w: arrays with names do not fit a %s", artifacts.ErrTargetType, t)
	case t.Kind() == reflect.Map:
		return Places{typ: t}, nil
	default:
		fields, err := fieldsOf(t, tag)
		if err != nil {
			return Places{}, fmt.Errorf("%w: %w", artifacts.ErrTargetType, err)
		}
		return Places{typ: t, fields: fields}, nil
	}
}

// Names returns the names of the arrays that there are places for, of all those
// of a file. A struct may have names that the file has not.
func (p Places) Names(all []string) []string {
	if p.fields == nil {
		return all
	}
	names := make([]string, len(p.fields))
	for i, f := range p.fields {
		names[i] = f.name
	}
	return names
}

// Read returns a value whose places are filled with the arrays named, as
// [Places.Names] returned them, each read into the target that read gets.
func (p Places) Read(names []string, read func(name string, target any) error) (reflect.Value, error) {
	value := reflect.New(p.typ).Elem()
	if p.fields == nil {
		value.Set(reflect.MakeMapWithSize(p.typ, len(names)))
	}
	for i, name := range names {
		if p.fields != nil {
			if err := read(name, value.Field(p.fields[i].index).Addr().Interface()); err != nil {
				return value, err
			}
			continue
		}
		element := reflect.New(p.typ.Elem())
		if err := read(name, element.Interface()); err != nil {
			return value, err
		}
		value.SetMapIndex(reflect.ValueOf(name).Convert(p.typ.Key()), element.Elem())
	}
	return value, nil
}
