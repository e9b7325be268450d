package archive

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// pairs returns the keys and values of a map, one after the other, in the order of
// the keys. It does not look values up, because NaN is not found.
func pairs(m reflect.Value) []reflect.Value {
	type pair struct{ key, value reflect.Value }
	list := make([]pair, 0, m.Len())
	for it := m.MapRange(); it.Next(); {
		list = append(list, pair{it.Key(), it.Value()})
	}
	slices.SortFunc(list, func(a, b pair) int { return compare(a.key, b.key) })
	flat := make([]reflect.Value, 0, 2*len(list))
	for _, p := range list {
		flat = append(flat, p.key, p.value)
	}
	return flat
}

// compare orders keys, so that the same map gives the same text. The order of
// pointers is another one in the next process.
func compare(a, b reflect.Value) int {
	if a.Type() != b.Type() {
		return strings.Compare(fullName(a.Type()), fullName(b.Type()))
	}
	switch a.Kind() {
	case reflect.Bool:
		return cmp.Compare(bit(a.Bool()), bit(b.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return cmp.Compare(a.Int(), b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return cmp.Compare(a.Uint(), b.Uint())
	case reflect.Float32, reflect.Float64:
		return cmp.Compare(a.Float(), b.Float())
	case reflect.Complex64, reflect.Complex128:
		return cmp.Or(cmp.Compare(real(a.Complex()), real(b.Complex())), cmp.Compare(imag(a.Complex()), imag(b.Complex())))
	case reflect.String:
		return cmp.Compare(a.String(), b.String())
	case reflect.Pointer:
		return cmp.Compare(a.Pointer(), b.Pointer())
	case reflect.Array:
		for i := range a.Len() {
			if c := compare(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compare(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Interface:
		switch {
		case a.IsNil() || b.IsNil():
			return cmp.Compare(bit(!a.IsNil()), bit(!b.IsNil()))
		default:
			return compare(a.Elem(), b.Elem())
		}
	}
	return 0
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
