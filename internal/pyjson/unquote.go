package pyjson

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote replaces the escape sequences of the valid text between two quotes.
func unquote(text string) string {
	slash := strings.IndexByte(text, '\\')
	if slash < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for slash >= 0 {
		out = append(out, text[:slash]...)
		text = text[slash:]
		if text[1] != 'u' {
			out = append(out, unescape(text[1]))
			text = text[2:]
		} else {
			r, n := unescapeUnicode(text)
			out = appendRune(out, r)
			text = text[n:]
		}
		slash = strings.IndexByte(text, '\\')
	}
	return string(append(out, text...))
}

func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unescapeUnicode reads the \uXXXX at the start of text, with the second one
// when the two are a surrogate pair, and returns how long it is.
func unescapeUnicode(text string) (r rune, n int) {
	r = hex4(text[2:])
	if utf16.IsSurrogate(r) && len(text) >= 12 && text[6] == '\\' && text[7] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(text[8:])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return r, 6
}

func hex4(text string) rune {
	var r rune
	for i := range 4 {
		digit := rune(text[i]) - '0'
		if digit > 9 {
			digit = rune(text[i]|0x20) - 'a' + 10
		}
		r = r<<4 | digit
	}
	return r
}

// appendRune appends the UTF-8 of r; a surrogate has the three bytes that the
// scheme of UTF-8 would give it.
func appendRune(out []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
	}
	return utf8.AppendRune(out, r)
}

// surrogate returns the surrogate whose three bytes text starts with, or 0.
func surrogate(text string) rune {
	if len(text) < 3 || text[0] != 0xed || text[1]&0xe0 != 0xa0 || text[2]&0xc0 != 0x80 {
		return 0
	}
	return 0xd000 | rune(text[1]&0x3f)<<6 | rune(text[2]&0x3f)
}
