package pickle

import (
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A mapItem is a key of a map with its value.
type mapItem struct{ key, value reflect.Value }

// sortedItems returns what is in a map by its keys, so that one value always
// gives one file.
func sortedItems(v reflect.Value) []mapItem {
	items := make([]mapItem, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		items = append(items, mapItem{it.Key(), it.Value()})
	}
	slices.SortFunc(items, func(a, b mapItem) int { return compareKeys(a.key, b.key) })
	return items
}

// compareKeys orders keys: values of different kinds by their kind, others as Go
// compares them, and those Go cannot compare by their text.
func compareKeys(a, b reflect.Value) int {
	for a.Kind() == reflect.Interface {
		a = a.Elem()
	}
	for b.Kind() == reflect.Interface {
		b = b.Elem()
	}
	switch {
	case a.Kind() != b.Kind() || !a.IsValid():
		return cmp.Compare(a.Kind(), b.Kind())
	case a.Kind() == reflect.String:
		return strings.Compare(a.String(), b.String())
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	case a.Kind() == reflect.Array:
		for i := range min(a.Len(), b.Len()) {
			if c := compareKeys(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Len(), b.Len())
	}
	return strings.Compare(keyText(a), keyText(b))
}

func keyText(v reflect.Value) string {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		if text, err := m.MarshalText(); err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(v)
}
