package repository

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pmezard/go-difflib/difflib"
)

// diffContext is the number of lines shown around a change, as in Python.
const diffContext = 3

// unifiedDiff returns what Python's
//
//	"\n".join(difflib.unified_diff(a.splitlines(), b.splitlines()))
//
// returns. The lines of the header have a line break of their own, so a blank
// line follows each of them. Equal texts give "".
func unifiedDiff(a, b string) string {
	from, to := splitLines(a), splitLines(b)
	groups := difflib.NewMatcher(from, to).GetGroupedOpCodes(diffContext)
	if len(groups) == 0 || len(groups) == 1 && unchanged(groups[0]) {
		return ""
	}
	lines := []string{"--- \n", "+++ \n"}
	for _, group := range groups {
		first, last := group[0], group[len(group)-1]
		lines = append(lines, fmt.Sprintf("@@ -%s +%s @@\n", lineRange(first.I1, last.I2), lineRange(first.J1, last.J2)))
		for _, op := range group {
			if op.Tag == 'e' {
				lines = appendLines(lines, " ", from[op.I1:op.I2])
				continue
			}
			lines = appendLines(lines, "-", from[op.I1:op.I2])
			lines = appendLines(lines, "+", to[op.J1:op.J2])
		}
	}
	return strings.Join(lines, "\n")
}

func unchanged(group []difflib.OpCode) bool {
	for _, op := range group {
		if op.Tag != 'e' {
			return false
		}
	}
	return true
}

func appendLines(dst []string, mark string, lines []string) []string {
	for _, line := range lines {
		dst = append(dst, mark+line)
	}
	return dst
}

// lineRange is difflib's _format_range_unified.
func lineRange(start, end int) string {
	switch n := end - start; n {
	case 0:
		return fmt.Sprintf("%d,0", start) // the line before the range
	case 1:
		return fmt.Sprint(start + 1)
	default:
		return fmt.Sprintf("%d,%d", start+1, n)
	}
}

// splitLines is str.splitlines of Python: lines end with \n, \r, \r\n, and with
// \v, \f, \x1c, \x1d, \x1e, U+0085, U+2028 or U+2029. The end of the text ends
// no line of its own.
func splitLines(s string) []string {
	var lines []string
	for len(s) > 0 {
		end := strings.IndexFunc(s, isLineBreak)
		if end < 0 {
			return append(lines, s)
		}
		lines = append(lines, s[:end])
		_, size := utf8.DecodeRuneInString(s[end:])
		if strings.HasPrefix(s[end:], "\r\n") {
			size = len("\r\n")
		}
		s = s[end+size:]
	}
	return lines
}

func isLineBreak(c rune) bool {
	switch c {
	case '\n', '\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}
