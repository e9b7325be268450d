package wire

import (
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Unmarshal decodes one item into target, a non-nil pointer. It holds to the
// rules of encoding/json for struct tags and for fields that are absent.
//
// A *any, and an interface inside a value, gets nil, bool, int64 or *big.Int,
// float64, string, []byte, time.Time, []any, and map[string]any, or map[any]any
// if a key is no text.
//
// Bytes that are not of the profile are [artifacts.ErrCorrupt], a value that
// does not fit is [artifacts.ErrTargetType]; the [Error] says where. What was
// assigned by then stays.
func Unmarshal(data []byte, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	anyKeys, err := scan(data)
	if err != nil {
		return err
	}
	mode := Dec
	if anyKeys {
		mode = decAnyKeys
	}
	value := reflect.ValueOf(target).Elem()
	if err := mode.Unmarshal(data, target); err != nil {
		return locate(mode, data, value.Type(), err)
	}
	if anyKeys {
		textKeys(value)
	}
	return nil
}

// textKeys gives the maps in a decoded value their natural type again: those
// whose keys are all text were decoded as map[any]any because another's are not.
func textKeys(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			if natural, changed := naturalMaps(v.Interface()); changed {
				v.Set(reflect.ValueOf(natural))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			textKeys(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		if holdsInterface(v.Type().Elem()) {
			for i := range v.Len() {
				textKeys(v.Index(i))
			}
		}
	case reflect.Map:
		if !holdsInterface(v.Type().Elem()) {
			return
		}
		for it := v.MapRange(); it.Next(); {
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(it.Value())
			textKeys(elem)
			v.SetMapIndex(it.Key(), elem)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				textKeys(field)
			}
		}
	}
}

// holdsInterface spares the walk through long lists of numbers and texts.
func holdsInterface(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Struct, reflect.Map:
		return true
	case reflect.Slice, reflect.Array:
		return holdsInterface(t.Elem())
	}
	return false
}

// naturalMaps does the same in the values that decoding makes for interfaces.
func naturalMaps(v any) (natural any, changed bool) {
	switch v := v.(type) {
	case []any:
		for i := range v {
			if n, changed := naturalMaps(v[i]); changed {
				v[i] = n
			}
		}
	case map[any]any:
		text := make(map[string]any, len(v))
		for key, value := range v {
			if n, changed := naturalMaps(value); changed {
				v[key], value = n, n
			}
			if key, ok := key.(string); ok {
				text[key] = value
			}
		}
		if len(text) == len(v) {
			return text, true
		}
	}
	return v, false
}
