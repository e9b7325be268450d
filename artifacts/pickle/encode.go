package pickle

import (
	"encoding"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// maxWriteDepth is the number of containers within one another that are written:
// Python itself cannot pickle many more.
const maxWriteDepth = 900

// encode writes value as a pickle.
func encode(w io.Writer, value any) error {
	e := &encoder{writer: writer{w: w}}
	e.write([]byte{opProto, protocol})
	if err := e.value(reflect.ValueOf(value), false); err != nil {
		if e.err != nil {
			return e.err
		}
		return err
	}
	e.op(opStop)
	e.flush()
	return e.err
}

// An encoder writes one value.
type encoder struct {
	writer
	depth   int
	last    uint32              // memo's number of the container that was written last
	objects map[identity]uint32 // of pointers, maps and slices, or busy
	texts   [textSlots]rememberedText
	classes map[classKey]uint32
	zones   map[Zone]uint32
	types   map[reflect.Type]*typePlan
}

// An identity is what makes a pointer, map or slice the one it is.
type identity struct {
	t   *typePlan // which is cheaper to look for than the type
	at  uintptr
	len int
}

// busy stands for an object that is being written: to meet it again is a cycle.
const busy = ^uint32(0)

// A typePlan is how values of a type are written.
type typePlan struct {
	write                 func(e *encoder, v reflect.Value, key bool) error // nil: by their kind
	marshals, ptrMarshals bool                                              // as text, by the type or its pointer
	fields                []fields.Field
}

var (
	stringType  = reflect.TypeFor[string]()
	float64Type = reflect.TypeFor[float64]()
	intType     = reflect.TypeFor[int]()
)

func (e *encoder) plan(t reflect.Type) *typePlan {
	if p, ok := e.types[t]; ok {
		return p
	}
	p := &typePlan{write: writers[t]}
	if p.write == nil && (t.Kind() != reflect.Pointer || writers[t.Elem()] == nil) {
		p.marshals = t.Implements(textMarshalerType)
		p.ptrMarshals = reflect.PointerTo(t).Implements(textMarshalerType)
		if t.Kind() == reflect.Struct {
			p.fields = fields.Of(t, tag)
		}
	}
	if e.types == nil {
		e.types = make(map[reflect.Type]*typePlan)
	}
	e.types[t] = p
	return p
}

// value writes v. A key is written as something that Python can hash.
func (e *encoder) value(v reflect.Value, key bool) error {
	defer e.boundary()
	if e.err != nil {
		return e.err
	}
	switch v.Kind() {
	case reflect.Invalid:
		e.op(opNone)
		return nil
	case reflect.Interface:
		return e.value(v.Elem(), key)
	case reflect.Pointer:
		if v.IsNil() {
			e.op(opNone)
			return nil
		}
	}
	switch v.Type() { // the most frequent types, without a look at their methods
	case stringType:
		return e.string(v.String())
	case float64Type:
		e.float(v.Float())
		return nil
	case intType:
		e.int(v.Int())
		return nil
	}
	p := e.plan(v.Type())
	switch {
	case p.write != nil:
		return p.write(e, v, key)
	case p.marshals:
		return e.marshaled(v.Interface().(encoding.TextMarshaler))
	case p.ptrMarshals && v.CanAddr():
		return e.marshaled(v.Addr().Interface().(encoding.TextMarshaler))
	}
	switch v.Kind() {
	case reflect.Bool:
		e.bool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		e.bigInt(new(big.Int).SetUint64(v.Uint()))
	case reflect.Float32, reflect.Float64:
		e.float(v.Float())
	case reflect.Complex64, reflect.Complex128:
		e.complex(v.Complex())
	case reflect.String:
		return e.string(v.String())
	case reflect.Pointer:
		return e.pointer(v, key)
	case reflect.Slice, reflect.Map:
		if v.IsNil() {
			e.op(opNone)
			return nil
		}
		return e.shared(v, key)
	case reflect.Array, reflect.Struct:
		return e.container(v, p, key)
	default:
		return unsupported("a value of type %s", v.Type())
	}
	return nil
}

// pointer writes what a pointer points to. What Python could change is one object
// there, wherever the pointer is found.
func (e *encoder) pointer(v reflect.Value, key bool) error {
	elem := v.Elem()
	switch elem.Kind() {
	case reflect.Struct, reflect.Array:
		if p := e.plan(elem.Type()); p.write == nil && !p.ptrMarshals && elem.Type().Size() > 0 {
			return e.shared(v, key)
		}
	}
	return e.deeper(func() error { return e.value(elem, key) })
}

// shared writes a pointer, map or slice, or refers to it if it was written.
func (e *encoder) shared(v reflect.Value, key bool) error {
	id := identity{t: e.plan(v.Type()), at: v.Pointer()}
	if v.Kind() == reflect.Slice {
		if v.Len() == 0 || v.Type().Elem().Size() == 0 {
			return e.container(v, nil, key) // its address says nothing
		}
		id.len = v.Len()
	}
	switch n, ok := e.objects[id]; {
	case ok && n == busy:
		return unsupported("a %s that contains itself", v.Type())
	case ok:
		e.get(n)
		return nil
	}
	if e.objects == nil {
		e.objects = make(map[identity]uint32)
	}
	e.objects[id] = busy
	inner := v
	if v.Kind() == reflect.Pointer {
		inner = v.Elem()
	}
	if err := e.container(inner, e.plan(inner.Type()), key); err != nil {
		return err
	}
	e.objects[id] = e.last
	return nil
}

// deeper calls f one level further down.
func (e *encoder) deeper(f func() error) error {
	if e.depth == maxWriteDepth {
		return errWriteDepth
	}
	e.depth++
	defer func() { e.depth-- }()
	return f()
}

var errWriteDepth = unsupported("nested more than %d levels deep", maxWriteDepth)

func (e *encoder) marshaled(m encoding.TextMarshaler) error {
	text, err := m.MarshalText()
	if err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	return e.string(string(text))
}

// Strings are looked for among those written before, since keys come again and
// again and are one object in Python too. Each may be remembered in one slot only,
// if none was there before it, so that a value with millions of strings takes no
// more memory for it and does not drive out the keys it began with.
const (
	textSlots  = 1 << 10
	maxToShare = 0xff // length of a string in bytes
)

type rememberedText struct {
	text string
	n    uint32 // memo's number, if text is not empty
}

// slotOf is FNV-1a: the same in each run, so that one value gives one file.
func slotOf(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h % textSlots
}

func (e *encoder) string(s string) error {
	if !validText(s) {
		return unsupported("a string that is not UTF-8: %s", quote(s))
	}
	if s == "" || len(s) > maxToShare {
		e.text(s)
		return nil
	}
	slot := &e.texts[slotOf(s)]
	switch slot.text {
	case s:
		e.get(slot.n)
	case "":
		*slot = rememberedText{s, e.text(s)}
	default:
		e.text(s)
	}
	return nil
}

// class writes the name of a class, once.
func (e *encoder) class(module, name string) {
	key := classKey{module, name}
	if n, ok := e.classes[key]; ok {
		e.get(n)
		return
	}
	_ = e.string(module) // names are UTF-8
	e.text(name)
	e.op(opStackGlobal)
	if e.classes == nil {
		e.classes = make(map[classKey]uint32)
	}
	e.classes[key] = e.memoize()
}

// reduce ends an object: its class and n arguments were written.
func (e *encoder) reduce(n int) uint32 {
	e.op(byte(opTuple1 + n - 1))
	e.memoize()
	e.op(opReduce)
	return e.memoize()
}

func (e *encoder) complex(c complex128) {
	e.class("builtins", "complex")
	e.float(real(c))
	e.float(imag(c))
	e.reduce(2)
}

func (e *encoder) timedelta(d time.Duration) {
	const day = 24 * time.Hour
	micro := int64(d / time.Microsecond)
	days := micro / int64(day/time.Microsecond)
	micro -= days * int64(day/time.Microsecond)
	if micro < 0 {
		days--
		micro += int64(day / time.Microsecond)
	}
	e.class("datetime", "timedelta")
	e.int(days)
	e.int(micro / 1e6)
	e.int(micro % 1e6)
	e.reduce(3)
}

func (e *encoder) zone(z Zone) error {
	if err := z.check(); err != nil {
		return unsupported("%v", err)
	}
	if n, ok := e.zones[z]; ok {
		e.get(n)
		return nil
	}
	e.class("datetime", "timezone")
	e.timedelta(time.Duration(z.Offset) * time.Second)
	args := 1
	if z.Name != "" {
		if err := e.string(z.Name); err != nil {
			return err
		}
		args = 2
	}
	if e.zones == nil {
		e.zones = make(map[Zone]uint32)
	}
	e.zones[z] = e.reduce(args)
	return nil
}
