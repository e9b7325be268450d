package yaml

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits is the length of a decimal integer that Python reads by default.
// Longer ones would take a time that grows faster than they do.
const maxDigits = 4300

// span returns how many bytes at the beginning of s are digits below base, or
// underscores.
func span(s string, base int) int {
	for i := range len(s) {
		if s[i] != '_' && digit(s[i]) >= base {
			return i
		}
	}
	return len(s)
}

func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return 99
}

func unsigned(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[1:]
	}
	return s
}

// startsWithDigit: an underscore is not enough to make a number.
func startsWithDigit(s string) bool { return s != "" && digit(s[0]) < 10 }

// isInt reports whether a plain scalar has one of the forms of !!int: binary,
// octal (007), decimal, hexadecimal, and to the base 60 (1:30:00).
func isInt(s string) bool {
	s = unsigned(s)
	if !startsWithDigit(s) {
		return false
	}
	if s[0] == '0' && len(s) > 1 {
		switch rest := s[1:]; rest[0] {
		case 'b':
			return len(rest) > 1 && span(rest[1:], 2) == len(rest)-1
		case 'x':
			return len(rest) > 1 && span(rest[1:], 16) == len(rest)-1
		default:
			return span(rest, 8) == len(rest)
		}
	}
	n := span(s, 10)
	return n == len(s) || s[0] != '0' && isSixties(s[n:])
}

// isSixties reports whether s is one or more digits to the base 60, each behind
// a colon.
func isSixties(s string) bool {
	for {
		if !strings.HasPrefix(s, ":") {
			return false
		}
		part, rest, more := strings.Cut(s[1:], ":")
		if len(part) == 0 || len(part) > 2 || !startsWithDigit(part) || digit(part[len(part)-1]) > 9 || len(part) == 2 && part[0] > '5' {
			return false
		}
		if !more {
			return true
		}
		s = s[len(s)-len(rest)-1:]
	}
}

// isFloat reports whether a plain scalar has one of the forms of !!float. There
// must be a point, and a sign in the exponent: 1e3 and 1.0e3 are strings.
func isFloat(s string) bool {
	switch s {
	case ".nan", ".NaN", ".NAN":
		return true
	}
	positive := s[0] == '.'
	s = unsigned(s)
	switch s {
	case ".inf", ".Inf", ".INF":
		return true
	}
	if positive {
		return len(s) > 1 && startsWithDigit(s[1:]) && isExponent(s[1+span(s[1:], 10):])
	}
	if !startsWithDigit(s) {
		return false
	}
	whole, fraction, point := strings.Cut(s, ".")
	if !point {
		return false
	}
	n := span(whole, 10)
	if n < len(whole) {
		return isSixties(whole[n:]) && span(fraction, 10) == len(fraction)
	}
	return isExponent(fraction[span(fraction, 10):])
}

// isExponent reports whether s is an exponent or nothing.
func isExponent(s string) bool {
	if s == "" {
		return true
	}
	return len(s) > 2 && (s[0] == 'e' || s[0] == 'E') && (s[1] == '-' || s[1] == '+') &&
		span(s[2:], 10) == len(s)-2 && !strings.Contains(s, "_")
}

// parseInt returns an int64, or a *big.Int if it does not fit.
func parseInt(s string) (any, error) {
	whole := strings.ReplaceAll(s, "_", "")
	digits := unsigned(whole)
	base := 10
	switch {
	case digits == "0":
	case strings.HasPrefix(digits, "0b"):
		digits, base = digits[2:], 2
	case strings.HasPrefix(digits, "0x"):
		digits, base = digits[2:], 16
	case strings.HasPrefix(digits, "0"):
		digits, base = strings.TrimPrefix(digits[1:], "o"), 8 // 0o7 is one only if it is tagged so
	case strings.Contains(digits, ":"):
		return parseSixties(s, whole, digits)
	}
	if base == 10 && len(digits) > maxDigits {
		return nil, fmt.Errorf("the number %.20q... has over %d digits", s, maxDigits)
	}
	if unsigned(digits) != digits {
		digits = "" // a second sign
	}
	if strings.HasPrefix(whole, "-") {
		digits = "-" + digits
	}
	if n, err := strconv.ParseInt(digits, base, 64); err == nil {
		return n, nil
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return nil, fmt.Errorf("%.20q is no whole number", s)
	}
	return n, nil
}

// parseSixties reads digits to the base 60. As many as fit into 64 bits are
// more than anybody writes.
func parseSixties(s, whole, digits string) (any, error) {
	var sum int64
	for part := range strings.SplitSeq(digits, ":") {
		n, err := strconv.ParseUint(part, 10, 63)
		if err != nil || sum > (math.MaxInt64-int64(n))/60 {
			return nil, fmt.Errorf("%.20q is no whole number to the base 60, or too large", s)
		}
		sum = sum*60 + int64(n)
	}
	if whole[0] == '-' {
		sum = -sum
	}
	return sum, nil
}

func parseFloat(s string) (any, error) {
	whole := strings.ToLower(strings.ReplaceAll(s, "_", ""))
	sign := 1.0
	if strings.HasPrefix(whole, "-") {
		sign = -1
	}
	switch digits := unsigned(whole); {
	case digits == ".inf":
		return math.Inf(int(sign)), nil
	case digits == ".nan":
		return math.NaN(), nil
	case strings.HasPrefix(digits, "0x"), strings.ContainsAny(digits, "pi"), digits != unsigned(digits):
		// ParseFloat knows forms that Python does not.
	default:
		sum := 0.0
		for part := range strings.SplitSeq(digits, ":") {
			f, err := strconv.ParseFloat(part, 64)
			if err != nil && !errors.Is(err, strconv.ErrRange) { // which is infinite, as in Python
				return nil, fmt.Errorf("%.20q is no number", s)
			}
			sum = sum*60 + f
		}
		return sign * sum, nil
	}
	return nil, fmt.Errorf("%.20q is no number", s)
}
