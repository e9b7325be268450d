package pyjson

import (
	"math"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendFloat appends x as Python's float.__repr__ spells it, with the names
// json gives NaN and the infinities: the shortest digits that read back as x,
// an exponent below 1e-4 and from 1e16 on, and always a point or an exponent.
func AppendFloat(dst []byte, x float64) []byte { return appendFloat(dst, x, 64) }

// appendFloat takes the digits to be the shortest of a float of bits bits.
func appendFloat(dst []byte, x float64, bits int) []byte {
	abs := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return append(dst, "NaN"...)
	case x > math.MaxFloat64:
		return append(dst, "Infinity"...)
	case x < -math.MaxFloat64:
		return append(dst, "-Infinity"...)
	case abs != 0 && (abs < 1e-4 || abs >= 1e16):
		return strconv.AppendFloat(dst, x, 'e', -1, bits)
	}
	dst = strconv.AppendFloat(dst, x, 'f', -1, bits)
	if x == math.Trunc(x) {
		dst = append(dst, ".0"...)
	}
	return dst
}

// escaped has, for each ASCII character, what follows the backslash of its
// escape sequence: 0 for none, 'u' for four hexadecimal digits.
var escaped = func() (table [utf8.RuneSelf]byte) {
	for c := range ' ' {
		table[c] = 'u'
	}
	table['"'], table['\\'] = '"', '\\'
	table['\b'], table['\f'], table['\n'], table['\r'], table['\t'] = 'b', 'f', 'n', 'r', 't'
	return table
}()

const del = 0x7f // the one ASCII character that only ensure_ascii escapes

// word returns the first eight bytes of s. To look at them at once takes a quarter
// of the time off [AppendString] for a name, and more for longer texts.
func word(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// escapes marks the bytes of w that ensure_ascii escapes, as [textEnds] does.
func escapes(w uint64) uint64 {
	return textEnds(w) | (w^del*lowBits-lowBits)&highBits
}

// AppendString appends s as a JSON string of ASCII characters. Bytes that are
// neither UTF-8 nor a surrogate of WTF-8 are written as U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	plain := 0 // s[plain:i] is still to be copied
	for i := 0; i < len(s); {
		if i+8 <= len(s) {
			if ends := escapes(word(s[i:])); ends == 0 {
				i += 8
				continue
			} else {
				i += bits.TrailingZeros64(ends) / 8
			}
		}
		c := s[i]
		if c < del && escaped[c] == 0 {
			i++
			continue
		}
		dst = append(dst, s[plain:i]...)
		if c < del {
			dst = appendEscape(dst, c)
			i++
		} else {
			r, n := decode(s[i:])
			if high, low := utf16.EncodeRune(r); r > 0xffff {
				dst = appendHex(appendHex(dst, high), low)
			} else {
				dst = appendHex(dst, r)
			}
			i += n
		}
		plain = i
	}
	dst = append(dst, s[plain:]...)
	return append(dst, '"')
}

// appendRawString appends s with the fewest escape sequences.
func appendRawString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if escaped[c] == 0 {
				dst = append(dst, c)
			} else {
				dst = appendEscape(dst, c)
			}
			i++
			continue
		}
		r, n := decode(s[i:])
		if utf16.IsSurrogate(r) {
			dst = appendHex(dst, r)
		} else {
			dst = utf8.AppendRune(dst, r)
		}
		i += n
	}
	return append(dst, '"')
}

// decode is utf8.DecodeRuneInString for WTF-8.
func decode(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 {
		if r := surrogate(s); r != 0 {
			return r, 3
		}
	}
	return r, n
}

func appendEscape(dst []byte, c byte) []byte {
	if escaped[c] == 'u' {
		return appendHex(dst, rune(c))
	}
	return append(dst, '\\', escaped[c])
}

func appendHex(dst []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}
