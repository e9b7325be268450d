package slug

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// resolveReferences replaces the character references of HTML in three passes:
// by name, by decimal and by hexadecimal number. A pass sees what the one
// before it made, so "&amp;#65;" is an A.
func resolveReferences(text string) string {
	text = resolveNamed(text)
	text = resolveNumbered(text, "&#", 10)
	return resolveNumbered(text, "&#x", 16)
}

// resolveNamed replaces the references HTML 4 has names for. Names are told by
// case and end with a semicolon.
func resolveNamed(text string) string {
	var b strings.Builder
	for {
		start := strings.IndexByte(text, '&')
		if start < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:start])
		text = text[start:]
		end := 1
		for end < len(text) && end <= longestName && isAlphanumeric(text[end]) {
			end++
		}
		if char, ok := lookupNamed(text[1:end]); ok && end < len(text) && text[end] == ';' {
			b.WriteRune(char)
			text = text[end+1:]
			continue
		}
		b.WriteByte('&')
		text = text[1:]
	}
}

// maxDecimalDigits is the most digits Python turns into a number in one go
// (sys.int_info.default_max_str_digits), except for bases that are powers of 2.
const maxDecimalDigits = 4300

// resolveNumbered replaces the references that start with open and hold a
// number of the base. If only one of them is no code point the text stays as it
// is: in Python the error ends the whole substitution.
func resolveNumbered(text, open string, base int) string {
	var b strings.Builder
	rest := text
	for {
		start := strings.Index(rest, open)
		if start < 0 {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(rest[:start])
		rest = rest[start:]
		value, digits, size := number(rest[len(open):], base)
		end := len(open) + size
		if digits == 0 || end == len(rest) || rest[end] != ';' {
			b.WriteString(open)
			rest = rest[len(open):]
			continue
		}
		if value > unicode.MaxRune || base == 10 && digits > maxDecimalDigits {
			return text
		}
		// A surrogate becomes U+FFFD, which ends as a dash just the same.
		b.WriteRune(rune(value))
		rest = rest[end+1:]
	}
}

// number reads the digits at the start of text: their value, anything above
// the last code point if it is larger, their count and their length in bytes.
func number(text string, base int) (value, digits, size int) {
	for size < len(text) {
		r, n := utf8.DecodeRuneInString(text[size:])
		d, ok := digitValue(r)
		if !ok || d >= base {
			break
		}
		value = min(value*base+d, unicode.MaxRune+1)
		digits++
		size += n
	}
	return value, digits, size
}

// digitValue returns the value of a digit as Python's int sees it: decimal
// digits of every script count, and the letters of the hexadecimal ones.
func digitValue(r rune) (int, bool) {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0'), true
	case 'a' <= r && r <= 'f':
		return int(r-'a') + 10, true
	case 'A' <= r && r <= 'F':
		return int(r-'A') + 10, true
	case r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r):
		return 0, false
	}
	// The digits of a script are ten in a row, beginning with its zero, and
	// nothing but such rows stand side by side.
	first := r
	for unicode.Is(unicode.Nd, first-1) {
		first--
	}
	return int(r-first) % 10, true
}

func lookupNamed(name string) (rune, bool) {
	i, ok := slices.BinarySearchFunc(named[:], name, func(c namedChar, name string) int {
		return strings.Compare(c.name, name)
	})
	if !ok {
		return 0, false
	}
	return named[i].char, true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || isDigit(c)
}
