package archive

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// An Archivable says itself how it is made: by a call. It is for types with state
// that is not in exported fields.
//
//	func (l *Layer) ArchiveCall() (any, []any, error) {
//		return NewLayer, []any{l.name, l.weights}, nil
//	}
//
// The constructor is a function declared in a package, not a closure, whose first
// result is of the Archivable's type, or the type it points to; a second result
// may be an error. Args are written like all values: objects in them are shared
// with others. To restore such a value the function has to be registered, see
// [RegisterFunc].
//
// ArchiveCall may be called several times for one value, and has to return the same
// each time: the same objects as well, if others share them.
type Archivable interface {
	ArchiveCall() (constructor any, args []any, err error)
}

// A call is what an Archivable returned, checked.
type call struct {
	name  funcName
	fails bool // it returns an error as well
	deref int  // what to do with its result: 1 take what it points to, -1 point to it
	args  []reflect.Value
}

var errorType = reflect.TypeFor[error]()

// callOf asks a value how it is made.
func callOf(v reflect.Value) (call, error) {
	fn, args, err := v.Interface().(Archivable).ArchiveCall()
	if err != nil {
		return call{}, fmt.Errorf("ask %s for its constructor: %w", v.Type(), err)
	}
	name, err := nameOfFunc(fn)
	if err != nil {
		return call{}, fmt.Errorf("constructor of %s: %w", v.Type(), err)
	}
	c := call{name: name}
	t := reflect.TypeOf(fn)
	if c.deref, c.fails, err = results(t, v.Type()); err != nil {
		return call{}, fmt.Errorf("%w: constructor %s: %w", artifacts.ErrUnsupportedValue, name, err)
	}
	if len(args) != t.NumIn() && !t.IsVariadic() || len(args) < t.NumIn()-1 {
		return call{}, fmt.Errorf("%w: constructor %s takes %d arguments and is given %d", artifacts.ErrUnsupportedValue, name, t.NumIn(), len(args))
	}
	for i, arg := range args {
		in := parameter(t, i)
		// In a place of the parameter's type, an argument is written as it is anywhere.
		a := reflect.New(in).Elem()
		if x := reflect.ValueOf(arg); x.IsValid() {
			if !x.Type().AssignableTo(in) {
				return call{}, fmt.Errorf("%w: constructor %s takes a %s as argument %d and is given a %s", artifacts.ErrUnsupportedValue, name, in, i+1, x.Type())
			}
			a.Set(x)
		}
		c.args = append(c.args, a)
	}
	return c, nil
}

// parameter returns the type of argument i of a function.
func parameter(fn reflect.Type, i int) reflect.Type {
	if last := fn.NumIn() - 1; fn.IsVariadic() && i >= last {
		return fn.In(last).Elem()
	}
	return fn.In(i)
}

// results says how the results of a constructor make a value of type want.
func results(fn, want reflect.Type) (deref int, fails bool, err error) {
	if fn.NumOut() == 0 || fn.NumOut() > 2 || fn.NumOut() == 2 && fn.Out(1) != errorType {
		return 0, false, fmt.Errorf("it returns neither a %s nor a %s and an error", want, want)
	}
	switch got := fn.Out(0); {
	case got == want:
	case got == reflect.PointerTo(want):
		deref = 1
	case reflect.PointerTo(got) == want:
		deref = -1
	default:
		return 0, false, fmt.Errorf("it returns a %s, not a %s; the method may be that of an embedded field", got, want)
	}
	return deref, fn.NumOut() == 2, nil
}

// marshal returns what the method of the way returns.
func marshal(v reflect.Value, w way) ([]byte, error) {
	if !v.CanAddr() {
		placed := reflect.New(v.Type()).Elem()
		placed.Set(v)
		v = placed
	}
	switch m := v.Addr().Interface(); w {
	case asText:
		return m.(encoding.TextMarshaler).MarshalText()
	case asJSON:
		return m.(json.Marshaler).MarshalJSON()
	default:
		return m.(encoding.BinaryMarshaler).MarshalBinary()
	}
}
