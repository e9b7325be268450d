package render

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Width returns how many columns of a terminal a text takes: two for wide East
// Asian characters, none for marks that combine with the one before.
func Width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x300: // nothing below combines or is wide
			n++
		case unicode.In(r, unicode.Mn, unicode.Me):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// Printable returns a text on one line in which everything that is no visible
// character stands as a Go escape: a stored name must not move the cursor,
// change colours or turn the direction of the line around.
func Printable(s string) string {
	clean := func(r rune) bool { return unicode.IsPrint(r) && r != unicode.ReplacementChar }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case clean(r):
			b.WriteRune(r)
		case r == unicode.ReplacementChar:
			b.WriteString(replacement(s[i:]))
		default:
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}

// replacement shows a byte that is not UTF-8 as such, and the character U+FFFD,
// which ranging over a string cannot tell from it, as itself.
func replacement(s string) string {
	if strings.HasPrefix(s, string(unicode.ReplacementChar)) {
		return string(unicode.ReplacementChar)
	}
	const hex = "0123456789abcdef"
	return `\x` + string([]byte{hex[s[0]>>4], hex[s[0]&15]})
}

// Shorten cuts a text in the middle so that it has at most the given number of
// columns.
func Shorten(s string, columns int) string {
	if len(s) <= columns || Width(s) <= columns {
		return s
	}
	const gap = "…"
	head := cut(s, (columns-1)*2/3)
	tail := cutBack(s, columns-1-Width(head))
	return head + gap + tail
}

// cut returns the longest prefix of at most n columns.
func cut(s string, n int) string {
	for i, r := range s {
		if n -= Width(string(r)); n < 0 {
			return s[:i]
		}
	}
	return s
}

// cutBack returns the longest suffix of at most n columns.
func cutBack(s string, n int) string {
	runes := []rune(s)
	i := len(runes)
	for i > 0 {
		if n -= Width(string(runes[i-1])); n < 0 {
			break
		}
		i--
	}
	return string(runes[i:])
}

// PrintableLines is [Printable] for a text of several lines: line ends and tabs
// stay.
func PrintableLines(s string) string {
	lines := strings.SplitAfter(s, "\n")
	for i, line := range lines {
		body, end := strings.CutSuffix(line, "\n")
		cells := strings.Split(body, "\t")
		for j, c := range cells {
			cells[j] = Printable(c)
		}
		lines[i] = strings.Join(cells, "\t")
		if end {
			lines[i] += "\n"
		}
	}
	return strings.Join(lines, "")
}
