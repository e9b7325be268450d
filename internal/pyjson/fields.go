package pyjson

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A field is a struct field as encoding/json sees it.
type field struct {
	name      string
	index     []int // as for reflect.Value.FieldByIndex
	typ       reflect.Type
	tagged    bool // the name comes from a tag
	omitEmpty bool
	omitZero  bool
	quoted    bool // the option "string", on a type it applies to
}

// structFields are the fields of one struct type.
type structFields struct {
	list   []field
	byName map[string]*field
}

// lookup finds the field for a key: by name, else by name without regard to
// case.
func (f *structFields) lookup(key string) *field {
	if found := f.byName[key]; found != nil {
		return found
	}
	for i := range f.list {
		if strings.EqualFold(f.list[i].name, key) {
			return &f.list[i]
		}
	}
	return nil
}

var fieldCache sync.Map // reflect.Type to *structFields

// fieldsOf returns the fields of a struct type by the rules of encoding/json.
func fieldsOf(t reflect.Type) *structFields {
	if cached, ok := fieldCache.Load(t); ok {
		return cached.(*structFields)
	}
	f := &structFields{list: dominant(collectFields(t))}
	f.byName = make(map[string]*field, len(f.list))
	for i := range f.list {
		f.byName[f.list[i].name] = &f.list[i]
	}
	cached, _ := fieldCache.LoadOrStore(t, f)
	return cached.(*structFields)
}

// An embedded struct whose fields are still to be collected.
type embedded struct {
	typ   reflect.Type
	index []int
}

// collectFields returns all fields of t and of the structs embedded in it,
// outer ones first, also those that hide one another.
func collectFields(t reflect.Type) []field {
	var found []field
	visited := map[reflect.Type]bool{}
	for level := []embedded{{typ: t}}; len(level) > 0; {
		var deeper []embedded
		count := map[reflect.Type]int{}
		for _, e := range level {
			// A type embedded twice at one level yields its fields twice, so
			// that they hide one another; a third time would add nothing.
			if count[e.typ]++; visited[e.typ] || count[e.typ] > 2 {
				continue
			}
			for i := range e.typ.NumField() {
				sf := e.typ.Field(i)
				index := append(slices.Clone(e.index), i)
				if inner, ok := promoted(sf); ok {
					deeper = append(deeper, embedded{inner, index})
				} else if f, ok := ownField(sf); ok {
					f.index = index
					found = append(found, f)
				}
			}
		}
		for typ := range count {
			visited[typ] = true
		}
		level = deeper
	}
	return found
}

// promoted returns the struct type whose fields count as those of the struct
// that sf is in.
func promoted(sf reflect.StructField) (reflect.Type, bool) {
	t := sf.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	tag := sf.Tag.Get("json")
	name, _, _ := strings.Cut(tag, ",")
	return t, sf.Anonymous && t.Kind() == reflect.Struct && tag != "-" && !validName(name)
}

// ownField returns the field that sf is by itself.
func ownField(sf reflect.StructField) (field, bool) {
	tag := sf.Tag.Get("json")
	if !sf.IsExported() || tag == "-" {
		return field{}, false
	}
	name, options, _ := strings.Cut(tag, ",")
	f := field{name: name, typ: sf.Type, tagged: true}
	if !validName(name) {
		f.name, f.tagged = sf.Name, false
	}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			f.omitEmpty = true
		case "omitzero":
			f.omitZero = true
		case "string":
			f.quoted = quotable(sf.Type)
		}
	}
	return f, true
}

func quotable(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.String || reflect.Bool <= t.Kind() && t.Kind() <= reflect.Float64
}

func validName(name string) bool {
	for _, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) {
			return false
		}
	}
	return name != ""
}

// dominant drops the hidden fields: of those with one name the least embedded
// one counts, among these the tagged one, and none if that leaves several.
func dominant(all []field) []field {
	slices.SortStableFunc(all, func(a, b field) int {
		return cmp.Or(
			strings.Compare(a.name, b.name),
			cmp.Compare(rank(a), rank(b)),
		)
	})
	var kept []field
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].name == all[i].name {
			end++
		}
		if end == i+1 || rank(all[i]) != rank(all[i+1]) {
			kept = append(kept, all[i])
		}
		i = end
	}
	slices.SortFunc(kept, func(a, b field) int { return slices.Compare(a.index, b.index) })
	return kept
}

func rank(f field) int {
	r := 2 * len(f.index)
	if !f.tagged {
		r++
	}
	return r
}
