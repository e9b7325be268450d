package pyjson

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
)

func (a *assignment) slice(list []any, v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	return a.elements(list, v)
}

// elements stores a list in a slice or array that is long enough.
func (a *assignment) elements(list []any, v reflect.Value) error {
	for i, tree := range list {
		if err := a.value(tree, v.Index(i)); err != nil {
			return at(err, indexStep(i))
		}
	}
	return nil
}

func (a *assignment) structure(o *Object, v reflect.Value) error {
	fields := fieldsOf(v.Type())
	for key, tree := range o.All() {
		f := fields.lookup(key)
		if f == nil {
			continue
		}
		fv, err := settableField(v, f.index)
		if err == nil && f.quoted {
			tree, err = unquoted(tree, fv)
		}
		if err == nil {
			fv.SetZero() // another spelling of the key may have come before
			err = a.value(tree, fv)
		}
		if err != nil {
			return at(err, keyStep(key))
		}
	}
	return nil
}

// settableField returns the field of v at index; it makes the embedded structs
// on the way.
func settableField(v reflect.Value, index []int) (reflect.Value, error) {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !v.CanSet() {
					return v, fmt.Errorf("embedded pointer to unexported %s cannot be set", v.Type().Elem())
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, nil
}

// unquoted returns the scalar inside a string, for the tag option "string".
func unquoted(tree any, v reflect.Value) (any, error) {
	if tree == nil {
		return nil, nil
	}
	text, ok := tree.(string)
	if !ok {
		return nil, mismatch(tree, v)
	}
	inner, err := Parse([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("read quoted value: %w", err)
	}
	return inner, nil
}

func (a *assignment) mapping(o *Object, v reflect.Value) error {
	t := v.Type()
	v.Set(reflect.MakeMapWithSize(t, o.Len()))
	for key, tree := range o.All() {
		k := reflect.New(t.Key()).Elem()
		if err := setKey(key, k); err != nil {
			return at(err, keyStep(key))
		}
		element := reflect.New(t.Elem()).Elem()
		if err := a.value(tree, element); err != nil {
			return at(err, keyStep(key))
		}
		v.SetMapIndex(k, element)
	}
	return nil
}

func setKey(key string, k reflect.Value) error {
	switch {
	case traitsOf(k.Type()).textUnmarshals:
		if err := k.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(key)); err != nil {
			return fmt.Errorf("unmarshal key %s: %w", k.Type(), err)
		}
		return nil
	case k.Kind() == reflect.String:
		k.SetString(key)
		return nil
	case k.CanInt():
		if i, err := strconv.ParseInt(key, 10, 64); err == nil && !k.OverflowInt(i) {
			k.SetInt(i)
			return nil
		}
	case k.CanUint():
		if u, err := strconv.ParseUint(key, 10, 64); err == nil && !k.OverflowUint(u) {
			k.SetUint(u)
			return nil
		}
	}
	return &TypeError{Want: k.Type(), Got: "key " + strconv.Quote(shorten(key))}
}
