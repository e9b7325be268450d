package npy

import "math"

// A Float16 is a number in the IEEE 754 format binary16, which Go lacks: numpy's
// float16. It is kept as its bits.
type Float16 uint16

// Float32 returns the same number as a float32, which holds all of them.
func (h Float16) Float32() float32 {
	sign := uint32(h>>15) << 31
	exponent, fraction := uint32(h>>10)&0x1f, uint32(h)&0x3ff
	switch exponent {
	case 0: // zero, or a number too small for a leading one
		tiny := float32(fraction) * 0x1p-24
		return math.Float32frombits(math.Float32bits(tiny) | sign)
	case 0x1f: // infinite, or not a number
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
