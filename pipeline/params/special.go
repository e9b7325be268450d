package params

import (
	"encoding"
	"encoding/json"
	"math/big"
	"reflect"
	"time"
)

// A Canonicaler says what stands for it among parameters: any value that can be
// a parameter itself.
type Canonicaler interface {
	CanonicalParams() (any, error)
}

var (
	typeTime     = reflect.TypeFor[time.Time]()
	typeDuration = reflect.TypeFor[time.Duration]()
	typeBig      = reflect.TypeFor[big.Int]()
	typeNumber   = reflect.TypeFor[json.Number]()
)

// traits are the ways in which a type says what stands for it.
type traits int

const (
	canonicaler traits = 1 << iota
	jsonMarshaler
	textMarshaler
)

// traitsOf returns those of a type and of the pointer to it.
func traitsOf(t reflect.Type) (has traits) {
	p := t
	if t.Kind() != reflect.Pointer {
		p = reflect.PointerTo(t)
	}
	for trait, i := range map[traits]reflect.Type{
		canonicaler:   reflect.TypeFor[Canonicaler](),
		jsonMarshaler: reflect.TypeFor[json.Marshaler](),
		textMarshaler: reflect.TypeFor[encoding.TextMarshaler](),
	} {
		if p.Implements(i) {
			has |= trait
		}
	}
	return has
}

// special writes a value of a type that is not taken apart. A pointer is none:
// what it points to is.
func (e *encoder) special(v reflect.Value) (done bool, err error) {
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		return false, nil
	}
	if t.PkgPath() == "" {
		return false, nil // it has no name, and so at most the methods of what it embeds
	}
	switch t {
	case typeTime:
		e.out = appendString(e.out, timeText(v.Interface().(time.Time)))
		return true, nil
	case typeDuration:
		e.out = appendString(e.out, time.Duration(v.Int()).String())
		return true, nil
	case typeBig:
		e.out = appendBig(e.out, addressable(v).Interface().(*big.Int))
		return true, nil
	case typeNumber:
		return true, e.jsonText([]byte(v.String()))
	}
	info := infoOf(t)
	has := info.traits
	if has == 0 {
		return false, nil
	}
	if info.err != nil {
		return true, e.fail(info.err)
	}
	p := addressable(v).Interface()
	switch {
	case has&canonicaler != 0:
		stands, err := guarded(p.(Canonicaler).CanonicalParams)
		if err != nil {
			return true, e.fail(err)
		}
		return true, e.value(reflect.ValueOf(stands))
	case has&jsonMarshaler != 0:
		text, err := guarded(p.(json.Marshaler).MarshalJSON)
		if err != nil {
			return true, e.fail(err)
		}
		return true, e.jsonText(text)
	default:
		text, err := guarded(p.(encoding.TextMarshaler).MarshalText)
		if err != nil {
			return true, e.fail(err)
		}
		e.out = appendAnyString(e.out, string(text))
		return true, nil
	}
}

// addressable returns a pointer to a value that equals v, so that a type's
// methods are found whether or not the value itself lies in memory.
func addressable(v reflect.Value) reflect.Value {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p
}

// timeText writes the instant: zones and the monotonic clock do not count.
func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
