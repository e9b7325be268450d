package wire

import (
	"encoding"
	"encoding/json"
	"math/big"
	"reflect"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// CheckType returns [artifacts.ErrUnsupportedValue] and the place if no value of
// the type can cross, whatever it holds. It looks at a type once and remembers;
// nil is the type of nil. Sequences, see [SequenceElem], are checked by their
// elements.
//
// A type that passes may still have values that cannot cross: what interfaces
// hold, cycles, and texts that are not UTF-8 are found by [Marshal].
func CheckType(t reflect.Type) error {
	if t == nil {
		return nil
	}
	found, known := checkedTypes.Load(t)
	if !known {
		var e *Error
		if elem, ok := SequenceElem(t); ok {
			if e = refusedPart(elem, make(map[reflect.Type]bool)); e != nil {
				e.under("[]")
			}
		} else {
			e = refusedPart(t, make(map[reflect.Type]bool))
		}
		found, _ = checkedTypes.LoadOrStore(t, e)
	}
	if e := found.(*Error); e != nil {
		return e
	}
	return nil
}

// checkedTypes holds what is known, a *Error that may be nil by reflect.Type.
// Programs have few types.
var checkedTypes sync.Map

// refusedPart finds a part of a type that has no spelling.
func refusedPart(t reflect.Type, seen map[reflect.Type]bool) *Error {
	if seen[t] {
		return nil
	}
	seen[t] = true
	if reason := refuse(t); reason != "" {
		return &Error{Kind: artifacts.ErrUnsupportedValue, Reason: reason}
	}
	if encodesItself(t) {
		return nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return refusedPart(t.Elem(), seen)
	case reflect.Slice, reflect.Array, reflect.Map:
		if e := refusedPart(t.Elem(), seen); e != nil {
			return e.under("[]")
		}
	case reflect.Struct:
		for f := range t.Fields() {
			if skipField(f) || f.Anonymous && isHollow(f.Type) {
				continue
			}
			if e := refusedPart(f.Type, seen); e != nil {
				return e.under(fieldStep(f))
			}
		}
	}
	return nil
}

// refuse returns why no value of a type has a spelling, "" if there may be one.
// It does not look into parts.
func refuse(t reflect.Type) string {
	if encodesItself(t) {
		return ""
	}
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer, reflect.Uintptr:
		return "is of type " + t.String()
	case reflect.Map:
		if !isKeyType(t.Key()) {
			return "is a map with keys of type " + t.Key().String()
		}
	case reflect.Struct:
		if isHollow(t) {
			return "is a " + t.String() + ", which has no exported fields"
		}
	}
	return ""
}

// isKeyType reports whether a type can be a map's key in other languages too.
func isKeyType(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Interface, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

// isHollow reports whether a struct would be an empty map although it holds
// something: a file, a buffer, a lock.
func isHollow(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.NumField() == 0 || encodesItself(t) {
		return false
	}
	for f := range t.Fields() {
		if !skipField(f) {
			return false
		}
	}
	return true
}

// skipField reports whether a field never is in the encoding.
func skipField(f reflect.StructField) bool {
	if !f.IsExported() {
		// The exported fields of an embedded struct are the outer one's.
		embedded := f.Type
		if embedded.Kind() == reflect.Pointer {
			embedded = embedded.Elem()
		}
		if !f.Anonymous || embedded.Kind() != reflect.Struct {
			return true
		}
	}
	if tag, ok := f.Tag.Lookup("cbor"); ok {
		return tag == "-"
	}
	return f.Tag.Get("json") == "-"
}

// fieldStep is the step into a field; embedded structs add none.
func fieldStep(f reflect.StructField) string {
	name := fieldName(f)
	if f.Anonymous && name == f.Name {
		return ""
	}
	return textStep(name)
}

// encodesItself reports whether a type is not spelled by its kind.
func encodesItself(t reflect.Type) bool {
	if t == timeType || t == bigIntType {
		return true
	}
	return implements(t, cborMarshaler) || implements(t, jsonMarshaler) || implements(t, textMarshaler)
}

// implements counts methods of the pointer: the encoder makes one.
func implements(t, i reflect.Type) bool {
	return t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(i)
}

var (
	timeType      = reflect.TypeFor[time.Time]()
	bigIntType    = reflect.TypeFor[big.Int]()
	cborMarshaler = reflect.TypeFor[cbor.Marshaler]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)
