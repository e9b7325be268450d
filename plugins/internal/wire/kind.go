package wire

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Kind is a coarse kind of value. The numbers are those of the protocol's
// ValueKind.
type Kind int32

const (
	KindAny    Kind = 1
	KindScalar Kind = 2 // nil, truth values, numbers, times
	KindText   Kind = 3
	KindBytes  Kind = 4
	KindList   Kind = 5
	KindMap    Kind = 6
	KindTable  Kind = 7 // a list of maps, or a map of equally long lists
	KindMatrix Kind = 8 // a list of equally long lists of numbers
)

var kindNames = map[Kind]string{
	KindAny: "any", KindScalar: "scalar", KindText: "text", KindBytes: "bytes",
	KindList: "list", KindMap: "map", KindTable: "table", KindMatrix: "matrix",
}

// String returns the name in lower case: "table".
func (k Kind) String() string {
	if name, ok := kindNames[k]; ok {
		return name
	}
	return fmt.Sprintf("kind %d", int32(k))
}

// KindsOf returns the kinds that the values of a type can have.
func KindsOf(t reflect.Type) []Kind {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Interface || spelledAnyway(t) {
		if t == readerType {
			return []Kind{KindBytes}
		}
		return []Kind{KindAny}
	}
	for _, k := range []Kind{KindScalar, KindText, KindBytes, KindList, KindMap} {
		if fits(reflect.New(t).Elem(), k) {
			return []Kind{k}
		}
	}
	return []Kind{KindAny}
}

// CheckKind returns [artifacts.ErrUnsupportedValue] if a value is of none of the
// kinds. No kinds, and kinds of later versions, allow everything. It judges by
// types, and of lists by the first elements: it refuses what cannot be right and
// is no proof that a value is.
func CheckKind(value any, accepts []Kind) error {
	if len(accepts) == 0 {
		return nil
	}
	v := indirect(reflect.ValueOf(value))
	names := make([]string, len(accepts))
	for i, k := range accepts {
		if fits(v, k) {
			return nil
		}
		names[i] = k.String()
	}
	return fmt.Errorf("%w: a %s is needed, got %s", artifacts.ErrUnsupportedValue, strings.Join(names, " or "), typeName(v))
}

func typeName(v reflect.Value) string {
	if !v.IsValid() {
		return "nil"
	}
	return v.Type().String()
}

func fits(v reflect.Value, k Kind) bool {
	if !v.IsValid() {
		return k == KindScalar || k == KindAny || kindNames[k] == ""
	}
	if spelledAnyway(v.Type()) {
		return true
	}
	switch k {
	case KindScalar:
		return isScalar(v.Type())
	case KindText:
		return v.Kind() == reflect.String || encodesItself(v.Type()) && !isScalar(v.Type())
	case KindBytes:
		return isBytes(v.Type()) || v.Type().Implements(readerType) || v.CanAddr() && v.Addr().Type().Implements(readerType)
	case KindList:
		return isList(v.Type())
	case KindMap:
		return isMap(v.Type())
	case KindTable:
		if isMap(v.Type()) {
			return v.Kind() == reflect.Struct || sampled(mapValues(v), func(v reflect.Value) bool { return isList(v.Type()) })
		}
		return isList(v.Type()) && sampled(elements(v), func(v reflect.Value) bool { return isMap(v.Type()) })
	case KindMatrix:
		return isList(v.Type()) && sampled(elements(v), isNumbers)
	}
	return true // any, or a kind of a later version
}

func isNumbers(v reflect.Value) bool {
	return isList(v.Type()) && sampled(elements(v), func(v reflect.Value) bool { return isScalar(v.Type()) })
}

var readerType = reflect.TypeFor[io.Reader]()

func isScalar(t reflect.Type) bool {
	k := t.Kind()
	return t == timeType || t == bigIntType || t.String() == "json.Number" || k >= reflect.Bool && k <= reflect.Float64 && !encodesItself(t)
}

func isBytes(t reflect.Type) bool {
	return (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && t.Elem().Kind() == reflect.Uint8
}

func isList(t reflect.Type) bool {
	if _, ok := SequenceElem(t); ok {
		return true
	}
	return (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && !isBytes(t)
}

func isMap(t reflect.Type) bool {
	return !encodesItself(t) && (t.Kind() == reflect.Map || t.Kind() == reflect.Struct)
}

// spelledAnyway reports whether only the encoding shows what a value is.
func spelledAnyway(t reflect.Type) bool {
	return implements(t, cborMarshaler) || implements(t, jsonMarshaler) && t != timeType && t != bigIntType
}

const sampleSize = 4

// sampled reports whether a condition holds for the first elements that there
// are; what is nil or hidden is given the benefit of the doubt.
func sampled(elems []reflect.Value, cond func(reflect.Value) bool) bool {
	return !slices.ContainsFunc(elems, func(v reflect.Value) bool {
		v = indirect(v)
		return v.IsValid() && !cond(v)
	})
}

func elements(v reflect.Value) []reflect.Value {
	if v.Kind() == reflect.Func {
		// A sequence is not begun; its type has to do.
		elem, _ := SequenceElem(v.Type())
		if elem.Kind() == reflect.Interface {
			return nil
		}
		return []reflect.Value{reflect.New(elem).Elem()}
	}
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		return nil
	}
	var elems []reflect.Value
	for i := range min(v.Len(), sampleSize) {
		elems = append(elems, v.Index(i))
	}
	return elems
}

func mapValues(v reflect.Value) []reflect.Value {
	if v.Kind() != reflect.Map {
		return nil
	}
	var elems []reflect.Value
	for it := v.MapRange(); len(elems) < sampleSize && it.Next(); {
		elems = append(elems, it.Value())
	}
	return elems
}

func indirect(v reflect.Value) reflect.Value {
	for range maxSteps {
		if v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
			break
		}
		v = v.Elem()
	}
	return v
}
