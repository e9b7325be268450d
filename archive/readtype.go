package archive

import (
	"fmt"
	"go/token"
	"reflect"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

var anyType = reflect.TypeFor[any]()

// basics are the types that need no package.
var basics = func() map[string]reflect.Type {
	m := map[string]reflect.Type{
		"any": anyType, "error": errorType,
		"byte": reflect.TypeFor[byte](), "rune": reflect.TypeFor[rune](),
	}
	for _, t := range []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[string](),
		reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
		reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](),
		reflect.TypeFor[uintptr](), // in types only: no number is one, see reader.number
		reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[complex64](), reflect.TypeFor[complex128](),
	} {
		m[t.Name()] = t
	}
	return m
}()

// typ reads a type.
func (r *reader) typ() (reflect.Type, error) {
	if err := r.deeper(); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	pos := r.pos
	switch r.tok {
	case token.IDENT:
		return r.typeName()
	case token.MUL:
		if err := r.next(); err != nil {
			return nil, err
		}
		return r.derived(pos, reflect.PointerTo)
	case token.LBRACK:
		if err := r.next(); err != nil {
			return nil, err
		}
		if r.tok == token.RBRACK {
			if err := r.next(); err != nil {
				return nil, err
			}
			return r.derived(pos, reflect.SliceOf)
		}
		return r.arrayType(pos)
	case token.MAP:
		return r.mapType(pos)
	case token.FUNC:
		return r.funcType(pos)
	case token.STRUCT:
		return r.structType(pos)
	}
	return nil, r.unexpected("a type")
}

// maxTypeName is the number of bytes that the name of a type may have which is made
// of others.
const maxTypeName = 1 << 16

// make makes a type up of parts. Such types live as long as the process, so that
// their number is limited, and package reflect panics where it cannot. It also keeps
// a name for each that has those of all parts in it: one that has two parts of the
// type before it, which has two of another, is a line of text and has twice the
// name.
func (r *reader) make(pos token.Pos, of func() reflect.Type, parts ...reflect.Type) (t reflect.Type, err error) {
	name := 0
	for _, part := range parts {
		name += len(part.String())
	}
	if name > maxTypeName {
		return nil, r.at(pos, fmt.Errorf("%w: a type whose parts have names of %d bytes", artifacts.ErrTooLarge, name))
	}
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, r.corrupt(pos, "there is no such type: %v", p)
		}
	}()
	if t = of(); !r.made[t] {
		r.made[t] = true
		if len(r.made) > maxMade {
			return nil, r.at(pos, fmt.Errorf("%w: the text makes up more than %d types", artifacts.ErrTooLarge, maxMade))
		}
		return t, r.use(pos, uintptr(name))
	}
	return t, nil
}

// derived reads a type and makes another one of it.
func (r *reader) derived(pos token.Pos, of func(reflect.Type) reflect.Type) (reflect.Type, error) {
	elem, err := r.typ()
	if err != nil {
		return nil, err
	}
	return r.make(pos, func() reflect.Type { return of(elem) }, elem)
}

func (r *reader) arrayType(pos token.Pos) (reflect.Type, error) {
	n, err := r.integer()
	if err != nil {
		return nil, err
	}
	if err := r.skip(token.RBRACK); err != nil {
		return nil, err
	}
	elem, err := r.typ()
	if err != nil {
		return nil, err
	}
	// A type of a gigabyte is made with a few bytes, and so is one of types of that.
	size := max(elem.Size(), 1)
	if n < 0 || uint64(n) > uint64(r.memory)/uint64(size) {
		return nil, r.at(pos, fmt.Errorf("%w: an array of %d elements", artifacts.ErrTooLarge, n))
	}
	return r.make(pos, func() reflect.Type { return reflect.ArrayOf(n, elem) }, elem)
}

func (r *reader) mapType(pos token.Pos) (reflect.Type, error) {
	if err := r.next(); err != nil {
		return nil, err
	}
	if err := r.skip(token.LBRACK); err != nil {
		return nil, err
	}
	key, err := r.typ()
	if err != nil {
		return nil, err
	}
	if err := r.skip(token.RBRACK); err != nil {
		return nil, err
	}
	elem, err := r.typ()
	if err != nil {
		return nil, err
	}
	return r.make(pos, func() reflect.Type { return reflect.MapOf(key, elem) }, key, elem)
}

// funcType reads func(A, ...B) (C, D).
func (r *reader) funcType(pos token.Pos) (reflect.Type, error) {
	if err := r.next(); err != nil {
		return nil, err
	}
	in, variadic, err := r.typeList()
	if err != nil {
		return nil, err
	}
	var out []reflect.Type
	switch r.tok {
	case token.LPAREN:
		if out, _, err = r.typeList(); err != nil {
			return nil, err
		}
	case token.IDENT, token.MUL, token.LBRACK, token.MAP, token.FUNC:
		t, err := r.typ()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return r.make(pos, func() reflect.Type { return reflect.FuncOf(in, out, variadic) }, append(in, out...)...)
}

func (r *reader) typeList() (list []reflect.Type, variadic bool, err error) {
	if err := r.skip(token.LPAREN); err != nil {
		return nil, false, err
	}
	for r.tok != token.RPAREN {
		if len(list) > 0 {
			if err := r.skip(token.COMMA); err != nil {
				return nil, false, err
			}
		}
		variadic = r.tok == token.ELLIPSIS
		if variadic {
			if err := r.next(); err != nil {
				return nil, false, err
			}
		}
		t, err := r.typ()
		if err != nil {
			return nil, false, err
		}
		if variadic {
			t = reflect.SliceOf(t)
		}
		list = append(list, t)
	}
	return list, variadic, r.next()
}

// structType reads fields, one a line.
func (r *reader) structType(pos token.Pos) (reflect.Type, error) {
	if err := r.next(); err != nil {
		return nil, err
	}
	if err := r.skip(token.LBRACE); err != nil {
		return nil, err
	}
	var fields []reflect.StructField
	var types []reflect.Type
	for r.tok != token.RBRACE {
		at := r.pos
		name, err := r.ident()
		if err != nil {
			return nil, err
		}
		f := reflect.StructField{Name: name}
		if !token.IsExported(name) {
			return nil, r.corrupt(at, "field %s is not exported", name)
		}
		if f.Type, err = r.typ(); err != nil {
			return nil, err
		}
		if r.tok == token.STRING {
			tag, err := r.text()
			if err != nil {
				return nil, err
			}
			f.Tag = reflect.StructTag(tag)
		}
		fields, types = append(fields, f), append(types, f.Type)
		if r.tok == token.SEMICOLON {
			if err := r.next(); err != nil {
				return nil, err
			}
		}
	}
	if err := r.next(); err != nil {
		return nil, err
	}
	return r.make(pos, func() reflect.Type { return reflect.StructOf(fields) }, types...)
}

// typeName reads a name, also one with a package and with arguments.
func (r *reader) typeName() (reflect.Type, error) {
	pos := r.pos
	name, err := r.ident()
	if err != nil {
		return nil, err
	}
	if r.tok != token.PERIOD {
		if t, ok := r.aliases[name]; ok {
			return t, nil
		}
		if t, ok := basics[name]; ok {
			return t, nil
		}
		return nil, r.corrupt(pos, "%s is not a type that archives write", strconv.Quote(name))
	}
	full, err := r.qualified(pos, name)
	if err != nil {
		return nil, err
	}
	return r.namedType(pos, full)
}

// qualified reads the rest of a name with a package, and returns it with the
// package's path.
func (r *reader) qualified(pos token.Pos, local string) (string, error) {
	path, ok := r.imports[local]
	if !ok {
		return "", r.corrupt(pos, "package %s is not imported", local)
	}
	if err := r.skip(token.PERIOD); err != nil {
		return "", err
	}
	name, err := r.ident()
	return path + "." + name, err
}

// namedType returns a registered type, after its arguments if it is generic.
func (r *reader) namedType(pos token.Pos, full string) (reflect.Type, error) {
	if r.tok == token.LBRACK {
		if err := r.next(); err != nil {
			return nil, err
		}
		var args []string
		for {
			t, err := r.typ()
			if err != nil {
				return nil, err
			}
			args = append(args, fullName(t))
			if r.tok != token.COMMA {
				break
			}
			if err := r.next(); err != nil {
				return nil, err
			}
		}
		if err := r.skip(token.RBRACK); err != nil {
			return nil, err
		}
		full += "[" + strings.Join(args, ",") + "]"
	}
	t, ok := r.types.lookupType(full)
	if !ok {
		return nil, r.at(pos, fmt.Errorf("%w: type %s is not registered; RegisterType or Types.AddType adds it", artifacts.ErrNeedsType, full))
	}
	return t, nil
}
