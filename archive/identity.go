package archive

import (
	"reflect"
	"unsafe"
)

// A key tells objects apart. It is one only as long as the object is alive: the
// graph holds on to all that it has seen.
type key struct {
	at unsafe.Pointer
	n  int    // length of a slice, else -1
	t  *shape // two slices of one memory are two objects if their types differ
}

// identity returns what makes v the object that it is. Values without one are
// copied wherever they are assigned, so nobody can share them: numbers, strings,
// structs, arrays. Neither can what takes no memory be told apart.
func identity(v reflect.Value, t *shape) (key, bool) {
	switch t.kind {
	case reflect.Pointer:
		if v.IsNil() || t.t.Elem().Size() == 0 {
			return key{}, false
		}
		return key{v.UnsafePointer(), -1, t}, true
	case reflect.Map:
		if v.IsNil() {
			return key{}, false
		}
		return key{v.UnsafePointer(), -1, t}, true
	case reflect.Slice:
		if v.Len() == 0 || t.t.Elem().Size() == 0 {
			return key{}, false
		}
		return key{v.UnsafePointer(), v.Len(), t}, true
	}
	return key{}, false
}

// same reports whether two values are one object, or equal where they have no
// identity.
func same(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Map:
		return a.UnsafePointer() == b.UnsafePointer()
	case reflect.Slice:
		return a.UnsafePointer() == b.UnsafePointer() && a.Len() == b.Len()
	}
	return a.Comparable() && a.Equal(b)
}
