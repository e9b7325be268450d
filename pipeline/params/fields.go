package params

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// typeInfo is what is known of a type with a name, or of a struct.
type typeInfo struct {
	traits traits
	fields []field
	err    error // why values of the type are no parameters
}

// field is a field of a struct that is a parameter.
type field struct {
	name     string
	index    []int // as reflect has it
	unhashed bool
	standard []byte // the canonical text of its default; nil: it has none

	depth int // embedded structs around it
}

var infos sync.Map // of *typeInfo by reflect.Type

// infoOf returns what is known of a type, finding it out at the first call.
func infoOf(t reflect.Type) *typeInfo {
	if known, ok := infos.Load(t); ok {
		return known.(*typeInfo)
	}
	info := &typeInfo{traits: traitsOf(t)}
	switch {
	case t.Kind() != reflect.Struct:
	case info.traits == 0, t.PkgPath() == "":
		info.fields, info.err = fieldsOf(t)
	case info.traits&canonicaler == 0:
		info.err = checkEmbedded(t)
	}
	known, _ := infos.LoadOrStore(t, info)
	return known.(*typeInfo)
}

// checkEmbedded refuses a struct that says what stands for it by a method it has
// perhaps from an embedded one: then its other fields would count for nothing.
func checkEmbedded(t reflect.Type) error {
	for f := range t.Fields() {
		if f.Anonymous && t.NumField() > 1 && f.Type.Kind() != reflect.Interface && traitsOf(f.Type) != 0 {
			return fmt.Errorf("%w: %s embeds %s, whose methods may hide its other fields: give the field a name, or %s a method CanonicalParams",
				ErrAmbiguous, t, f.Type, t)
		}
	}
	return nil
}

// fieldsOf returns the fields of a struct that are parameters, by name.
func fieldsOf(t reflect.Type) ([]field, error) {
	w := &walker{open: map[reflect.Type]bool{}}
	if err := w.walk(t, nil); err != nil {
		return nil, err
	}
	if len(w.found) == 0 && w.hidden != "" {
		return nil, fmt.Errorf("%w: %s has no exported field: give it a method CanonicalParams, MarshalJSON or MarshalText, or tag it `lazyscribe:\"-\"`",
			ErrUnsupported, t)
	}
	// Of fields of one name the outermost counts, as in Go itself.
	slices.SortStableFunc(w.found, func(a, b field) int {
		if c := compareKeys(a.name, b.name); c != 0 {
			return c
		}
		return a.depth - b.depth
	})
	for i, f := range w.found[:max(len(w.found)-1, 0)] {
		if next := w.found[i+1]; next.name == f.name && next.depth == f.depth && (i == 0 || w.found[i-1].name != f.name) {
			return nil, fmt.Errorf("%w: %s has two fields called %q", ErrAmbiguous, t, f.name)
		}
	}
	return slices.CompactFunc(w.found, func(a, b field) bool { return a.name == b.name }), nil
}

// walker finds the fields of a struct and of those embedded in it.
type walker struct {
	found  []field
	hidden string // a field that is not exported and not tagged
	open   map[reflect.Type]bool
}

func (w *walker) walk(t reflect.Type, index []int) error {
	if w.open[t] {
		return nil // a struct that embeds a pointer to itself: its fields are found
	}
	w.open[t] = true
	defer delete(w.open, t)
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("lazyscribe")
		name, options, _ := strings.Cut(tag, ",")
		if tag == "-" {
			continue
		}
		if name == "" {
			name, _, _ = strings.Cut(f.Tag.Get("json"), ",")
			if name == "-" && f.Tag.Get("json") == "-" && !tagged {
				continue
			}
		}
		at := append(slices.Clone(index), i)
		if s := structOf(f.Type); f.Anonymous && name == "" && s != nil && !tagged {
			if err := w.walk(s, at); err != nil {
				return err
			}
			continue
		}
		if !f.IsExported() {
			if tagged {
				return fmt.Errorf("%w: field %s of %s has a tag, but is not exported", ErrUnsupported, f.Name, t)
			}
			w.hidden = f.Name
			continue
		}
		if name == "" {
			name = f.Name
		}
		p := field{name: name, index: at, depth: len(index)}
		if err := p.setOptions(options, f.Type); err != nil {
			return fmt.Errorf("tag of field %s of %s: %w", f.Name, t, err)
		}
		w.found = append(w.found, p)
	}
	return nil
}

// structOf returns the struct whose fields an embedded field contributes, nil if
// it is a parameter itself.
func structOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == typeTime || t == typeBig || traitsOf(t) != 0 {
		return nil
	}
	return t
}

// setOptions reads what follows the name in a tag.
func (f *field) setOptions(options string, t reflect.Type) error {
	for options != "" {
		if text, ok := strings.CutPrefix(options, "default="); ok {
			var err error
			f.standard, err = standard(text, t)
			return err
		}
		option, rest, _ := strings.Cut(options, ",")
		if option != "nohash" {
			return fmt.Errorf("unknown option %q: want nohash or default=", option)
		}
		f.unhashed, options = true, rest
	}
	return nil
}

// structure writes a struct.
func (e *encoder) structure(v reflect.Value) error {
	info := infoOf(v.Type())
	if info.err != nil {
		return e.fail(info.err)
	}
	e.out = append(e.out, '{')
	start := len(e.out)
	for i := range info.fields {
		f := &info.fields[i]
		part, err := v.FieldByIndexErr(f.index)
		if err != nil {
			continue // of an embedded pointer that is nil
		}
		here := len(e.path)
		e.path = appendKeyStep(e.path, f.name)
		if err := e.field(f, part, len(e.out) == start); err != nil {
			return err
		}
		e.path = e.path[:here]
	}
	e.out = append(e.out, '}')
	return nil
}

// field writes a field of a struct, the first one without a comma.
func (e *encoder) field(f *field, v reflect.Value, first bool) error {
	if f.unhashed && !e.whole {
		return e.aside(v)
	}
	mark := len(e.out)
	if !first {
		e.out = append(e.out, ',')
	}
	e.out = append(appendKey(e.out, f.name), ':')
	text := len(e.out)
	if err := e.value(v); err != nil {
		return err
	}
	if !e.whole && f.standard != nil && string(e.out[text:]) == string(f.standard) {
		e.out = e.out[:mark]
		return e.aside(v)
	}
	return nil
}

// aside writes a part that is not hashed, with all that is below it.
func (e *encoder) aside(v reflect.Value) error {
	other := &encoder{path: e.path, depth: e.depth, open: e.open, whole: true}
	if err := other.value(v); err != nil {
		return err
	}
	if e.unhashed == nil {
		e.unhashed = map[string]json.RawMessage{}
	}
	e.unhashed[strings.TrimPrefix(string(e.path), ".")] = other.out
	return nil
}
