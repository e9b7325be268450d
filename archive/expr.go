package archive

import (
	"fmt"
	"go/token"
	"reflect"
	"slices"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// expr reads an expression into dst, a place whose type says what it has to be: an
// interface takes all that implements it.
func (r *reader) expr(dst reflect.Value) error {
	if err := r.deeper(); err != nil {
		return err
	}
	defer func() { r.depth-- }()
	pos := r.pos
	switch r.tok {
	case token.INT, token.FLOAT, token.STRING, token.SUB:
		return r.literal(dst)
	case token.IDENT:
		return r.name(dst)
	case token.LBRACE:
		return r.elided(dst)
	case token.AND:
		return r.address(dst)
	case token.MUL:
		return r.deref(dst)
	case token.LPAREN: // (*T)(nil)
		if err := r.next(); err != nil {
			return err
		}
		t, err := r.typ()
		if err != nil {
			return err
		}
		if err := r.skip(token.RPAREN); err != nil {
			return err
		}
		return r.conversion(pos, t, dst)
	case token.LBRACK, token.MAP, token.FUNC:
		t, err := r.typ()
		if err != nil {
			return err
		}
		return r.typed(pos, t, dst)
	}
	return r.unexpected("a value")
}

// typed reads what follows a type: a literal's braces or a conversion.
func (r *reader) typed(pos token.Pos, t reflect.Type, dst reflect.Value) error {
	if r.tok == token.LPAREN {
		return r.conversion(pos, t, dst)
	}
	if t == dst.Type() {
		return r.braces(dst)
	}
	v, err := r.place(pos, t)
	if err != nil {
		return err
	}
	if err := r.braces(v); err != nil {
		return err
	}
	return r.assign(pos, dst, v)
}

// place returns an empty place for a value of a type.
func (r *reader) place(pos token.Pos, t reflect.Type) (reflect.Value, error) {
	if err := r.use(pos, t.Size()); err != nil {
		return reflect.Value{}, err
	}
	return reflect.New(t).Elem(), nil
}

// assign puts a value into dst if it may be there.
func (r *reader) assign(pos token.Pos, dst, v reflect.Value) error {
	if !v.IsValid() { // nil in an interface
		if dst.Kind() != reflect.Interface {
			return r.corrupt(pos, "nil without a type is not a %s", dst.Type())
		}
		dst.SetZero()
		return nil
	}
	if !v.Type().AssignableTo(dst.Type()) {
		return r.corrupt(pos, "a %s is not a %s", v.Type(), dst.Type())
	}
	dst.Set(v)
	return nil
}

// elided reads a literal whose type is that of its place, or what it points to.
func (r *reader) elided(dst reflect.Value) error {
	if t := dst.Type(); t.Kind() == reflect.Pointer && t.Name() == "" {
		v, err := r.place(r.pos, t.Elem())
		if err != nil {
			return err
		}
		dst.Set(v.Addr())
		dst = v
	}
	return r.braces(dst)
}

// address reads &T{…}.
func (r *reader) address(dst reflect.Value) error {
	pos := r.pos
	if err := r.next(); err != nil {
		return err
	}
	t, err := r.typ()
	if err != nil {
		return err
	}
	v, err := r.place(pos, t)
	if err != nil {
		return err
	}
	if err := r.braces(v); err != nil {
		return err
	}
	return r.assign(pos, dst, v.Addr())
}

// deref reads *f(…).
func (r *reader) deref(dst reflect.Value) error {
	pos := r.pos
	if err := r.next(); err != nil {
		return err
	}
	p := reflect.New(anyType).Elem()
	if err := r.expr(p); err != nil {
		return err
	}
	v := p.Elem()
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return r.corrupt(pos, "there is no pointer after *")
	}
	return r.assign(pos, dst, v.Elem())
}

// braces reads what a literal of v's type has between its braces.
func (r *reader) braces(v reflect.Value) error {
	pos := r.pos
	if err := r.skip(token.LBRACE); err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.Struct:
		return r.fields(v)
	case reflect.Map:
		return r.entries(v)
	case reflect.Slice:
		return r.slice(v)
	case reflect.Array:
		return r.array(v)
	}
	return r.corrupt(pos, "a %s is not written with braces", v.Type())
}

// more reads past what separates elements, and reports whether there is one more.
// The closing brace is read as well.
func (r *reader) more(first bool) (bool, error) {
	if !first && r.tok != token.RBRACE {
		if err := r.skip(token.COMMA); err != nil {
			return false, err
		}
	}
	if r.tok != token.RBRACE {
		return true, nil
	}
	return false, r.next()
}

func (r *reader) fields(v reflect.Value) error {
	all := r.archived(v.Type())
	set := make([]int, 0, 16) // mostly in order, and few enough to be looked through
	for first := true; ; first = false {
		if more, err := r.more(first); !more || err != nil {
			return err
		}
		pos := r.pos
		name, err := r.ident()
		if err != nil {
			return err
		}
		i, ok := all[name]
		switch {
		case !ok:
			return r.corrupt(pos, "a %s has no field %s that is archived", v.Type(), name)
		case slices.Contains(set, i):
			return r.corrupt(pos, "field %s is set twice", name)
		}
		set = append(set, i)
		if err := r.skip(token.COLON); err != nil {
			return err
		}
		if err := r.expr(v.Field(i)); err != nil {
			return err
		}
	}
}

// archived returns the places of a struct's fields that are archived, by their
// names. Package reflect would look through the names for each field of each
// object, which took a sixth of the time.
func (r *reader) archived(t reflect.Type) map[string]int {
	if known, ok := r.fieldsOf[t]; ok {
		return known
	}
	all := make(map[string]int)
	for f := range t.Fields() {
		if f.IsExported() && f.Tag.Get("lazyscribe") != "-" {
			all[f.Name] = f.Index[0]
		}
	}
	r.fieldsOf[t] = all
	return all
}

func (r *reader) slice(v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	for n := 0; ; n++ {
		if more, err := r.more(n == 0); !more || err != nil {
			return err
		}
		if n == v.Cap() {
			if err := r.grow(v); err != nil {
				return err
			}
		}
		v.SetLen(n + 1)
		if err := r.expr(v.Index(n)); err != nil {
			return err
		}
	}
}

// grow makes room for more elements, which is counted before it is taken.
func (r *reader) grow(v reflect.Value) error {
	size, had := v.Type().Elem().Size(), v.Cap()
	most := uintptr(max(had, 1)) * size // what append takes at most, but for rounding
	if err := r.use(r.pos, most); err != nil {
		return err
	}
	v.Grow(1)
	r.memory += int64(most) - int64(uintptr(v.Cap()-had)*size)
	return nil
}

func (r *reader) array(v reflect.Value) error {
	for n := 0; ; n++ {
		if more, err := r.more(n == 0); !more || err != nil {
			return err
		}
		if n == v.Len() {
			return r.corrupt(r.pos, "a %s has no element %d", v.Type(), n)
		}
		if err := r.expr(v.Index(n)); err != nil {
			return err
		}
	}
}

// entryOverhead is what a map takes for an entry besides key and value.
const entryOverhead = 16

func (r *reader) entries(m reflect.Value) error {
	t := m.Type()
	m.Set(reflect.MakeMap(t))
	for first := true; ; first = false {
		if more, err := r.more(first); !more || err != nil {
			return err
		}
		pos := r.pos
		key, err := r.place(pos, t.Key())
		if err != nil {
			return err
		}
		if err := r.expr(key); err != nil {
			return err
		}
		switch {
		case !key.Comparable():
			return r.corrupt(pos, "a %s cannot be a key", key.Type())
		case m.MapIndex(key).IsValid():
			return r.corrupt(pos, "the key is in the map already")
		}
		if err := r.skip(token.COLON); err != nil {
			return err
		}
		value, err := r.place(pos, t.Elem())
		if err != nil {
			return err
		}
		if err := r.expr(value); err != nil {
			return err
		}
		if err := r.use(pos, entryOverhead); err != nil {
			return err
		}
		m.SetMapIndex(key, value)
	}
}

// name reads an expression that begins with a name.
func (r *reader) name(dst reflect.Value) error {
	pos := r.pos
	name, err := r.ident()
	if err != nil {
		return err
	}
	if r.tok == token.PERIOD {
		return r.selected(pos, name, dst)
	}
	switch name {
	case "nil":
		switch dst.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Slice, reflect.Map, reflect.Func:
			dst.SetZero()
			return nil
		}
		return r.corrupt(pos, "nil is not a %s", dst.Type())
	case "true", "false":
		return r.bool(pos, dst, name == "true")
	case "complex":
		return r.complex(pos, dst)
	}
	if helper, ok := helperCalls[name]; ok {
		return helper(r, pos, dst)
	}
	t, ok := r.aliases[name]
	if !ok {
		t, ok = basics[name]
	}
	if ok {
		return r.typed(pos, t, dst)
	}
	v, ok := r.objects[name]
	if !ok {
		return r.corrupt(pos, "%s is not declared, or only further down", strconv.Quote(name))
	}
	if r.tok == token.LPAREN {
		if err := r.skipAll(token.LPAREN, token.RPAREN); err != nil {
			return err
		}
	}
	return r.assign(pos, dst, v)
}

// selected reads an expression that begins with a package.
func (r *reader) selected(pos token.Pos, local string, dst reflect.Value) error {
	full, err := r.qualified(pos, local)
	if err != nil {
		return err
	}
	if call, ok := standardCalls[full]; ok {
		return call(r, pos, dst)
	}
	if _, isType := r.types.lookupType(full); isType || r.tok == token.LBRACK {
		t, err := r.namedType(pos, full)
		if err != nil {
			return err
		}
		return r.typed(pos, t, dst)
	}
	fn, ok := r.types.lookupFunc(full)
	switch {
	case !ok && r.tok == token.LBRACE:
		_, err := r.namedType(pos, full)
		return err
	case !ok:
		return r.at(pos, fmt.Errorf("%w: %s is neither a type nor a function that is registered; RegisterType and RegisterFunc add them", artifacts.ErrNeedsType, full))
	case r.tok == token.LPAREN:
		results, err := r.invoke(pos, fn)
		if err != nil {
			return err
		}
		if len(results) != 1 {
			return r.corrupt(pos, "%s returns %d values", full, len(results))
		}
		return r.assign(pos, dst, results[0])
	}
	return r.assign(pos, dst, fn)
}
