package yaml

import (
	"encoding"
	"encoding/base64"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var textWriter = reflect.TypeFor[encoding.TextMarshaler]()

// isText reports whether values of a type are written as what their MarshalText
// returns.
func isText(t reflect.Type) bool {
	return t.Implements(textWriter) && t != timeType && t != bigType &&
		t != reflect.PointerTo(timeType) && t != reflect.PointerTo(bigType)
}

// appendScalar writes a value that has no others below it, and says whether it
// is plain, without quotes.
func (e *encoder) appendScalar(b []byte, v reflect.Value) (text []byte, plain bool, err error) {
	if !v.IsValid() {
		return append(b, "null"...), true, nil
	}
	switch {
	case v.Type() == timeType:
		if b, err = appendTime(b, v.Interface().(time.Time)); err != nil {
			return b, false, unsupported("of %v", err)
		}
		return b, true, nil
	case v.Type() == bigType:
		n := bigOf(v)
		if n.BitLen() > 3*maxDigits && len(strings.TrimPrefix(n.String(), "-")) > maxDigits {
			return b, false, unsupported("a number of more than %d digits", maxDigits)
		}
		return n.Append(b, 10), true, nil
	case isText(v.Type()):
		text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			return b, false, unsupported("a %s that fails: %v", v.Type(), err)
		}
		return e.appendString(b, string(text))
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool()), true, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10), true, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(b, v.Uint(), 10), true, nil
	case reflect.Float32:
		return appendFloat(b, v.Float(), 32), true, nil
	case reflect.Float64:
		return appendFloat(b, v.Float(), 64), true, nil
	case reflect.String:
		return e.appendString(b, v.String())
	case reflect.Slice, reflect.Map: // nil
		return append(b, "null"...), true, nil
	}
	return b, false, unsupported("of type %s", v.Type())
}

// bigOf returns a big.Int that was found by value or by pointer.
func bigOf(v reflect.Value) *big.Int {
	n := v.Interface().(big.Int)
	return &n
}

// appendFloat writes the shortest number that reads back as f, with the point
// and the sign in the exponent without which it would be a string.
func appendFloat(b []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, ".nan"...)
	case math.IsInf(f, 1):
		return append(b, ".inf"...)
	case math.IsInf(f, -1):
		return append(b, "-.inf"...)
	}
	form := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) { // where Python's repr has exponents
		form = 'e'
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, form, -1, bits)
	for i := start; i < len(b); i++ {
		switch b[i] {
		case '.':
			return b
		case 'e':
			return append(append(b[:i:i], ".0"...), b[i:]...)
		}
	}
	return append(b, ".0"...)
}

// appendString writes a string: plain where nothing could take it for something
// else, in single quotes where they suffice, or with escapes.
func (e *encoder) appendString(b []byte, s string) ([]byte, bool, error) {
	if isPlain(s) {
		return append(b, s...), true, nil
	}
	if !utf8.ValidString(s) {
		return b, false, unsupported("a string that is not UTF-8; []byte can hold it")
	}
	if e.quotable(s) {
		return appendQuoted(b, s), false, nil
	}
	return e.appendEscaped(b, s), false, nil
}

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '\'')
	for i := range len(s) {
		if s[i] == '\'' {
			b = append(b, '\'')
		}
		b = append(b, s[i])
	}
	return append(b, '\'')
}

// quotable reports whether s needs no escapes. Line ends do: within quotes they
// would be folded.
func (e *encoder) quotable(s string) bool {
	for _, r := range s {
		if r < ' ' || r > '~' && !(e.RawUnicode && isPrintable(r)) {
			return false
		}
	}
	return true
}

// isPrintable reports whether a character beyond ASCII may be in a file as it
// is. Line ends and the byte order mark may, but not everywhere.
func isPrintable(r rune) bool {
	return r >= 0xa0 && r != 0x2028 && r != 0x2029 && r != 0xfeff && r != 0xfffe && r != 0xffff
}

func (e *encoder) appendEscaped(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r >= ' ' && r <= '~':
			b = append(b, byte(r))
		case e.RawUnicode && isPrintable(r):
			b = utf8.AppendRune(b, r)
		case r <= 0xff:
			b = append(b, '\\', 'x', hex[r>>4], hex[r&15])
		case r <= 0xffff:
			b = append(b, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			b = append(b, `\U00`...)
			for shift := 20; shift >= 0; shift -= 4 {
				b = append(b, hex[r>>shift&15])
			}
		}
	}
	return append(b, '"')
}

// bytes writes base64 in lines of 76 characters.
func (e *encoder) bytes(data []byte, indent int, where place) {
	e.buf = append(e.buf, "!!binary "...)
	if len(data) == 0 {
		e.buf = append(e.buf, `""`+"\n"...)
		return
	}
	e.buf = append(e.buf, "|\n"...)
	if where != inList { // whose indent is that of what is in it
		indent += 2
	}
	const line = 57 // bytes of 76 characters
	for len(data) > 0 {
		n := min(line, len(data))
		e.indent(indent)
		e.buf = base64.StdEncoding.AppendEncode(e.buf, data[:n])
		e.buf = append(e.buf, '\n')
		data = data[n:]
	}
}
