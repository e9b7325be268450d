package wire

import (
	"reflect"
	"sync"
)

// A class is what a walk has to know about a type.
type class struct {
	// sound: every value of the type can cross, so that values need no look.
	// Texts are never sound, since they may not be UTF-8, and neither are named
	// lists and maps, which may be recursive and so nested without end.
	sound bool

	itself  bool    // see encodesItself
	foreign bool    // by MarshalCBOR or MarshalJSON, which can write anything
	refusal string  // see refuse
	fields  []field // of a struct, those to look at
}

type field struct {
	index    int
	step     string // see fieldStep
	exported bool
}

// classes has a *class by reflect.Type, for all goroutines.
var classes sync.Map

func classOf(t reflect.Type) *class {
	if known, ok := classes.Load(t); ok {
		return known.(*class)
	}
	c := &class{
		itself:  encodesItself(t),
		foreign: implements(t, cborMarshaler) || implements(t, jsonMarshaler),
		refusal: refuse(t),
	}
	if !c.itself && c.refusal == "" {
		if t.Kind() == reflect.Struct {
			c.fields = fieldsOf(t)
		}
		c.sound = isSound(t)
	}
	known, _ := classes.LoadOrStore(t, c)
	return known.(*class)
}

func isSound(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	case reflect.Slice, reflect.Array, reflect.Pointer:
		return t.Name() == "" && classOf(t.Elem()).sound
	case reflect.Map:
		return t.Name() == "" && classOf(t.Key()).sound && classOf(t.Elem()).sound
	}
	return false
}

// fieldsOf leaves out the fields that need no look: of kinds whose values are
// all sound.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if skipField(f) || f.Anonymous && isHollow(f.Type) {
			continue
		}
		if k := f.Type.Kind(); k >= reflect.Bool && k <= reflect.Float64 && classOf(f.Type).sound {
			continue
		}
		fields = append(fields, field{index: i, step: fieldStep(f), exported: f.IsExported()})
	}
	return fields
}
