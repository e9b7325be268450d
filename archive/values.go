package archive

import (
	"reflect"
	"strconv"
	"time"
)

// A place is where an expression stands, which decides how much it has to say.
type place uint8

const (
	typed  place = iota // its type is known: 5 may be a float64
	inside              // in a literal, where a literal's type is left out too
	alone               // its type is the expression's: float32(5)
)

// value writes an expression for v.
func (p *printer) value(v reflect.Value, t *shape, at place) {
	if p.over || p.err != nil {
		return
	}
	if t.kind == reflect.Interface {
		if v.IsNil() {
			p.null(t, at)
			return
		}
		v = v.Elem()
		t, at = p.g.shapes.of(v.Type()), alone
	}
	if n, ok := p.g.note(v, t); ok {
		if name := p.nameOf(n); name != "" {
			p.put(name)
			return
		}
		if out := p.g.nodes[n].out; out >= 0 {
			p.array(t, out)
			return
		}
	}
	p.object(v, t, at)
}

// nameOf returns the expression for an object with a name, "" for others.
func (p *printer) nameOf(n int32) string {
	nd := &p.g.nodes[n]
	var name string
	switch {
	case nd.root >= 0:
		name = exported(p.g.roots[nd.root].name)
	case nd.label >= 0:
		name = objectPrefix + strconv.Itoa(int(nd.label))
	default:
		return ""
	}
	if p.scoped {
		name += "()"
	}
	return name
}

// null writes nil.
func (p *printer) null(t *shape, at place) {
	switch {
	case at != alone:
		p.put("nil")
	case t.kind == reflect.Pointer, t.kind == reflect.Func:
		p.put("(" + p.typ(t.t) + ")(nil)")
	default:
		p.put(p.typ(t.t) + "(nil)")
	}
}

// object writes what an object is made of, whether it has a name or not.
func (p *printer) object(v reflect.Value, t *shape, at place) {
	switch t.kind {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Func:
		if v.IsNil() {
			p.null(t, at)
			return
		}
	}
	switch t.way {
	case asTime:
		p.time(v.Interface().(time.Time))
		return
	case asCall:
		p.call(v, t)
		return
	case asText, asJSON, asBinary:
		p.marshalled(v, t)
		return
	}
	switch t.kind {
	case reflect.Pointer:
		p.pointer(v, t, at)
	case reflect.Slice, reflect.Array:
		if isBytes(t.t) {
			p.put(p.typ(t.t) + "(")
			p.b = strconv.AppendQuote(p.b, string(v.Bytes()))
			p.put(")")
			return
		}
		p.literal(t, at)
		p.elements(v, t)
	case reflect.Map:
		p.literal(t, at)
		p.entries(v, t)
	case reflect.Struct:
		p.literal(t, at)
		p.fields(v, t)
	case reflect.Func:
		name, err := nameOfFunc(v.Interface())
		if err != nil {
			p.fail(err)
			return
		}
		p.put(p.function(name))
	default:
		p.scalar(v, t, at)
	}
}

// isBytes reports whether values of a type are written as a string.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem() == reflect.TypeFor[byte]()
}

// literal writes a literal's type where it has to be.
func (p *printer) literal(t *shape, at place) {
	if at != inside {
		p.put(p.typ(t.t))
	}
}

// within returns the place of the elements of a literal, whose type may be left
// out if they are literals themselves.
func within(t *shape) place {
	if t.kind == reflect.Pointer && t.t.Name() != "" {
		return typed
	}
	return inside
}

func (p *printer) elements(v reflect.Value, t *shape) {
	at := within(t.elem)
	p.list(list{
		open: "{", close: "}", n: v.Len(),
		fill:  reflect.Bool <= t.elem.kind && t.elem.kind <= reflect.Complex128,
		value: func(i int) { p.value(v.Index(i), t.elem, at) },
	})
}

func (p *printer) entries(v reflect.Value, t *shape) {
	if p.limit > 0 && v.Len()*shortest > width {
		p.over = true // sorting is not for nothing
		return
	}
	all := pairs(v)
	keyAt, at := within(t.key), within(t.elem)
	p.list(list{
		open: "{", close: "}", n: v.Len(),
		key:   func(i int) { p.value(all[2*i], t.key, keyAt) },
		value: func(i int) { p.value(all[2*i+1], t.elem, at) },
	})
}

// fields writes the fields of a struct that are not zero.
func (p *printer) fields(v reflect.Value, t *shape) {
	mark := len(p.set)
	for i := range t.fields {
		if !v.Field(t.fields[i].index).IsZero() {
			p.set = append(p.set, &t.fields[i])
		}
	}
	set := p.set[mark:]
	p.list(list{
		open: "{", close: "}", n: len(set),
		key:   func(i int) { p.put(set[i].name) },
		value: func(i int) { p.value(v.Field(set[i].index), set[i].shape, typed) },
	})
	p.set = p.set[:mark]
}

// pointer writes a pointer to something that has no name: with & where that is a
// literal, else through a helper.
func (p *printer) pointer(v reflect.Value, t *shape, at place) {
	e := v.Elem()
	named := t.t.Name() != "" && at == alone
	if named {
		p.put(p.typ(t.t) + "(")
	}
	switch {
	case p.isLiteral(e, t.elem):
		if at != inside {
			p.put("&")
		}
		p.object(e, t.elem, at)
	case t.elem.kind == reflect.Interface:
		p.put("lsPtr[" + p.typ(t.elem.t) + "](")
		p.value(e, t.elem, typed)
		p.put(")")
	default:
		p.put("lsPtr(")
		p.value(e, t.elem, alone)
		p.put(")")
	}
	if named {
		p.put(")")
	}
}

// isLiteral reports whether v is written as a type and braces.
func (p *printer) isLiteral(v reflect.Value, t *shape) bool {
	if t.way != asKind {
		return false
	}
	switch t.kind {
	case reflect.Struct, reflect.Array:
		return true
	case reflect.Slice, reflect.Map:
		if v.IsNil() || isBytes(t.t) {
			return false
		}
		n, ok := p.g.note(v, t)
		return !ok || p.nameOf(n) == "" && p.g.nodes[n].out < 0
	}
	return false
}
