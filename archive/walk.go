package archive

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A frame is a value that is being gone through.
type frame struct {
	v    reflect.Value
	t    *shape
	list []reflect.Value // keys and values of a map, arguments of a call
	next int             // the part that comes next
	done bool            // no more parts have to be looked at
	node int32           // -1: it has no identity
	bare int32           // values without identity that it is inside of
}

// walk goes through v with a stack of its own: a list of a million elements is
// nested a million levels deep.
func (g *graph) walk(v reflect.Value) error {
	g.stack = g.stack[:0]
	if v.IsValid() {
		if err := g.enter(v, g.shapes.of(v.Type())); err != nil {
			return err
		}
	}
	for len(g.stack) > 0 {
		f := &g.stack[len(g.stack)-1]
		part, t, ok := f.part()
		if !ok {
			if f.node >= 0 {
				g.nodes[f.node].open = false
				g.order = append(g.order, f.node)
			}
			g.stack[len(g.stack)-1] = frame{}
			g.stack = g.stack[:len(g.stack)-1]
			continue
		}
		if err := g.enter(part, t); err != nil {
			return err
		}
	}
	return nil
}

// part returns the part of a value that comes next, where there is one.
func (f *frame) part() (reflect.Value, *shape, bool) {
	if f.done {
		return reflect.Value{}, nil, false
	}
	i := f.next
	f.next++
	if f.list != nil || f.t.way == asCall {
		if i >= len(f.list) {
			return reflect.Value{}, nil, false
		}
		return f.list[i], nil, true
	}
	switch f.t.kind {
	case reflect.Pointer:
		return f.v.Elem(), f.t.elem, i == 0
	case reflect.Slice, reflect.Array:
		if i >= f.v.Len() {
			return reflect.Value{}, nil, false
		}
		return f.v.Index(i), f.t.elem, true
	case reflect.Struct:
		for ; i < len(f.t.fields); i++ {
			if fd := f.t.fields[i]; !fd.leaf {
				f.next = i + 1
				return f.v.Field(fd.index), fd.shape, true
			}
		}
	}
	return reflect.Value{}, nil, false
}

// enter counts a reference to v, and puts v on the stack if it is new.
func (g *graph) enter(v reflect.Value, t *shape) error {
	for v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		v, t = v.Elem(), nil
	}
	if t == nil {
		t = g.shapes.of(v.Type())
	}
	f := frame{v: v, t: t, node: -1}
	if k, ok := identity(v, t); ok {
		if n, known := g.index[k]; known {
			if g.nodes[n].open {
				return g.cycle(n)
			}
			g.nodes[n].refs++
			return nil
		}
		f.node = g.add(k, v)
	} else {
		switch t.kind {
		case reflect.Pointer, reflect.Map, reflect.Slice:
			if v.IsNil() {
				return nil
			}
		}
		if t.leaf {
			return nil
		}
	}
	if err := g.open(&f); err != nil {
		return err
	}
	g.stack = append(g.stack, f)
	return nil
}

// add adds a node for an object that is new.
func (g *graph) add(k key, v reflect.Value) int32 {
	i := int32(len(g.nodes))
	g.index[k] = i
	n := node{v: v, refs: 1, root: -1, label: -1, out: -1, open: true}
	for j := len(g.stack) - 1; j >= 0; j-- {
		if up := g.stack[j].node; up >= 0 {
			n.depth = g.nodes[up].depth + 1
			break
		}
	}
	g.nodes = append(doubled(g.nodes), n)
	if g.seen != nil {
		g.seen(k)
	}
	return i
}

// doubled makes room for as many elements again where there is little left. What
// becomes as large as memory allows is so copied once in all, not four times, as
// append grows by a quarter.
func doubled[T any](s []T) []T {
	if cap(s)-len(s) > len(s)/8 {
		return s
	}
	return slices.Grow(s, len(s))
}

// open refuses what cannot be written, and finds the parts that are not simply
// there.
func (g *graph) open(f *frame) error {
	if f.node < 0 && len(g.stack) > 0 {
		f.bare = g.stack[len(g.stack)-1].bare + 1
	}
	switch t := f.t; {
	case f.bare > maxBare:
		return g.refuse(fmt.Sprintf("values are nested more than %d levels deep without a pointer, map or slice", maxBare))
	case t.bad != "":
		if t.kind != reflect.Struct && g.unwritten() {
			return nil
		}
		return g.refuse(t.bad)
	case t.way == asCall:
		c, err := callOf(f.v)
		if err != nil {
			return g.wrong(err)
		}
		f.list = c.args
		if f.node >= 0 {
			g.calls[f.node] = c
		} else {
			g.kept = append(g.kept, c.args)
		}
	case t.kind == reflect.Map:
		f.list = pairs(f.v)
	case t.kind == reflect.Func && !f.v.IsNil():
		return g.openFunc(f.v)
	case (t.kind == reflect.Slice || t.kind == reflect.Array) && t.elem.leaf, t.way != asKind:
		f.done = true
	}
	return nil
}

// unwritten reports whether what is being entered is in a field that is zero, and
// so left out of the text.
func (g *graph) unwritten() bool {
	for _, up := range slices.Backward(g.stack) {
		switch up.t.kind {
		case reflect.Array:
		case reflect.Struct:
			return up.v.Field(up.t.fields[up.next-1].index).IsZero()
		default:
			return false
		}
	}
	return false
}

func (g *graph) openFunc(v reflect.Value) error {
	name, err := nameOfFunc(v.Interface())
	if err != nil {
		return g.wrong(err)
	}
	if _, ok := g.types.lookupFunc(name.String()); !ok {
		return g.refuse("function " + name.String() + " is not registered: RegisterFunc gives it a name")
	}
	return nil
}

func (g *graph) refuse(why string) error {
	return g.wrong(fmt.Errorf("%w: %s", artifacts.ErrUnsupportedValue, why))
}

// wrong adds the path of the value that was to be entered.
func (g *graph) wrong(err error) error {
	return &PathError{Path: g.path(len(g.stack)), Err: err}
}

func (g *graph) cycle(n int32) error {
	for depth, f := range g.stack {
		if f.node == n {
			return &CycleError{From: g.path(len(g.stack)), To: g.path(depth), Type: f.t.t}
		}
	}
	return nil // an open node is on the stack
}
