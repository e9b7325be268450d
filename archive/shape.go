package archive

import (
	"encoding"
	"encoding/json"
	"reflect"
	"time"
)

// A way is how values of a type are written.
type way uint8

const (
	asKind   way = iota // as a literal
	asTime              // time.Date(…)
	asCall              // as the call that ArchiveCall returns
	asText              // from what MarshalText returns
	asJSON              // from what MarshalJSON returns
	asBinary            // from what MarshalBinary returns
)

// A shape is what has to be known of a type again and again.
type shape struct {
	t    reflect.Type
	kind reflect.Kind
	way  way

	// leaf says that there is nothing to be found in values of the type: no
	// objects, and nothing that could be refused.
	leaf bool

	bad    string // why values of the type cannot be written; "": they can
	elem   *shape
	key    *shape
	fields []field
}

// A field is one that is written.
type field struct {
	index int
	name  string
	*shape
}

// shapes has those of all types met in one archive.
type shapes map[reflect.Type]*shape

var (
	timeType   = reflect.TypeFor[time.Time]()
	callerType = reflect.TypeFor[Archivable]()
)

func (ss shapes) of(t reflect.Type) *shape {
	if s, ok := ss[t]; ok {
		return s
	}
	s := &shape{t: t, kind: t.Kind()}
	ss[t] = s // first, because types contain themselves
	s.way = wayOf(t)
	if s.way != asKind {
		s.leaf = s.way == asTime
		return s
	}
	switch s.kind {
	case reflect.Pointer, reflect.Slice:
		s.elem = ss.of(t.Elem())
	case reflect.Array:
		s.elem = ss.of(t.Elem())
		s.leaf = s.elem.leaf
	case reflect.Map:
		s.key, s.elem = ss.of(t.Key()), ss.of(t.Elem())
	case reflect.Struct:
		ss.addFields(s)
	case reflect.Chan, reflect.UnsafePointer, reflect.Uintptr:
		s.bad = "a " + t.String() + " means something in this process only"
	case reflect.Interface, reflect.Func:
	default:
		s.leaf = true
	}
	return s
}

func (ss shapes) addFields(s *shape) {
	s.leaf = true
	for f := range s.t.Fields() {
		switch {
		case f.Tag.Get("lazyscribe") == "-", f.Name == "_":
		case !f.IsExported():
			if s.bad == "" {
				s.bad = "a " + s.t.String() + " has the unexported field " + f.Name +
					": give the type the method ArchiveCall, or the field the tag lazyscribe:\"-\""
			}
			s.leaf = false
		case f.Anonymous && s.t.Name() == "":
			s.bad, s.leaf = "a struct type without a name has the embedded field "+f.Name, false
		default:
			fs := ss.of(f.Type)
			s.fields = append(s.fields, field{f.Index[0], f.Name, fs})
			s.leaf = s.leaf && fs.leaf
		}
	}
}

// wayOf returns how values of a type are written. A type's own word for it goes
// first; other methods are asked for structs alone, because all else is known from
// the value.
func wayOf(t reflect.Type) way {
	switch {
	case t == timeType:
		return asTime
	case t.Kind() != reflect.Interface && t.Implements(callerType):
		return asCall
	case t.Kind() != reflect.Struct:
		return asKind
	}
	p := reflect.PointerTo(t)
	for _, m := range []struct {
		way    way
		writes reflect.Type
		reads  reflect.Type
	}{
		{asText, reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
		{asJSON, reflect.TypeFor[json.Marshaler](), reflect.TypeFor[json.Unmarshaler]()},
		{asBinary, reflect.TypeFor[encoding.BinaryMarshaler](), reflect.TypeFor[encoding.BinaryUnmarshaler]()},
	} {
		if p.Implements(m.writes) && p.Implements(m.reads) && !promoted(t, m.writes) {
			return m.way
		}
	}
	return asKind
}

// promoted reports whether a struct may have a method from an embedded field only,
// which would write that field and lose the others.
func promoted(t, method reflect.Type) bool {
	for f := range t.Fields() {
		if f.Anonymous && (f.Type.Implements(method) || reflect.PointerTo(f.Type).Implements(method)) {
			return true
		}
	}
	return false
}
