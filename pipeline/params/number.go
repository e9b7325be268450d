package params

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxExact is the largest integer up to which each is a number of its own in
// JSON readers that have nothing but double precision.
const maxExact = 1 << 53

func appendInt(out []byte, n int64) []byte {
	if -maxExact <= n && n <= maxExact {
		return strconv.AppendInt(out, n, 10)
	}
	return appendEscape(out, "$int", strconv.FormatInt(n, 10))
}

func appendUint(out []byte, n uint64) []byte {
	if n <= maxExact {
		return strconv.AppendUint(out, n, 10)
	}
	return appendEscape(out, "$int", strconv.FormatUint(n, 10))
}

func appendBig(out []byte, n *big.Int) []byte {
	if n.IsInt64() {
		return appendInt(out, n.Int64())
	}
	return appendEscape(out, "$int", n.String())
}

// appendFloat writes a number in double precision. All NaNs are one value, and
// so are the two zeros, as they are equal.
func appendFloat(out []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return appendEscape(out, "$float", "NaN")
	case math.IsInf(f, 1):
		return appendEscape(out, "$float", "Infinity")
	case math.IsInf(f, -1):
		return appendEscape(out, "$float", "-Infinity")
	case f == 0:
		return append(out, '0')
	}
	return appendShortest(out, f)
}

// appendShortest writes a number as ECMAScript does (Number::toString, to which
// RFC 8785, section 3.2.2.3, refers).
func appendShortest(out []byte, f float64) []byte {
	if abs := math.Abs(f); 1e-6 <= abs && abs < 1e21 {
		return strconv.AppendFloat(out, f, 'f', -1, 64)
	}
	n := len(out)
	out = strconv.AppendFloat(out, f, 'e', -1, 64)
	// Go writes at least two digits of the exponent, ECMAScript no zero before it.
	if i := n + bytes.IndexByte(out[n:], 'e') + 2; out[i] == '0' {
		out = append(out[:i], out[i+1:]...)
	}
	return out
}

// widen returns the number that a float32 is to people: the one in double
// precision that has its shortest text, so that 0.1 stays 0.1.
func widen(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return f
	}
	wide, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'g', -1, 32), 64) // a text it just made
	return wide
}

func appendComplex(out []byte, re, im float64) []byte {
	out = append(out, `{"$complex":[`...)
	out = appendFloat(out, re)
	out = append(out, ',')
	out = appendFloat(out, im)
	return append(out, "]}"...)
}

// appendNumber writes a number that stands in JSON text. What double precision
// cannot tell from another number keeps its digits.
func appendNumber(out []byte, text string) ([]byte, error) {
	if !strings.ContainsAny(text, ".eE") {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return nil, fmt.Errorf("%w: number %q", ErrUnsupported, text)
		}
		return appendBig(out, n), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	digits, exponent, ok := decimal(text)
	if !ok {
		return nil, fmt.Errorf("%w: number %q", ErrUnsupported, text)
	}
	if err == nil {
		d, e, _ := decimal(strconv.FormatFloat(f, 'e', -1, 64))
		if d == digits && e == exponent {
			return appendFloat(out, f), nil
		}
	}
	return appendEscape(out, "$number", digits+"e"+strconv.FormatInt(exponent, 10)), nil
}

// appendDouble writes a number of canonical text, where each is in double
// precision: 1e18 has no fraction there, and is no integer.
func appendDouble(out []byte, text string) ([]byte, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("%w: number %q", ErrUnsupported, text)
	}
	return appendFloat(out, f), nil
}

// decimal splits the text of a number: it is digits, without zeros at either
// end, times ten to the exponent.
func decimal(text string) (digits string, exponent int64, ok bool) {
	mantissa, power := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, power = text[:i], text[i+1:]
		var err error
		if exponent, err = strconv.ParseInt(power, 10, 32); err != nil {
			return "", 0, false
		}
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exponent -= int64(len(fraction))
	digits = strings.TrimLeft(whole+fraction, "0")
	short := strings.TrimRight(digits, "0")
	exponent += int64(len(digits) - len(short))
	if short == "" {
		return "0", 0, true
	}
	if negative {
		short = "-" + short
	}
	return short, exponent, strings.Trim(short, "-0123456789") == ""
}
