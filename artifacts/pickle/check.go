package pickle

import (
	"encoding"
	"fmt"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

var textMarshalerType = reflect.TypeFor[encoding.TextMarshaler]()

// checkType returns ErrUnsupportedValue if no value of the type but nil can be
// written. Nil is a value of no type.
func checkType(t reflect.Type) error {
	if t == nil {
		return nil
	}
	return typeCheck{}.check(t)
}

// A typeCheck has the types that were looked at: recursive ones come again.
type typeCheck map[reflect.Type]bool

func (c typeCheck) check(t reflect.Type) error {
	if c[t] {
		return nil
	}
	c[t] = true
	if writers[t] != nil || t.Implements(textMarshalerType) || reflect.PointerTo(t).Implements(textMarshalerType) {
		return nil
	}
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return unsupported("a value of type %s", t)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return c.check(t.Elem())
	case reflect.Map:
		if err := c.checkKey(t.Key()); err != nil {
			return err
		}
		if t.Elem() == emptyType {
			return nil
		}
		return c.check(t.Elem())
	case reflect.Struct:
		for _, f := range fields.Of(t, tag) {
			if f.OmitEmpty || f.OmitZero {
				continue // it may never have a value
			}
			if err := c.check(f.Type); err != nil {
				return at(err, ".%s", f.Name)
			}
		}
	}
	return nil
}

// checkKey refuses what Python could not hash. A key of Go is no slice nor map.
func (c typeCheck) checkKey(t reflect.Type) error {
	if t.Kind() == reflect.Struct && writers[t] == nil && !t.Implements(textMarshalerType) {
		return unsupported("a key of type %s, which would be a dict", t)
	}
	return c.check(t)
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %s", artifacts.ErrUnsupportedValue, fmt.Sprintf(format, args...))
}
