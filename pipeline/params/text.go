package params

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendString writes a string as RFC 8785, section 3.2.2.2, asks for.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = append(out, s[start:i]...)
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\b':
			out = append(out, `\b`...)
		case '\f':
			out = append(out, `\f`...)
		case '\n':
			out = append(out, `\n`...)
		case '\r':
			out = append(out, `\r`...)
		case '\t':
			out = append(out, `\t`...)
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		start = i + 1
	}
	return append(append(out, s[start:]...), '"')
}

// appendAnyString writes a string that may not be UTF-8, which JSON cannot say.
func appendAnyString(out []byte, s string) []byte {
	if utf8.ValidString(s) {
		return appendString(out, s)
	}
	return appendBytes(out, "$string", []byte(s))
}

// appendBytes writes bytes under an escape.
func appendBytes(out []byte, escape string, data []byte) []byte {
	return appendEscape(out, escape, base64.StdEncoding.EncodeToString(data))
}

// appendEscape writes an object that stands for what JSON cannot say.
func appendEscape(out []byte, escape, text string) []byte {
	out = append(out, '{')
	out = append(appendString(out, escape), ':')
	return append(appendString(out, text), '}')
}

// appendKey writes the key of a user's object. One that could be taken for an
// escape gets another dollar.
func appendKey(out []byte, key string) []byte {
	if strings.HasPrefix(key, "$") {
		key = "$" + key
	}
	return appendString(out, key)
}

// compareKeys orders keys by their UTF-16 units (RFC 8785, section 3.2.3). A dollar
// more at the beginning of those that have one does not change their order.
func compareKeys(a, b string) int {
	if isASCII(a) && isASCII(b) {
		return strings.Compare(a, b)
	}
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// keyStep returns how a key stands in a path.
func keyStep(key string) string {
	if key != "" && !strings.ContainsAny(key, ".[]\"\n") {
		return "." + key
	}
	return "[" + strconv.Quote(key) + "]"
}
