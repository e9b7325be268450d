package pickle

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// assignContainer stores a container in dst, whose type says what it must be.
func (c *conversion) assignContainer(v container, dst reflect.Value, depth int) error {
	switch v := v.(type) {
	case *list:
		return c.sequence(v, v.items, dst, depth)
	case *tuple:
		return c.sequence(v, v.items, dst, depth)
	case *set:
		items, err := c.distinct(v, depth)
		if err != nil {
			return err
		}
		if dst.Kind() == reflect.Map && dst.Type().Elem() == emptyType {
			return c.setKeys(items, dst, depth)
		}
		return c.sequence(v, items, dst, depth)
	case *dict:
		switch dst.Kind() {
		case reflect.Struct:
			return c.structure(v, dst, depth)
		case reflect.Map:
			return c.assignMap(v, dst, depth)
		}
	}
	return mismatch(v, dst.Type())
}

func (c *conversion) sequence(v container, items []any, dst reflect.Value, depth int) error {
	switch dst.Kind() {
	case reflect.Slice:
		dst.Set(reflect.MakeSlice(dst.Type(), len(items), len(items)))
	case reflect.Array:
		if dst.Len() != len(items) {
			return fmt.Errorf("%w, for it has %d elements", mismatch(v, dst.Type()), len(items))
		}
	default:
		return mismatch(v, dst.Type())
	}
	if sequenceOf(items, dst) {
		return nil
	}
	for i, item := range items {
		if err := c.assign(item, dst.Index(i), depth+1); err != nil {
			return at(err, "[%d]", i)
		}
	}
	return nil
}

// sequenceOf stores elements that are all of the one type that dst has, without
// a call for each. It reports whether they are.
func sequenceOf(items []any, dst reflect.Value) bool {
	if !dst.CanAddr() {
		return false
	}
	switch out := dst.Addr().Interface().(type) {
	case *[]float64:
		return copyAll(*out, items)
	case *[]int64:
		return copyAll(*out, items)
	case *[]string:
		return copyAll(*out, items)
	}
	return false
}

func copyAll[T any](dst []T, items []any) bool {
	for i, item := range items {
		v, ok := item.(T)
		if !ok {
			return false
		}
		dst[i] = v
	}
	return true
}

func (c *conversion) setKeys(items []any, dst reflect.Value, depth int) error {
	t := dst.Type()
	dst.Set(reflect.MakeMapWithSize(t, len(items)))
	for _, item := range items {
		key, err := c.mapKey(item, t, depth)
		if err != nil {
			return err
		}
		dst.SetMapIndex(key, reflect.Zero(emptyType))
	}
	return nil
}

func (c *conversion) assignMap(d *dict, dst reflect.Value, depth int) error {
	t := dst.Type()
	dst.Set(reflect.MakeMapWithSize(t, len(d.items)/2))
	for i := 0; i < len(d.items); i += 2 {
		key, err := c.mapKey(d.items[i], t, depth)
		if err != nil {
			return err
		}
		element := reflect.New(t.Elem()).Elem()
		if err := c.assign(d.items[i+1], element, depth+1); err != nil {
			return at(err, "[%s]", describe(d.items[i]))
		}
		dst.SetMapIndex(key, element)
	}
	return nil
}

// mapKey makes a key of a map of type t.
func (c *conversion) mapKey(item any, t reflect.Type, depth int) (reflect.Value, error) {
	key := reflect.New(t.Key()).Elem()
	if err := c.assign(item, key, depth+1); err != nil {
		return key, at(err, "[key %s]", describe(item))
	}
	if !key.Comparable() {
		return key, at(mismatch(item, t.Key()), "[key]")
	}
	return key, nil
}

// structure fills a struct from a dict. Keys without a field, and those that are
// no str, are left out, as encoding/json does.
func (c *conversion) structure(d *dict, dst reflect.Value, depth int) error {
	known := fields.Of(dst.Type(), tag)
	for i := 0; i < len(d.items); i += 2 {
		key, ok := d.items[i].(string)
		if !ok {
			continue
		}
		f := fieldFor(known, key)
		if f == nil {
			continue
		}
		field := f.Make(dst)
		field.SetZero() // another spelling of the key may have come before
		if err := c.assign(d.items[i+1], field, depth+1); err != nil {
			return at(err, ".%s", f.Name)
		}
	}
	return nil
}

// tag is the key of the struct tags of this package.
const tag = "pickle"

// fieldFor finds a field by its name, or else without regard to case.
func fieldFor(known []fields.Field, key string) *fields.Field {
	var found *fields.Field
	for i := range known {
		f := &known[i]
		if f.Name == key {
			return f
		}
		if found == nil && strings.EqualFold(f.Name, key) {
			found = f
		}
	}
	return found
}
