package archive

import (
	"go/token"
	"path"
	"reflect"
	"strconv"
)

// file reads a whole text.
func (r *reader) file() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := r.next(); err != nil {
		return err
	}
	if err := r.skip(token.PACKAGE); err != nil {
		return err
	}
	if _, err := r.ident(); err != nil {
		return err
	}
	for {
		if r.tok == token.EOF {
			return nil
		}
		if err := r.skip(token.SEMICOLON); err != nil {
			return err
		}
		var err error
		switch r.tok {
		case token.EOF:
		case token.IMPORT:
			err = r.importDecl()
		case token.TYPE:
			err = r.typeDecl()
		case token.VAR:
			err = r.varDecl()
		case token.FUNC:
			err = r.funcDecl()
		default:
			err = r.unexpected("a declaration as archives have them")
		}
		if err != nil {
			return err
		}
	}
}

// importDecl reads: import ("a/b"; c "d/e").
func (r *reader) importDecl() error {
	if err := r.next(); err != nil {
		return err
	}
	if r.tok != token.LPAREN {
		return r.importSpec()
	}
	if err := r.next(); err != nil {
		return err
	}
	for r.tok != token.RPAREN {
		if err := r.importSpec(); err != nil {
			return err
		}
		if r.tok == token.SEMICOLON {
			if err := r.next(); err != nil {
				return err
			}
		}
	}
	return r.next()
}

func (r *reader) importSpec() error {
	local, pos := "", r.pos
	if r.tok == token.IDENT {
		local = r.lit
		if err := r.next(); err != nil {
			return err
		}
	}
	p, err := r.text()
	if err != nil {
		return err
	}
	if local == "" {
		local = path.Base(p)
	}
	if _, taken := r.imports[local]; taken || !isIdentifier(local) || local == "_" {
		return r.corrupt(pos, "package %.200q cannot be called %.60q here", p, local)
	}
	r.imports[local] = p
	return nil
}

// declared reads the beginning of a declaration of a type or an object, from its
// keyword to the equals sign.
func (r *reader) declared() (pos token.Pos, name string, err error) {
	if err := r.next(); err != nil {
		return 0, "", err
	}
	pos = r.pos
	if name, err = r.ident(); err != nil {
		return 0, "", err
	}
	return pos, name, r.skip(token.ASSIGN)
}

// typeDecl reads: type lsT0 = struct{…}.
func (r *reader) typeDecl() error {
	pos, name, err := r.declared()
	if err != nil {
		return err
	}
	if _, taken := r.aliases[name]; taken {
		return r.corrupt(pos, "%s is declared twice", name)
	}
	t, err := r.typ()
	r.aliases[name] = t
	return err
}

// varDecl reads an object: var X = expression, or the function that makes it:
// var onceX = sync.OnceValue(func() T { return expression }).
func (r *reader) varDecl() error {
	comment := r.comment
	pos, name, err := r.declared()
	if err != nil {
		return err
	}
	var v reflect.Value
	if r.tok == token.IDENT && r.imports[r.lit] == "sync" {
		v, err = r.onceValue()
	} else {
		v, err = r.alone()
	}
	if err != nil {
		return err
	}
	return r.declare(pos, name, comment, v)
}

// declare gives an object its name.
func (r *reader) declare(pos token.Pos, name, comment string, v reflect.Value) error {
	if _, taken := r.objects[name]; taken || name == "_" {
		return r.corrupt(pos, "%s is declared twice", name)
	}
	r.objects[name] = v
	if token.IsExported(name) {
		r.out.names = append(r.out.names, archivedAs(comment, name))
		r.out.values[name] = v
	}
	return nil
}

// alone reads an expression that says its type itself.
func (r *reader) alone() (reflect.Value, error) {
	v := reflect.New(anyType).Elem()
	err := r.expr(v)
	return v.Elem(), err
}

func (r *reader) onceValue() (reflect.Value, error) {
	var zero reflect.Value
	if err := r.next(); err != nil {
		return zero, err
	}
	if err := r.skip(token.PERIOD); err != nil {
		return zero, err
	}
	if err := r.word("OnceValue"); err != nil {
		return zero, err
	}
	if err := r.skipAll(token.LPAREN, token.FUNC, token.LPAREN, token.RPAREN); err != nil {
		return zero, err
	}
	pos := r.pos
	t, err := r.typ()
	if err != nil {
		return zero, err
	}
	if err := r.skipAll(token.LBRACE, token.RETURN); err != nil {
		return zero, err
	}
	if err := r.use(pos, t.Size()); err != nil {
		return zero, err
	}
	v := reflect.New(t).Elem()
	if err := r.expr(v); err != nil {
		return zero, err
	}
	if t.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if r.tok == token.SEMICOLON {
		if err := r.next(); err != nil {
			return zero, err
		}
	}
	return v, r.skipAll(token.RBRACE, token.RPAREN)
}

// funcDecl reads: func X() T { return onceX() }.
func (r *reader) funcDecl() error {
	comment := r.comment
	if err := r.next(); err != nil {
		return err
	}
	pos := r.pos
	name, err := r.ident()
	if err != nil {
		return err
	}
	if err := r.skipAll(token.LPAREN, token.RPAREN); err != nil {
		return err
	}
	t, err := r.typ()
	if err != nil {
		return err
	}
	if err := r.skipAll(token.LBRACE, token.RETURN); err != nil {
		return err
	}
	at := r.pos
	once, err := r.ident()
	if err != nil {
		return err
	}
	v, ok := r.objects[once]
	if !ok {
		return r.corrupt(at, "%s is not declared, or only further down", strconv.Quote(once))
	}
	if v.IsValid() && !v.Type().AssignableTo(t) {
		return r.corrupt(at, "%s is a %s, not a %s", once, v.Type(), t)
	}
	if err := r.skipAll(token.LPAREN, token.RPAREN); err != nil {
		return err
	}
	if r.tok == token.SEMICOLON {
		if err := r.next(); err != nil {
			return err
		}
	}
	if err := r.skip(token.RBRACE); err != nil {
		return err
	}
	return r.declare(pos, name, comment, v)
}

func (r *reader) skipAll(toks ...token.Token) error {
	for _, tok := range toks {
		if err := r.skip(tok); err != nil {
			return err
		}
	}
	return nil
}
