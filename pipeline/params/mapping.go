package params

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// mapping writes a map.
func (e *encoder) mapping(v reflect.Value) error {
	if v.IsNil() {
		e.out = append(e.out, "null"...)
		return nil
	}
	members := make([]member[reflect.Value], 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, err := keyText(it.Key())
		if err != nil {
			return e.fail(err)
		}
		members = append(members, member[reflect.Value]{key, it.Value()})
	}
	return e.inside(v, 0, func() error { return object(e, members, e.value) })
}

// marshalerOf returns a key that has a text of its own. Most are plain strings,
// which are not copied to be asked.
func marshalerOf(k reflect.Value) (encoding.TextMarshaler, bool) {
	if k.Kind() == reflect.String && k.Type().PkgPath() == "" {
		return nil, false
	}
	m, ok := k.Interface().(encoding.TextMarshaler)
	return m, ok
}

// keyText returns the text of a map's key.
func keyText(k reflect.Value) (string, error) {
	if k.Kind() == reflect.Interface {
		k = k.Elem()
	}
	if !k.IsValid() {
		return "", fmt.Errorf("%w: nil as the key of a map", ErrUnsupported)
	}
	text := ""
	switch marshaler, ok := marshalerOf(k); {
	case ok && (k.Kind() != reflect.Pointer || !k.IsNil()):
		t, err := guarded(marshaler.MarshalText)
		if err != nil {
			return "", err
		}
		text = string(t)
	case k.Kind() == reflect.String:
		text = k.String()
	case k.CanInt():
		text = strconv.FormatInt(k.Int(), 10)
	case k.CanUint() && k.Kind() != reflect.Uintptr:
		text = strconv.FormatUint(k.Uint(), 10)
	default:
		return "", fmt.Errorf("%w: %s as the key of a map", ErrUnsupported, k.Type())
	}
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("%w: the key %q of a map is not UTF-8", ErrUnsupported, text)
	}
	return text, nil
}
