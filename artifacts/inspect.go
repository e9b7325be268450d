package artifacts

import (
	"fmt"
	"reflect"
	"strconv"
)

// An inspector finds parts of a value that a format cannot hold, without
// encoding anything. Parts whose types leave no doubt are not visited, so a
// slice of a billion floats costs nothing; only what interfaces and recursive
// types hide is walked through.
type inspector struct {
	maxDepth int // levels of containers a value may have

	opaque func(reflect.Type) bool   // the type encodes itself and is not looked into
	refuse func(reflect.Type) string // why no value of the type can be encoded; "" if one can
	skip   func(f reflect.StructField, v reflect.Value) bool
	// skip reports whether a field is left out of the file; v is the invalid
	// Value when the question is about the type alone.
}

// inspect returns [ErrUnsupportedValue] and the place of the first part of
// value that cannot be encoded.
func (in *inspector) inspect(value any) error {
	w := walk{inspector: in, sound: make(map[reflect.Type]bool)}
	found := w.visit(reflect.ValueOf(value), 0, 0)
	switch {
	case found == nil:
		return nil
	case found.path == "":
		return fmt.Errorf("%w: %s", ErrUnsupportedValue, found.reason)
	}
	if found.path[0] == '.' {
		found.path = found.path[1:]
	}
	return fmt.Errorf("%w: %s is %s", ErrUnsupportedValue, found.path, found.reason)
}

type finding struct {
	path, reason string
	whole        bool // about the value as a whole: a path would be as long as the nesting is deep
}

// under puts the step that led to the finding before its path.
func (f *finding) under(step string) *finding {
	if !f.whole {
		f.path = step + f.path
	}
	return f
}

type walk struct {
	*inspector
	sound map[reflect.Type]bool
}

// visit looks at v. Levels count containers as a file nests them; steps also
// count pointers and interfaces, which can lead back to themselves.
func (w *walk) visit(v reflect.Value, levels, steps int) *finding {
	if !v.IsValid() || w.isSound(v.Type()) {
		return nil
	}
	if levels > w.maxDepth || steps > 4*w.maxDepth {
		return &finding{reason: fmt.Sprintf("nested more than %d levels deep, or contains itself", w.maxDepth), whole: true}
	}
	if reason := w.refuse(v.Type()); reason != "" {
		return &finding{reason: reason}
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return w.visit(v.Elem(), levels, steps+1)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if f := w.visit(v.Index(i), levels+1, steps+1); f != nil {
				return f.under("[" + strconv.Itoa(i) + "]")
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			f := w.visit(it.Key(), levels+1, steps+1)
			if f == nil {
				f = w.visit(it.Value(), levels+1, steps+1)
			}
			if f != nil {
				return f.under(keyStep(it.Key()))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if w.skip(field, v.Field(i)) {
				continue
			}
			if f := w.visit(v.Field(i), levels+1, steps+1); f != nil {
				return f.under("." + field.Name)
			}
		}
	}
	return nil
}

// isSound reports whether every value of a type can be encoded. Recursive
// types never are: their values can be nested without end.
func (w *walk) isSound(t reflect.Type) bool {
	if sound, known := w.sound[t]; known {
		return sound
	}
	w.sound[t] = false // the answer if t is met again inside itself
	sound := true
	switch {
	case w.opaque(t):
	case w.refuse(t) != "" || t.Kind() == reflect.Interface:
		sound = false
	case t.Kind() == reflect.Map:
		sound = w.isSound(t.Key()) && w.isSound(t.Elem())
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		sound = w.isSound(t.Elem())
	case t.Kind() == reflect.Struct:
		for field := range t.Fields() {
			if !w.skip(field, reflect.Value{}) && !w.isSound(field.Type) {
				sound = false
				break
			}
		}
	}
	w.sound[t] = sound
	return sound
}

func keyStep(key reflect.Value) string {
	for key.Kind() == reflect.Interface && !key.IsNil() {
		key = key.Elem()
	}
	switch {
	case key.Kind() == reflect.String:
		return "[" + strconv.Quote(key.String()) + "]"
	case key.CanInt():
		return "[" + strconv.FormatInt(key.Int(), 10) + "]"
	case key.CanUint():
		return "[" + strconv.FormatUint(key.Uint(), 10) + "]"
	}
	return "[" + key.Type().String() + "]"
}
