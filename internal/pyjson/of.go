package pyjson

import (
	"encoding/base64"
	"reflect"
	"strconv"
	"time"
)

// A Converter turns Go values into trees. A nil *Converter is the zero one.
type Converter struct {
	// Time converts times to anything else that Of takes; nil means RFC 3339
	// text, as in encoding/json.
	Time func(time.Time) any
}

// Of is [Converter.Of] of the zero Converter.
func Of(v any) (any, error) { return (*Converter)(nil).Of(v) }

// Of converts a Go value to a tree, by the rules of encoding/json: struct tags
// with all their options, embedded structs, json.Marshaler and
// encoding.TextMarshaler, bytes as base64. It adds NaN and the infinities, and
// integers of any size. A float32 has the shortest digits of a float32. Keys of
// Go maps are sorted by code point. Trees, or parts of them, are copied.
//
// Errors are of type [*UnsupportedError] or [*ValueError]. The latter wraps
// [ErrCycle], [ErrTooDeep], [ErrNumber] or the error of a marshaler.
func (c *Converter) Of(v any) (any, error) {
	tree, err := newConversion(c).root(v)
	if err != nil {
		return nil, settle(err)
	}
	return tree, nil
}

// A conversion converts one value.
type conversion struct {
	time func(time.Time) any // nil: RFC 3339
	nesting
}

func newConversion(c *Converter) *conversion {
	if c == nil || c.Time == nil {
		return &conversion{}
	}
	return &conversion{time: c.Time}
}

func (c *conversion) root(v any) (any, error) { return c.value(reflect.ValueOf(v)) }

func (c *conversion) value(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Invalid:
		return nil, nil
	case reflect.Interface:
		return c.value(v.Elem())
	case reflect.Pointer:
		// Its methods are found when the value it points to is converted.
		if v.IsNil() {
			return nil, nil
		}
		return c.container(v)
	}
	if v.Type() != predeclared[v.Kind()] {
		if tree, done, err := c.known(v); done {
			return tree, err
		}
		if tree, done, err := c.marshaled(v); done {
			return tree, err
		}
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return integerTree(v.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return Number(strconv.FormatUint(v.Uint(), 10)), nil
	case reflect.Float32, reflect.Float64:
		var buf [32]byte
		return Number(appendFloat(buf[:0], v.Float(), v.Type().Bits())), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Map, reflect.Slice:
		if v.IsNil() {
			return nil, nil
		}
		if v.Kind() == reflect.Slice && traitsOf(v.Type()).bytes {
			return base64.StdEncoding.EncodeToString(v.Bytes()), nil
		}
		return c.container(v)
	case reflect.Array, reflect.Struct:
		return c.container(v)
	}
	return nil, &UnsupportedError{Type: v.Type()}
}

// container converts a value that holds others.
func (c *conversion) container(v reflect.Value) (any, error) {
	step, err := c.enter(v)
	if err != nil {
		return nil, err
	}
	defer c.leave(step)
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type().Elem() == objectType {
			return c.object(v.Interface().(*Object))
		}
		return c.value(v.Elem())
	case reflect.Map:
		return c.mapping(v)
	case reflect.Struct:
		return c.structure(v)
	default:
		return c.list(v)
	}
}
