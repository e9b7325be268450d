package pyjson

import (
	"math"
	"math/big"
	"reflect"
	"strconv"
)

// big returns the value of an integer token.
func (n Number) big() *big.Int {
	i, ok := new(big.Int).SetString(string(n), 10)
	if !ok {
		return new(big.Int)
	}
	return i
}

// setNumber stores a number in v and reports whether it fits. Only an integer
// fits an integer; a number too large for a float fits it as an infinity only
// if Python, too, reads it as one.
func setNumber(n Number, v reflect.Value) bool {
	switch {
	case v.CanInt():
		i, ok := n.Int64()
		if !ok || v.OverflowInt(i) {
			return false
		}
		v.SetInt(i)
	case v.CanUint():
		u, err := strconv.ParseUint(n.Canonical(), 10, 64)
		if err != nil || v.OverflowUint(u) {
			return false
		}
		v.SetUint(u)
	case v.CanFloat():
		x := n.Float64()
		tooLarge := v.OverflowFloat(x)
		if math.IsInf(x, 0) {
			tooLarge = n.IsInt()
		}
		if tooLarge {
			return false
		}
		if v.Type().Bits() == 32 { // rounding twice could end at a neighbour
			x, _ = strconv.ParseFloat(string(n), 32)
		}
		v.SetFloat(x)
	default:
		return false
	}
	return true
}
