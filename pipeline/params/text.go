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
	n := min(len(a), len(b))
	i := 0
	for i < n && a[i] == b[i] {
		i++
	}
	// Only where both go on with something other than ASCII the units may have
	// another order than the bytes.
	if i == n || a[i] < utf8.RuneSelf || b[i] < utf8.RuneSelf {
		return strings.Compare(a[i:], b[i:])
	}
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// appendKeyStep appends a key as it stands in a path.
func appendKeyStep(path []byte, key string) []byte {
	if key != "" && !strings.ContainsAny(key, ".[]\"\n") {
		return append(append(path, '.'), key...)
	}
	return append(strconv.AppendQuote(append(path, '['), key), ']')
}

// appendIndexStep appends the index of an element.
func appendIndexStep(path []byte, i int) []byte {
	return append(strconv.AppendInt(append(path, '['), int64(i), 10), ']')
}

func keyStep(key string) string { return string(appendKeyStep(nil, key)) }
func indexStep(i int) string    { return string(appendIndexStep(nil, i)) }
