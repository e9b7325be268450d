package process

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how much of a text that a plugin gave is shown, in bytes.
const maxText = 2 << 10

// Line makes a plugin's text fit for a line on a terminal: nothing in it moves
// the cursor, changes colours or goes on for pages.
func Line(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, Text(s))
}

// Text is Line for texts of several lines, such as stack traces.
func Text(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxText {
		end := maxText
		for end > maxText-utf8.UTFMax && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end] + "..."
	}
	return printable(s)
}

// printable leaves out what has no shape of its own: control characters but the
// ends of lines and tabs, and those that turn the direction of writing.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsGraphic(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "?"))
}
