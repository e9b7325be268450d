package wire

import (
	"reflect"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// maxSteps bounds the pointers and interfaces between two containers: a pointer
// can lead to itself without any container in between.
const maxSteps = 4 * MaxNesting

// visit is [walk.value] for values of any type. Steps count what levels count,
// and pointers and interfaces besides.
func (w *walk) visit(v reflect.Value, levels, steps int) (out reflect.Value, changed bool, e *Error) {
	if !v.IsValid() {
		return v, false, nil
	}
	switch c := classOf(v.Type()); {
	case c.sound:
		return v, false, nil
	case steps > maxSteps:
		return v, false, tooDeep(MaxNesting)
	case c.itself:
		return v, false, w.itself(v, c, levels)
	case c.refusal != "":
		return v, false, unsupported("%s", c.refusal)
	}
	switch v.Kind() {
	case reflect.String:
		return v, false, checkText(v.String())
	case reflect.Interface:
		return w.visitInterface(v, levels, steps)
	case reflect.Pointer:
		elem, changed, e := w.visit(v.Elem(), levels, steps+1)
		if !changed || e != nil {
			return v, false, e
		}
		out = reflect.New(v.Type().Elem())
		out.Elem().Set(elem)
		return out, true, nil
	case reflect.Slice, reflect.Array:
		return w.visitList(v, levels, steps)
	case reflect.Map:
		return w.visitMap(v, levels, steps)
	case reflect.Struct:
		return w.visitStruct(v, levels, steps)
	}
	return v, false, nil
}

// visitInterface replaces only what an empty interface holds, which can hold
// anything.
func (w *walk) visitInterface(v reflect.Value, levels, steps int) (reflect.Value, bool, *Error) {
	elem := v.Elem()
	if v.NumMethod() > 0 || !elem.IsValid() || elem.Kind() == reflect.Pointer {
		out, changed, e := w.visit(elem, levels, steps+1)
		return out, changed && v.NumMethod() == 0, e
	}
	plain, changed, e := w.value(elem.Interface(), levels)
	if !changed || e != nil {
		return v, false, e
	}
	return reflect.ValueOf(plain), true, nil
}

func (w *walk) visitList(v reflect.Value, levels, steps int) (reflect.Value, bool, *Error) {
	if e := tooDeep(levels); e != nil {
		return v, false, e
	}
	out := v
	anew := false
	for i := range v.Len() {
		elem, changed, e := w.visit(v.Index(i), levels+1, steps+1)
		if e != nil {
			return v, false, e.under(indexStep(i))
		}
		if !changed {
			continue
		}
		if !anew {
			out, anew = copyOf(v), true
		}
		out.Index(i).Set(elem)
	}
	return out, anew, nil
}

func (w *walk) visitMap(v reflect.Value, levels, steps int) (reflect.Value, bool, *Error) {
	if e := tooDeep(levels); e != nil {
		return v, false, e
	}
	out := v
	anew := false
	for it := v.MapRange(); it.Next(); {
		e := w.key(it.Key())
		var elem reflect.Value
		var changed bool
		if e == nil {
			elem, changed, e = w.visit(it.Value(), levels+1, steps+1)
		}
		if e != nil {
			return v, false, e.under(keyStep(it.Key()))
		}
		if !changed {
			continue
		}
		if !anew {
			out, anew = copyOf(v), true
		}
		out.SetMapIndex(it.Key(), elem)
	}
	return out, anew, nil
}

// key looks at a map's key: the type of the map allows it, but an interface can
// hold anything.
func (w *walk) key(key reflect.Value) *Error {
	for key.Kind() == reflect.Interface && !key.IsNil() {
		key = key.Elem()
	}
	switch {
	case key.Kind() == reflect.Interface:
		return unsupported("is under a key that is nil")
	case !isKeyType(key.Type()):
		return unsupported("is under a key of type %s", key.Type())
	case key.Kind() == reflect.String:
		return checkText(key.String())
	}
	return nil
}

func (w *walk) visitStruct(v reflect.Value, levels, steps int) (reflect.Value, bool, *Error) {
	if e := tooDeep(levels); e != nil {
		return v, false, e
	}
	out := v
	anew := false
	for _, f := range classOf(v.Type()).fields {
		below := levels + 1
		if f.step == "" {
			below = levels // its fields are ours
		}
		elem, changed, e := w.visit(v.Field(f.index), below, steps+1)
		if e != nil {
			return v, false, e.under(f.step)
		}
		// An embedded type that is not exported can be looked at and not copied.
		if !changed || !v.CanInterface() || !f.exported {
			continue
		}
		if !anew {
			out, anew = copyOf(v), true
		}
		out.Field(f.index).Set(elem)
	}
	return out, anew, nil
}

// copyOf returns a copy of a container, of which parts can be set.
func copyOf(v reflect.Value) reflect.Value {
	var c reflect.Value
	switch v.Kind() {
	case reflect.Slice:
		c = reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(c, v)
	case reflect.Map:
		c = reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			c.SetMapIndex(it.Key(), it.Value())
		}
	default:
		c = reflect.New(v.Type()).Elem()
		c.Set(v)
	}
	return c
}

// itself looks at a value of a type that [encodesItself].
func (w *walk) itself(v reflect.Value, c *class, levels int) *Error {
	switch v.Type() {
	case timeType:
		if e := checkTime(v.Interface().(time.Time)); e != nil {
			return e
		}
		fallthrough
	case bigIntType:
		if e := tooDeep(levels); e != nil { // it has a tag, which is a level
			return e
		}
	}
	w.foreign = w.foreign || c.foreign
	if !w.probe || !v.CanInterface() {
		return nil
	}
	if _, err := Enc.Marshal(v.Interface()); err != nil {
		return &Error{Kind: artifacts.ErrUnsupportedValue, Reason: err.Error(), Cause: err}
	}
	return nil
}

// checkTime refuses what RFC 3339 has no text for.
func checkTime(t time.Time) *Error {
	// Go would cut off the seconds, which gives another instant.
	if _, offset := t.Zone(); offset%60 != 0 {
		return unsupported("is a time %d seconds off UTC, which are no whole minutes", offset)
	}
	if year := t.Year(); year < 0 || year > 9999 {
		return unsupported("is a time in the year %d, which has no four digits", year)
	}
	return nil
}
