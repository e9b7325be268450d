package yaml

import "strings"

// isPlain reports whether a string can be written as it is, on one line, and is
// read as that string by YAML 1.1 and 1.2 alike.
func isPlain(s string) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' || !isPlainStart(s[0]) {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			return false
		case c == ':' && (i+1 == len(s) || s[i+1] == ' '),
			c == '#' && s[i-1] == ' ': // i > 0, as # begins nothing plain
			return false
		}
	}
	return plainTag(s) == stringTag && !resolvesElsewhere(s)
}

// isPlainStart excludes what has a meaning at the beginning of a scalar, and a
// sign, which may be a list's or a document's.
func isPlainStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '/' || c == '(' || c == '.' || c == '$' || c == '^' || c == ';'
}

// resolvesElsewhere reports whether other readers of YAML would take s for
// something else than PyYAML does: y and n are bools by the letter of 1.1, 0o7
// is a number in 1.2, and so is 1e3, which PyYAML itself leaves plain.
func resolvesElsewhere(s string) bool {
	switch s {
	case "y", "Y", "n", "N":
		return true
	}
	if strings.HasPrefix(s, "...") {
		return true // the end of a document
	}
	c := s[0]
	return (c == '.' || '0' <= c && c <= '9') && strings.Trim(s, "0123456789.+-_:oxabcdefABCDEFTtZ ") == ""
}
