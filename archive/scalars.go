package archive

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// scalar writes a number, bool or string. In a place with a type an untyped
// constant will do, elsewhere it has to be converted unless it becomes of the right
// type by itself.
func (p *printer) scalar(v reflect.Value, t *shape, at place) {
	switch v.Kind() {
	case reflect.Bool:
		p.constant(t, at, reflect.Bool, func(b []byte) []byte { return strconv.AppendBool(b, v.Bool()) })
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.constant(t, at, reflect.Int, func(b []byte) []byte { return strconv.AppendInt(b, v.Int(), 10) })
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.constant(t, at, reflect.Invalid, func(b []byte) []byte { return strconv.AppendUint(b, v.Uint(), 10) })
	case reflect.Float32, reflect.Float64:
		p.float(v.Float(), t, at)
	case reflect.Complex64, reflect.Complex128:
		p.complex(v.Complex(), t, at)
	case reflect.String:
		p.constant(t, at, reflect.String, func(b []byte) []byte { return strconv.AppendQuote(b, v.String()) })
	}
}

// constant writes what would be of the kind untyped if nothing else was said.
func (p *printer) constant(t *shape, at place, untyped reflect.Kind, write func([]byte) []byte) {
	if at != alone || t.kind == untyped && t.t.PkgPath() == "" {
		p.b = write(p.b)
		p.check()
		return
	}
	p.put(p.typ(t.t))
	p.b = append(p.b, '(')
	p.b = write(p.b)
	p.put(")")
}

func (p *printer) float(f float64, t *shape, at place) {
	if special := p.special(f); special != "" {
		if t.t != reflect.TypeFor[float64]() {
			special = p.typ(t.t) + "(" + special + ")"
		}
		p.put(special)
		return
	}
	p.constant(t, at, reflect.Float64, func(b []byte) []byte {
		mark := len(b)
		b = strconv.AppendFloat(b, f, 'g', -1, t.t.Bits())
		if at == alone && !strings.ContainsAny(string(b[mark:]), ".e") {
			b = append(b, ".0"...)
		}
		return b
	})
}

// special returns an expression for a number that is no constant, "" for others.
func (p *printer) special(f float64) string {
	switch {
	case math.IsNaN(f):
		return p.imports.name("math", "math") + ".NaN()"
	case math.IsInf(f, 1):
		return p.imports.name("math", "math") + ".Inf(1)"
	case math.IsInf(f, -1):
		return p.imports.name("math", "math") + ".Inf(-1)"
	case f == 0 && math.Signbit(f):
		return p.imports.name("math", "math") + ".Copysign(0, -1)"
	}
	return ""
}

// complex writes the two parts. With a part that is no constant the whole is a
// complex128, which other types are converted from; the digits of a float64 keep
// the other part as it is.
func (p *printer) complex(c complex128, t *shape, at place) {
	parts := [2]string{p.special(real(c)), p.special(imag(c))}
	bits := t.t.Bits() / 2
	exact := parts == [2]string{}
	if !exact {
		bits = 64
	}
	for i, f := range [2]float64{real(c), imag(c)} {
		if parts[i] == "" {
			parts[i] = strconv.FormatFloat(f, 'g', -1, bits)
		}
	}
	text := "complex(" + parts[0] + ", " + parts[1] + ")"
	plain := t.t == reflect.TypeFor[complex128]()
	if !plain && (at == alone || !exact) {
		text = p.typ(t.t) + "(" + text + ")"
	}
	p.put(text)
}

// time writes a time in its zone. The zone comes back with its name and offset at
// that time, which is all that can be known of it everywhere.
func (p *printer) time(t time.Time) {
	pkg := p.imports.name("time", "time")
	zone := pkg + ".UTC"
	if name, offset := t.Zone(); t.Location() != time.UTC {
		zone = pkg + ".FixedZone(" + strconv.Quote(name) + ", " + strconv.Itoa(offset) + ")"
	}
	p.put(pkg + ".Date(")
	for _, n := range []int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()} {
		p.b = append(strconv.AppendInt(p.b, int64(n), 10), ", "...)
	}
	p.put(zone + ")")
}
