package npz

import (
	"context"
	"fmt"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// places are what a type has for arrays: the fields of a struct, or what a map
// is of.
type places struct {
	typ    reflect.Type // a struct or a map
	fields []field      // nil for a map
}

// placesFor returns the places of a target's type.
func placesFor(t reflect.Type) (places, error) {
	natural := reflect.TypeFor[map[string]any]()
	switch {
	case t.Kind() == reflect.Interface && natural.AssignableTo(t):
		return places{typ: natural}, nil
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		return places{typ: t}, nil
	case t.Kind() == reflect.Struct && !isArray(t):
		fields, err := fieldsOf(t)
		if err != nil {
			return places{}, fmt.Errorf("%w: %w", artifacts.ErrTargetType, err)
		}
		return places{typ: t, fields: fields}, nil
	}
	return places{}, fmt.Errorf("%w: arrays with names do not fit a %s", artifacts.ErrTargetType, t)
}

// read makes a value with what an archive has for the places.
func (p places) read(ctx context.Context, a *Archive) (reflect.Value, error) {
	value := reflect.New(p.typ).Elem()
	names := a.Names()
	if p.fields != nil {
		names = nil
		for _, f := range p.fields {
			names = append(names, f.name)
		}
	} else {
		value.Set(reflect.MakeMapWithSize(p.typ, len(names)))
	}
	if err := a.admit(names...); err != nil {
		return value, err
	}
	for i, name := range names {
		if p.fields != nil {
			if err := a.read(ctx, name, value.Field(p.fields[i].index).Addr().Interface()); err != nil {
				return value, err
			}
			continue
		}
		element := reflect.New(p.typ.Elem())
		if err := a.read(ctx, name, element.Interface()); err != nil {
			return value, err
		}
		value.SetMapIndex(reflect.ValueOf(name).Convert(p.typ.Key()), element.Elem())
	}
	return value, nil
}
