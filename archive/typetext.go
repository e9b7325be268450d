package archive

import (
	"fmt"
	"go/format"
	"go/token"
	"reflect"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// typ returns a type as it is written in the text.
func (p *printer) typ(t reflect.Type) string {
	if text, ok := p.types[t]; ok {
		return text
	}
	text := p.spell(t)
	p.types[t] = text
	return text
}

func (p *printer) spell(t reflect.Type) string {
	if t.Name() != "" {
		if t.PkgPath() == "" {
			return t.Name()
		}
		own, _, _ := strings.Cut(t.String(), ".")
		text, err := p.named(t.PkgPath(), own, t.Name())
		if err != nil {
			p.fail(fmt.Errorf("%w: type %s: %w", artifacts.ErrUnsupportedValue, t, err))
		}
		return text
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + p.typ(t.Elem())
	case reflect.Slice:
		if isBytes(t) {
			return "[]byte"
		}
		return "[]" + p.typ(t.Elem())
	case reflect.Array:
		return "[" + strconv.Itoa(t.Len()) + "]" + p.typ(t.Elem())
	case reflect.Map:
		return "map[" + p.typ(t.Key()) + "]" + p.typ(t.Elem())
	case reflect.Func:
		return p.signature(t)
	case reflect.Struct:
		return p.alias(t)
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return "any"
		}
	}
	p.fail(fmt.Errorf("%w: type %s cannot be written: give it a name", artifacts.ErrUnsupportedValue, t))
	return ""
}

// named returns the name of a type, which has those of its arguments in it if it is
// generic.
func (p *printer) named(path, own, name string) (string, error) {
	ident, args, generic := strings.Cut(name, "[")
	if !isIdentifier(ident) {
		return "", fmt.Errorf("the name %q is none that a package declares", ident)
	}
	p.importable(path, ident)
	text := p.imports.name(path, own) + "." + ident
	if !generic {
		return text, nil
	}
	a := typeArgs{p: p, rest: "," + args}
	text += "["
	for i := 0; a.err == nil && strings.HasPrefix(a.rest, ","); i++ {
		a.rest = a.rest[1:]
		if i > 0 {
			text += ", "
		}
		text += a.next()
	}
	if a.err == nil && a.rest != "]" {
		a.err = fmt.Errorf("its argument %q is none that can be written", args)
	}
	return text + "]", a.err
}

// importable notes what no other package can mention.
func (p *printer) importable(path, ident string) {
	switch {
	case p.private != nil:
	case path == "main" || strings.HasSuffix(path, "_test"):
		p.private = fmt.Errorf("%w: %s.%s is in a package that cannot be imported", artifacts.ErrUnsupportedValue, path, ident)
	case !token.IsExported(ident):
		p.private = fmt.Errorf("%w: %s.%s is not exported", artifacts.ErrUnsupportedValue, path, ident)
	}
}

// typeArgs reads the arguments in the name of a generic type. Package reflect has
// them as text only, with the whole paths of packages.
type typeArgs struct {
	p    *printer
	rest string
	err  error
}

func (a *typeArgs) next() string {
	for _, prefix := range []string{"*", "[]"} {
		if rest, ok := strings.CutPrefix(a.rest, prefix); ok {
			a.rest = rest
			return prefix + a.next()
		}
	}
	if rest, ok := strings.CutPrefix(a.rest, "interface {}"); ok {
		a.rest = rest
		return "any"
	}
	if rest, ok := strings.CutPrefix(a.rest, "map["); ok {
		a.rest = rest
		key := a.next()
		a.rest = strings.TrimPrefix(a.rest, "]")
		return "map[" + key + "]" + a.next()
	}
	if strings.HasPrefix(a.rest, "[") {
		n := strings.IndexByte(a.rest, ']') + 1
		length := a.rest[:n]
		a.rest = a.rest[n:]
		return length + a.next()
	}
	return a.name()
}

func (a *typeArgs) name() string {
	end := strings.IndexAny(a.rest, ",[]{ (")
	if end < 0 {
		end = len(a.rest)
	}
	name := a.rest[:end]
	a.rest = a.rest[end:]
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		if !isIdentifier(name) {
			a.err = fmt.Errorf("its argument %q is none that can be written", name)
		}
		return name
	}
	path, ident := name[:dot], name[dot+1:]
	if strings.HasPrefix(a.rest, "[") { // generic itself
		depth, n := 0, 0
		for n < len(a.rest) {
			switch a.rest[n] {
			case '[':
				depth++
			case ']':
				depth--
			}
			if n++; depth == 0 {
				break
			}
		}
		ident += a.rest[:n]
		a.rest = a.rest[n:]
	}
	text, err := a.p.named(strings.ReplaceAll(path, "%2e", "."), "", ident)
	if err != nil {
		a.err = err
	}
	return text
}

// signature returns the type of a function.
func (p *printer) signature(t reflect.Type) string {
	var in, out []string
	for x := range t.Ins() {
		in = append(in, p.typ(x))
	}
	if t.IsVariadic() {
		in[len(in)-1] = "..." + strings.TrimPrefix(in[len(in)-1], "[]")
	}
	for x := range t.Outs() {
		out = append(out, p.typ(x))
	}
	text := "func(" + strings.Join(in, ", ") + ")"
	switch len(out) {
	case 0:
		return text
	case 1:
		return text + " " + out[0]
	}
	return text + " (" + strings.Join(out, ", ") + ")"
}

// alias gives a struct type without a name one: written out wherever it is used it
// would be unreadable. An alias is the same type.
func (p *printer) alias(t reflect.Type) string {
	var decl strings.Builder
	decl.WriteString("struct {\n")
	for f := range t.Fields() {
		if !f.Anonymous {
			decl.WriteString(f.Name + " ")
		}
		decl.WriteString(p.typ(f.Type))
		switch {
		case f.Tag != "" && strconv.CanBackquote(string(f.Tag)):
			decl.WriteString(" `" + string(f.Tag) + "`")
		case f.Tag != "":
			decl.WriteString(" " + strconv.Quote(string(f.Tag)))
		}
		decl.WriteString("\n")
	}
	name := helperPrefix + "T" + strconv.Itoa(p.aliased)
	p.aliased++
	text, err := format.Source([]byte("type " + name + " = " + decl.String() + "}\n\n"))
	if err != nil {
		p.fail(fmt.Errorf("%w: type %s: %w", artifacts.ErrUnsupportedValue, t, err))
	}
	p.aliases = append(p.aliases, text...)
	return name
}
