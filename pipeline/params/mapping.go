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
	members := make(map[string]func() error, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, err := keyText(it.Key())
		if err != nil {
			return e.fail(err)
		}
		if _, ok := members[key]; ok {
			return e.fail(fmt.Errorf("%w: two keys of the map are both %q", ErrAmbiguous, key))
		}
		element := it.Value()
		members[key] = func() error { return e.value(element) }
	}
	return e.inside(v, 0, func() error { return e.object(members) })
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
	switch marshaler, ok := k.Interface().(encoding.TextMarshaler); {
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
