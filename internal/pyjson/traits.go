package pyjson

import (
	"encoding"
	"encoding/json"
	"math/big"
	"reflect"
	"sync"
	"time"
)

var (
	marshalerType       = reflect.TypeFor[json.Marshaler]()
	textMarshalerType   = reflect.TypeFor[encoding.TextMarshaler]()
	unmarshalerType     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()

	numberType     = reflect.TypeFor[Number]()
	jsonNumberType = reflect.TypeFor[json.Number]()
	objectType     = reflect.TypeFor[Object]()
	bigIntType     = reflect.TypeFor[big.Int]()
	timeType       = reflect.TypeFor[time.Time]()
)

// predeclared has the types that the language itself names, by their kind. They
// have no methods and no meaning of their own here, and most values are of one.
var predeclared = func() (types [reflect.UnsafePointer + 1]reflect.Type) {
	for _, t := range []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[string](), reflect.TypeFor[float32](), reflect.TypeFor[float64](),
		reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
		reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](), reflect.TypeFor[uintptr](),
	} {
		types[t.Kind()] = t
	}
	return types
}()

// Traits are what a type says about its own JSON. Asking package reflect for
// each value would take most of the time of a conversion.
type traits struct {
	// The type, or a pointer to it, has the method.
	marshals, pointerMarshals         bool
	textMarshals, pointerTextMarshals bool
	unmarshals, textUnmarshals        bool // with a pointer, as an unmarshaler needs

	bytes bool // a slice that is base64 text
}

var traitsCache sync.Map // reflect.Type to *traits

func traitsOf(t reflect.Type) *traits {
	if cached, ok := traitsCache.Load(t); ok {
		return cached.(*traits)
	}
	p := reflect.PointerTo(t)
	tr := &traits{
		marshals:            t.Implements(marshalerType),
		pointerMarshals:     p.Implements(marshalerType),
		textMarshals:        t.Implements(textMarshalerType),
		pointerTextMarshals: p.Implements(textMarshalerType),
		unmarshals:          p.Implements(unmarshalerType),
		textUnmarshals:      p.Implements(textUnmarshalerType),
	}
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		elem := traitsOf(t.Elem())
		tr.bytes = !elem.pointerMarshals && !elem.pointerTextMarshals
	}
	cached, _ := traitsCache.LoadOrStore(t, tr)
	return cached.(*traits)
}
