package pyjson

import (
	"encoding"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

func (c *conversion) list(v reflect.Value) (any, error) {
	list := make([]any, v.Len())
	for i := range list {
		tree, err := c.value(v.Index(i))
		if err != nil {
			return nil, at(err, indexStep(i))
		}
		list[i] = tree
	}
	return list, nil
}

func (c *conversion) object(o *Object) (any, error) {
	out := objectOf(o.Len())
	for key, v := range o.All() {
		tree, err := c.root(v)
		if err != nil {
			return nil, at(err, keyStep(key))
		}
		out.Set(key, tree)
	}
	return out, nil
}

func (c *conversion) structure(v reflect.Value) (any, error) {
	fields := fieldsOf(v.Type()).list
	out := objectOf(len(fields))
	for _, f := range fields {
		fv, ok := readField(v, f.index)
		if !ok || f.omitEmpty && isEmpty(fv) || f.omitZero && isZero(fv) {
			continue
		}
		tree, err := c.value(fv)
		if err != nil {
			return nil, at(err, keyStep(f.name))
		}
		if f.quoted {
			tree = quote(tree)
		}
		out.Set(f.name, tree)
	}
	return out, nil
}

// quote does what the tag option "string" asks for.
func quote(tree any) any {
	switch x := tree.(type) {
	case bool:
		return strconv.FormatBool(x)
	case Number:
		return string(x)
	case string:
		return string(AppendString(nil, x))
	}
	return tree
}

func (c *conversion) mapping(v reflect.Value) (any, error) {
	if !isMapKey(v.Type().Key()) {
		return nil, &UnsupportedError{Type: v.Type()}
	}
	type entry struct {
		key   string
		value reflect.Value
	}
	entries := make([]entry, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, err := mapKey(it.Key())
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{key, it.Value()})
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	out := objectOf(len(entries))
	for _, e := range entries {
		tree, err := c.value(e.value)
		if err != nil {
			return nil, at(err, keyStep(e.key))
		}
		out.Set(e.key, tree)
	}
	return out, nil
}

func isMapKey(t reflect.Type) bool {
	return t.Kind() == reflect.String || reflect.Int <= t.Kind() && t.Kind() <= reflect.Uintptr || traitsOf(t).textMarshals
}

// mapKey returns the text of a key. A string is its own text even if it has a
// MarshalText method, as in encoding/json.
func mapKey(k reflect.Value) (string, error) {
	switch {
	case k.Kind() == reflect.String:
		return k.String(), nil
	case traitsOf(k.Type()).textMarshals:
		if isNil(k) {
			return "", nil
		}
		return marshalText(k.Interface().(encoding.TextMarshaler))
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10), nil
	default:
		return strconv.FormatUint(k.Uint(), 10), nil
	}
}
