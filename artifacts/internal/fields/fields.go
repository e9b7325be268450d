// Package fields finds the fields of a struct under the names a format gives
// them, by the rules of encoding/json: a tag of the format's own, or else the
// tag of json, or else the field's name; embedded structs without a name lend
// their fields; of two fields of one name the one less deep is taken, then the
// one with a tag, and none if that does not decide.
//
// What it returns is shared and must not be changed. It is safe for concurrent
// use.
package fields

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A Field is one field of a struct, or of a struct embedded in it.
type Field struct {
	Name      string // in the file
	Type      reflect.Type
	Options   []string // of the tag, after the name
	OmitEmpty bool     // a false, 0, nil or empty value is left out
	OmitZero  bool     // a zero value is left out

	index  []int
	tagged bool
}

type key struct {
	t   reflect.Type
	tag string
}

var cache sync.Map // of key to []Field

// Of returns the fields of a struct type in the order they are declared. tag
// is the key of the format's tags, such as "yaml".
func Of(t reflect.Type, tag string) []Field {
	if found, ok := cache.Load(key{t, tag}); ok {
		return found.([]Field)
	}
	c := collector{tag: tag}
	c.collect(t, nil, nil)
	found, _ := cache.LoadOrStore(key{t, tag}, c.decide())
	return found.([]Field)
}

// Get returns the field of a struct; the invalid Value if it is within an
// embedded pointer that is nil.
func (f *Field) Get(v reflect.Value) reflect.Value {
	if len(f.index) == 1 {
		return v.Field(f.index[0])
	}
	for i, x := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

// Make returns the field of a struct that can be set, with the embedded
// pointers on the way to it filled.
func (f *Field) Make(v reflect.Value) reflect.Value {
	for i, x := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

// Omitted reports whether the field is to be left out with the value it has.
func (f *Field) Omitted(v reflect.Value) bool {
	if f.OmitZero && v.IsZero() {
		return true
	}
	if !f.OmitEmpty {
		return false
	}
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Array, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// A collector gathers fields, several of one name among them.
type collector struct {
	tag  string
	list []Field
}

// collect adds the fields of t, which is found at index within the types given.
func (c *collector) collect(t reflect.Type, index []int, within []reflect.Type) {
	if slices.Contains(within, t) {
		return // fields of a type within itself are deeper than its own
	}
	within = append(slices.Clip(within), t)
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup(c.tag)
		if !ok {
			tag = f.Tag.Get("json")
		}
		if tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		at := append(slices.Clip(index), i)
		if f.Anonymous && name == "" {
			inner := f.Type
			if inner.Kind() == reflect.Pointer && f.IsExported() { // no other can be filled
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct {
				c.collect(inner, at, within)
				continue
			}
		}
		if f.IsExported() {
			c.add(f, name, options, at)
		}
	}
}

func (c *collector) add(f reflect.StructField, name, options string, at []int) {
	found := Field{Name: name, Type: f.Type, index: at, tagged: name != ""}
	if name == "" {
		found.Name = f.Name
	}
	if options != "" {
		found.Options = strings.Split(options, ",")
	}
	found.OmitEmpty = slices.Contains(found.Options, "omitempty")
	found.OmitZero = slices.Contains(found.Options, "omitzero")
	c.list = append(c.list, found)
}

// decide leaves one field of each name, or none.
func (c *collector) decide() []Field {
	best := make(map[string][]int, len(c.list)) // the fields nobody beats
	for i := range c.list {
		f := &c.list[i]
		rivals := best[f.Name]
		switch {
		case len(rivals) == 0 || f.beats(&c.list[rivals[0]]):
			best[f.Name] = []int{i}
		case !c.list[rivals[0]].beats(f):
			best[f.Name] = append(rivals, i)
		}
	}
	var decided []Field
	for i := range c.list {
		if of := best[c.list[i].Name]; len(of) == 1 && of[0] == i {
			decided = append(decided, c.list[i])
		}
	}
	return decided
}

func (f *Field) beats(g *Field) bool {
	if len(f.index) != len(g.index) {
		return len(f.index) < len(g.index)
	}
	return f.tagged && !g.tagged
}
