package params

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
)

// maxDepth is how deeply values may be nested. Python reads about a thousand
// levels.
const maxDepth = 900

// Set is parameters in canonical form.
type Set struct {
	// Text is the canonical text of what is hashed.
	Text json.RawMessage

	// Unhashed are the texts of what is not, because it has its default or is
	// tagged so, by its place below the parameters: "opt.verbose". Nil if there is
	// none.
	Unhashed map[string]json.RawMessage
}

// Of returns the canonical form of a value. Errors are of type [*Error].
func Of(v any) (Set, error) {
	e := &encoder{out: make([]byte, 0, usualSize)}
	if err := e.value(reflect.ValueOf(v)); err != nil {
		return Set{}, err
	}
	return Set{Text: e.out, Unhashed: e.unhashed}, nil
}

// usualSize is more than most parameters have as text, in bytes.
const usualSize = 512

// Append appends the canonical text of a value, as far as it is hashed, to dst.
func Append(dst []byte, v any) ([]byte, error) {
	e := &encoder{out: dst}
	if err := e.value(reflect.ValueOf(v)); err != nil {
		return nil, err
	}
	return e.out, nil
}

// encoder writes the canonical text of one value.
type encoder struct {
	out      []byte
	path     []byte // of the part at hand
	depth    int
	open     []reference // references on the way to the part at hand
	whole    bool        // write what is not hashed as well, in its place
	verbatim bool        // JSON text is canonical text: keys may be escapes
	unhashed map[string]json.RawMessage
}

// reference tells pointers, maps and slices apart. The length does slices of one
// array, of which one may contain the other.
type reference struct {
	at   uintptr
	of   reflect.Type
	size int
}

func (e *encoder) fail(err error) error { return &Error{string(e.path), err} }

// value writes a value of any kind.
func (e *encoder) value(v reflect.Value) error {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		e.out = append(e.out, "null"...)
		return nil
	}
	if e.depth++; e.depth > maxDepth {
		return e.fail(ErrTooDeep)
	}
	defer func() { e.depth-- }()
	if done, err := e.special(v); done || err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.Bool:
		e.out = strconv.AppendBool(e.out, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.out = appendInt(e.out, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.out = appendUint(e.out, v.Uint())
	case reflect.Float32:
		e.out = appendFloat(e.out, widen(v.Float()))
	case reflect.Float64:
		e.out = appendFloat(e.out, v.Float())
	case reflect.Complex64:
		c := v.Complex()
		e.out = appendComplex(e.out, widen(real(c)), widen(imag(c)))
	case reflect.Complex128:
		c := v.Complex()
		e.out = appendComplex(e.out, real(c), imag(c))
	case reflect.String:
		e.out = appendAnyString(e.out, v.String())
	case reflect.Pointer:
		return e.inside(v, 0, func() error { return e.value(v.Elem()) })
	case reflect.Slice:
		return e.slice(v)
	case reflect.Array:
		return e.list(v)
	case reflect.Map:
		return e.mapping(v)
	case reflect.Struct:
		return e.structure(v)
	default:
		return e.fail(fmt.Errorf("%w: %s", ErrUnsupported, v.Type()))
	}
	return nil
}

// inside runs f, which writes what a reference leads to.
func (e *encoder) inside(v reflect.Value, size int, f func() error) error {
	r := reference{v.Pointer(), v.Type(), size}
	if slices.Contains(e.open, r) {
		return e.fail(ErrCycle)
	}
	e.open = append(e.open, r)
	err := f()
	e.open = e.open[:len(e.open)-1]
	return err
}

func (e *encoder) slice(v reflect.Value) error {
	if v.IsNil() {
		e.out = append(e.out, "null"...)
		return nil
	}
	if v.Len() <= longArray && dtypeOf(v.Type().Elem()) == "|u1" {
		e.out = appendBytes(e.out, "$bytes", v.Bytes())
		return nil
	}
	return e.inside(v, v.Len(), func() error { return e.list(v) })
}

func (e *encoder) list(v reflect.Value) error {
	if v.Len() > longArray {
		if dtype := dtypeOf(v.Type().Elem()); dtype != "" {
			e.out = appendArray(e.out, v, dtype)
			return nil
		}
	}
	e.out = append(e.out, '[')
	for i := range v.Len() {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		here := len(e.path)
		e.path = appendIndexStep(e.path, i)
		if err := e.value(v.Index(i)); err != nil {
			return err
		}
		e.path = e.path[:here]
	}
	e.out = append(e.out, ']')
	return nil
}

// member is one of an object: its key, and what its text is made of.
type member[T any] struct {
	key   string
	value T
}

// object writes an object, its members in the order that RFC 8785 asks for. Two
// of one key are refused.
func object[T any](e *encoder, members []member[T], write func(T) error) error {
	slices.SortFunc(members, func(a, b member[T]) int { return compareKeys(a.key, b.key) })
	e.out = append(e.out, '{')
	for i, m := range members {
		if i > 0 {
			if m.key == members[i-1].key {
				return e.fail(fmt.Errorf("%w: an object with two keys %q", ErrAmbiguous, m.key))
			}
			e.out = append(e.out, ',')
		}
		if e.verbatim {
			e.out = appendString(e.out, m.key)
		} else {
			e.out = appendKey(e.out, m.key)
		}
		e.out = append(e.out, ':')
		here := len(e.path)
		e.path = appendKeyStep(e.path, m.key)
		if err := write(m.value); err != nil {
			return err
		}
		e.path = e.path[:here]
	}
	e.out = append(e.out, '}')
	return nil
}
