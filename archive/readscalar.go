package archive

import (
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// literal reads a number or a string. In an interface it has the type that Go
// gives it.
func (r *reader) literal(dst reflect.Value) error {
	pos, sign := r.pos, ""
	if r.tok == token.SUB {
		sign = "-"
		if err := r.next(); err != nil {
			return err
		}
	}
	tok, lit := r.tok, sign+r.lit
	if sign != "" && tok != token.INT && tok != token.FLOAT {
		return r.unexpected("a number")
	}
	if tok == token.STRING {
		text, err := r.text()
		if err != nil {
			return err
		}
		return r.string(pos, dst, text)
	}
	if err := r.number(pos, dst, tok, lit); err != nil {
		return err
	}
	return r.next()
}

func (r *reader) number(pos token.Pos, dst reflect.Value, tok token.Token, lit string) error {
	var err error
	switch {
	case dst.Kind() == reflect.Interface:
		natural := reflect.New(basics["int"]).Elem()
		if tok == token.FLOAT {
			natural = reflect.New(basics["float64"]).Elem()
		}
		if err := r.number(pos, natural, tok, lit); err != nil {
			return err
		}
		return r.assign(pos, dst, natural)
	case dst.CanFloat():
		if digits := strings.TrimPrefix(lit, "-"); tok == token.INT && len(digits) > 1 && digits[0] == '0' {
			return r.corrupt(pos, "%.60s is a whole number of base 2, 8 or 16, which archives do not write as a %s", lit, dst.Type())
		}
		var f float64
		f, err = strconv.ParseFloat(lit, dst.Type().Bits())
		dst.SetFloat(f + 0) // in Go the constant -0 is 0
	case dst.CanInt() && tok == token.INT:
		var n int64
		n, err = strconv.ParseInt(lit, 0, dst.Type().Bits())
		dst.SetInt(n)
	case dst.CanUint() && tok == token.INT && dst.Kind() != reflect.Uintptr:
		var n uint64
		n, err = strconv.ParseUint(lit, 0, dst.Type().Bits())
		dst.SetUint(n)
	default:
		return r.corrupt(pos, "%.60s is not a %s", lit, dst.Type())
	}
	if err != nil {
		return r.corrupt(pos, "%.60s does not fit a %s", lit, dst.Type())
	}
	return nil
}

// string sets text, or the bytes of it.
func (r *reader) string(pos token.Pos, dst reflect.Value, text string) error {
	if err := r.use(pos, uintptr(len(text))); err != nil {
		return err
	}
	switch {
	case dst.Kind() == reflect.String:
		dst.SetString(text)
		return nil
	case dst.Kind() == reflect.Interface:
		return r.assign(pos, dst, reflect.ValueOf(text))
	}
	return r.corrupt(pos, "a string is not a %s", dst.Type())
}

func (r *reader) bool(pos token.Pos, dst reflect.Value, b bool) error {
	if dst.Kind() == reflect.Bool {
		dst.SetBool(b)
		return nil
	}
	return r.assign(pos, dst, reflect.ValueOf(b))
}

// complex reads complex(re, im).
func (r *reader) complex(pos token.Pos, dst reflect.Value) error {
	bits := 64
	if dst.CanComplex() {
		bits = dst.Type().Bits() / 2
	}
	var parts [2]float64
	for i, before := range []token.Token{token.LPAREN, token.COMMA} {
		if err := r.skip(before); err != nil {
			return err
		}
		part := reflect.New(floatOf(bits)).Elem()
		if err := r.expr(part); err != nil {
			return err
		}
		parts[i] = part.Float()
	}
	if err := r.skip(token.RPAREN); err != nil {
		return err
	}
	c := complex(parts[0], parts[1])
	if dst.CanComplex() {
		dst.SetComplex(c)
		return nil
	}
	return r.assign(pos, dst, reflect.ValueOf(c))
}

func floatOf(bits int) reflect.Type {
	if bits == 32 {
		return basics["float32"]
	}
	return basics["float64"]
}

// conversion reads the parentheses of T(x).
func (r *reader) conversion(pos token.Pos, t reflect.Type, dst reflect.Value) error {
	if err := r.skip(token.LPAREN); err != nil {
		return err
	}
	v, err := r.place(pos, t)
	if err != nil {
		return err
	}
	if isBytes(t) && r.tok == token.STRING {
		text, err := r.text()
		if err != nil {
			return err
		}
		if err := r.use(pos, uintptr(len(text))); err != nil {
			return err
		}
		v.SetBytes([]byte(text))
	} else if err := r.expr(v); err != nil {
		return err
	}
	if err := r.skip(token.RPAREN); err != nil {
		return err
	}
	if t.Kind() == reflect.Interface { // any(nil)
		v = v.Elem()
	}
	return r.assign(pos, dst, v)
}
