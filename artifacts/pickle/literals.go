package pickle

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDigits is the number of digits of an integer that is written as text.
// Python has the same limit, since the conversion takes quadratic time.
const maxDigits = 4300

// binaryInt reads a little-endian number in two's complement.
func binaryInt(b []byte) (any, error) {
	negative := len(b) > 0 && b[len(b)-1] >= 0x80
	if len(b) <= 8 {
		var n uint64
		if negative {
			n = ^uint64(0)
		}
		for _, digit := range slices.Backward(b) {
			n = n<<8 | uint64(digit)
		}
		return int64(n), nil
	}
	magnitude := slices.Clone(b)
	slices.Reverse(magnitude)
	n := new(big.Int).SetBytes(magnitude)
	if negative {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return plainInt(n), nil
}

// plainInt returns an integer as a *any gets it.
func plainInt(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// intLine reads an int of protocol 0, which has the spelling of two bools for
// itself.
func intLine(line []byte) (any, error) {
	switch string(line) {
	case "00":
		return false, nil
	case "01":
		return true, nil
	}
	return decimalInt(line)
}

// longLine reads an int of protocol 0 beyond 32 bits.
func longLine(line []byte) (any, error) { return decimalInt(bytes.TrimSuffix(line, []byte("L"))) }

func decimalInt(text []byte) (any, error) {
	if len(text) > maxDigits {
		return nil, fmt.Errorf("an int has more than %d digits", maxDigits)
	}
	n, ok := new(big.Int).SetString(string(text), 10)
	if !ok {
		return nil, fmt.Errorf("no int: %s", quote(string(text)))
	}
	return plainInt(n), nil
}

func floatLine(line []byte) (any, error) {
	text := string(line)
	f, err := strconv.ParseFloat(text, 64)
	if errors.Is(err, strconv.ErrRange) { // infinity, as in Python
		err = nil
	}
	if err != nil || strings.ContainsAny(text, "xXpP_") { // which Go alone reads
		return nil, fmt.Errorf("no float: %s", quote(text))
	}
	return f, nil
}

// memoNumber reads a number of the memo in protocol 0.
func memoNumber(line []byte) (uint64, error) {
	n, err := strconv.ParseUint(string(line), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("no number of the memo: %s", quote(string(line)))
	}
	return n, nil
}

func bytesOf(b []byte) (any, error)     { return bytes.Clone(b), nil }
func byteArrayOf(b []byte) (any, error) { return ByteArray(bytes.Clone(b)), nil }

// unicodeText reads UTF-8, in which lone surrogates are allowed.
func unicodeText(b []byte) (any, error) {
	s := string(b)
	if !validText(s) {
		return nil, errors.New("a str is not UTF-8")
	}
	return s, nil
}

// validText reports whether s is UTF-8, but for surrogates, which may stand as any
// other code point does.
func validText(s string) bool {
	if utf8.ValidString(s) {
		return true
	}
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size <= 1 {
			if len(s) < 3 || s[0] != 0xed || s[1]&0xe0 != 0xa0 || s[2]&0xc0 != 0x80 {
				return false
			}
			size = 3
		}
		s = s[size:]
	}
	return true
}

// asciiText reads a str of Python 2. It holds bytes, and Python 3 reads it only
// if they are ASCII.
func asciiText(b []byte) (any, error) {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return nil, errors.New("a str of Python 2 is not ASCII")
		}
	}
	return string(b), nil
}

// stringLine reads a str of Python 2 as its repr writes it.
func stringLine(line []byte) (any, error) {
	if len(line) < 2 || line[0] != line[len(line)-1] || line[0] != '\'' && line[0] != '"' {
		return nil, fmt.Errorf("no quoted str: %s", quote(string(line)))
	}
	text := line[1 : len(line)-1]
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		if text[0] != '\\' {
			out, text = append(out, text[0]), text[1:]
			continue
		}
		c, rest, err := unescape(text[1:])
		if err != nil {
			return nil, err
		}
		out, text = append(out, c), rest
	}
	return asciiText(out)
}

// unescape reads what comes after a backslash. repr of Python 2 writes no others.
func unescape(text []byte) (c byte, rest []byte, err error) {
	if len(text) > 0 {
		if i := strings.IndexByte(`\'"nrt`, text[0]); i >= 0 {
			return "\\'\"\n\r\t"[i], text[1:], nil
		}
		if text[0] == 'x' && len(text) >= 3 {
			if n, err := strconv.ParseUint(string(text[1:3]), 16, 8); err == nil {
				return byte(n), text[3:], nil
			}
		}
	}
	return 0, nil, errors.New("an unknown escape in a quoted str")
}

// unicodeLine reads a str of protocol 0: Latin-1, with code points in
// hexadecimal after \u and \U.
func unicodeLine(line []byte) (any, error) {
	out := make([]byte, 0, len(line))
	for len(line) > 0 {
		c := line[0]
		digits := 0
		if c == '\\' && len(line) > 1 {
			switch line[1] {
			case 'u':
				digits = 4
			case 'U':
				digits = 8
			default: // a backslash by itself, and what it might have hidden
				out = utf8.AppendRune(append(out, '\\'), rune(line[1]))
				line = line[2:]
				continue
			}
		}
		if digits == 0 {
			out, line = utf8.AppendRune(out, rune(c)), line[1:]
			continue
		}
		if len(line) < 2+digits {
			return nil, errors.New("an escape in a str is cut off")
		}
		r, err := strconv.ParseUint(string(line[2:2+digits]), 16, 32)
		if err != nil || r > utf8.MaxRune {
			return nil, fmt.Errorf("an escape in a str is %s", quote(string(line[:2+digits])))
		}
		out, line = appendCodePoint(out, rune(r)), line[2+digits:]
	}
	return string(out), nil
}

// appendCodePoint appends the UTF-8 of r, and what UTF-8 would be of a surrogate.
func appendCodePoint(b []byte, r rune) []byte {
	if 0xd800 <= r && r <= 0xdfff {
		return append(b, 0xed, byte(0x80|r>>6&0x3f), byte(0x80|r&0x3f))
	}
	return utf8.AppendRune(b, r)
}
