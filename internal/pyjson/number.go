package pyjson

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Number is a number token exactly as it stood in a text, including "NaN",
// "Infinity" and "-Infinity". Of other texts, which only a program can make,
// the methods say nothing useful; [Append] refuses them.
type Number string

// IsInt reports whether Python reads the token as an int: it has neither
// fraction nor exponent and is none of the three names.
func (n Number) IsInt() bool {
	return n != "" && n[len(n)-1] <= '9' && !strings.ContainsAny(string(n), ".eE")
}

// Int64 returns the value of an integer token and whether it fits.
func (n Number) Int64() (int64, bool) {
	if !n.IsInt() {
		return 0, false
	}
	i, err := strconv.ParseInt(string(n), 10, 64)
	return i, err == nil
}

// Float64 returns the nearest float64. Too large a token becomes an infinity,
// as in Python; -0 is an int there and has no sign.
func (n Number) Float64() float64 {
	if n == "-0" {
		return 0
	}
	x, err := strconv.ParseFloat(string(n), 64)
	if err != nil && !math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

// smallIntegers has the trees of integers from 0, which need no memory of their
// own: sizes of layers, epochs, seeds.
var smallIntegers = func() (trees [256]any) {
	for i := range trees {
		trees[i] = Number(strconv.Itoa(i))
	}
	return trees
}()

func integerTree(n int64) any {
	if 0 <= n && n < int64(len(smallIntegers)) {
		return smallIntegers[n]
	}
	return Number(strconv.FormatInt(n, 10))
}

// Canonical returns the token Python writes after it has read this one: 1E5
// becomes 100000.0, -0 becomes 0 and 1e400 becomes Infinity.
func (n Number) Canonical() string {
	switch {
	case n == "-0":
		return "0"
	case n.IsInt():
		return string(n)
	}
	var buf [32]byte
	return string(AppendFloat(buf[:0], n.Float64()))
}

// sureDigits are the digits that any decimal may have and still be read back from
// the nearest float64: no other decimal as short is nearest to the same one.
const sureDigits = 15

// isShortest reports whether a token is surely what [AppendFloat] makes of its
// value: a float of few digits in which none can be left out, such as 0.05. Most
// floats that people write are, and need no conversion there and back, which
// takes ten times as long.
func (n Number) isShortest() bool {
	whole, fraction, ok := strings.Cut(strings.TrimPrefix(string(n), "-"), ".")
	if !ok || len(whole)+len(fraction) > sureDigits || !isDecimal(whole) || !isDecimal(fraction) {
		return false
	}
	switch {
	case fraction == "0":
	case fraction[len(fraction)-1] == '0', whole == "0" && strings.HasPrefix(fraction, "0000"): // below 1e-4 there is an exponent
		return false
	}
	return whole == "0" || whole[0] != '0'
}

func isDecimal(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// check returns an error that wraps [ErrNumber] unless n is a token that
// [Parse] accepts.
func (n Number) check() error {
	switch {
	case n.valid():
		return nil
	case len(n) > MaxIntDigits && n.IsInt():
		return errLongInt
	}
	return fmt.Errorf("%w: %q", ErrNumber, shorten(string(n)))
}

var errLongInt = fmt.Errorf("%w: integer of more than %d digits", ErrNumber, MaxIntDigits)

func (n Number) valid() bool {
	if n == "" || n[0] != '-' && n[0] != 'N' && n[0] != 'I' && !isDigit(n[0]) {
		return false
	}
	s := scanner{data: []byte(n), intLimit: MaxIntDigits}
	return s.scalar(0) == len(n)
}
