package pyjson

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// A scanner knows the grammar of JSON as Python's json.loads accepts it. Its
// methods take the place where something starts and return the place after
// it, or -1 when the text is wrong; at and msg then say where and how. All
// reading goes through it, so that everything agrees on what is JSON.
type scanner struct {
	data     []byte
	intLimit int // digits an integer may have; 0: any number
	at       int
	msg      string
	objects  uint64   // bit per open level of the first 64: it is an object
	deeper   []uint64 // the same for those below; a scanner of each small value should cost nothing
}

func (s *scanner) fail(at int, msg string) int {
	s.at, s.msg = at, msg
	return -1
}

// The scanner looks at eight bytes at a time. A byte of the word is found by
// arithmetic on all eight: subtracting lowBits borrows into the high bit of
// bytes that are zero. A borrow can also mark bytes above the first match, so
// only the lowest mark counts.
const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// textEnds marks the bytes of w that plain string text does not contain:
// quote, backslash, control characters and everything that is not ASCII.
func textEnds(w uint64) uint64 {
	quote := w ^ '"'*lowBits
	slash := w ^ '\\'*lowBits
	return ((w - ' '*lowBits) | (quote - lowBits) | (slash - lowBits) | w) & highBits
}

// blanks skips blanks.
func (s *scanner) blanks(i int) int {
	d := s.data
	for i < len(d) && d[i] <= ' ' {
		switch d[i] {
		case ' ':
			// Mostly the one after a colon.
			if i+1 < len(d) && d[i+1] > ' ' {
				return i + 1
			}
		case '\n', '\r', '\t':
			// Mostly a line break with its indentation.
		default:
			return i
		}
		i++
		for ; i+8 <= len(d); i += 8 {
			w := binary.LittleEndian.Uint64(d[i:]) ^ ' '*lowBits
			if w != 0 {
				i += bits.TrailingZeros64(w) / 8
				break
			}
		}
	}
	return i
}

// str scans the string whose opening quote is at i.
func (s *scanner) str(i int) int {
	d := s.data
	for j := i + 1; ; {
		for j+8 <= len(d) {
			ends := textEnds(binary.LittleEndian.Uint64(d[j:]))
			if ends != 0 {
				j += bits.TrailingZeros64(ends) / 8
				break
			}
			j += 8
		}
		if j >= len(d) {
			return s.fail(i, "unterminated string")
		}
		switch c := d[j]; {
		case c == '"':
			return j + 1
		case c == '\\':
			if j = s.escape(j, i); j < 0 {
				return j
			}
		case c < ' ':
			return s.fail(j, "invalid control character in string")
		case c < utf8.RuneSelf:
			j++
		default:
			_, n := utf8.DecodeRune(d[j:])
			if n == 1 {
				return s.fail(j, "invalid UTF-8")
			}
			j += n
		}
	}
}

// escape scans the escape sequence at i of the string that opens at open.
func (s *scanner) escape(i, open int) int {
	d := s.data
	if i+1 >= len(d) {
		return s.fail(open, "unterminated string")
	}
	switch d[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if i+6 > len(d) || !isHex(d[i+2]) || !isHex(d[i+3]) || !isHex(d[i+4]) || !isHex(d[i+5]) {
			return s.fail(i+1, `invalid \uXXXX escape`)
		}
		return i + 6
	}
	return s.fail(i, `invalid \escape`)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// digits skips decimal digits.
func (s *scanner) digits(i int) int {
	for i < len(s.data) && isDigit(s.data[i]) {
		i++
	}
	return i
}

// number scans the number, or the name of one, that starts at i.
func (s *scanner) number(start int) int {
	d := s.data
	i := start
	if d[i] == '-' {
		i++
	}
	switch {
	case i < len(d) && d[i] == '0':
		i++
	case i < len(d) && isDigit(d[i]):
		i = s.digits(i)
	case i < len(d) && d[i] == 'I':
		return s.literal(i, "Infinity", start)
	default:
		return s.fail(start, "expecting value")
	}
	whole := i
	// A point or an e without digits is not part of the number, but nothing
	// that may follow one either: the caller stumbles over it where Python does.
	if i+1 < len(d) && d[i] == '.' && isDigit(d[i+1]) {
		i = s.digits(i + 2)
	}
	if i < len(d) && d[i]|0x20 == 'e' {
		j := i + 1
		if j < len(d) && (d[j] == '+' || d[j] == '-') {
			j++
		}
		if j < len(d) && isDigit(d[j]) {
			i = s.digits(j + 1)
		}
	}
	if i == whole && s.intLimit > 0 && i-start > s.intLimit {
		return s.longInt(start, i)
	}
	return i
}

// longInt refuses the integer from start to end unless it is its sign that
// makes it longer than the limit.
func (s *scanner) longInt(start, end int) int {
	if s.data[start] == '-' && end-start == s.intLimit+1 {
		return end
	}
	return s.fail(start, fmt.Sprintf("integer of more than %d digits", s.intLimit))
}

// literal scans a fixed word at i of a value that starts at start.
func (s *scanner) literal(i int, word string, start int) int {
	if end := i + len(word); end <= len(s.data) && string(s.data[i:end]) == word {
		return end
	}
	return s.fail(start, "expecting value")
}

// scalar scans the string, number or word that starts at i.
func (s *scanner) scalar(i int) int {
	if i >= len(s.data) {
		return s.fail(i, "expecting value")
	}
	switch s.data[i] {
	case '"':
		return s.str(i)
	case 't':
		return s.literal(i, "true", i)
	case 'f':
		return s.literal(i, "false", i)
	case 'n':
		return s.literal(i, "null", i)
	case 'N':
		return s.literal(i, "NaN", i)
	default:
		return s.number(i)
	}
}
