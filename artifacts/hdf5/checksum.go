package hdf5

import (
	"encoding/binary"
	"math/bits"
)

// lookup3 is the checksum of structures: Bob Jenkins' hash of that name, hashlittle
// with the initial value 0 (http://burtleburtle.net/bob/c/lookup3.c, in the public
// domain).
func lookup3(b []byte) uint32 {
	a := 0xdeadbeef + uint32(len(b))
	x, y, z := a, a, a
	for ; len(b) > 12; b = b[12:] {
		x += binary.LittleEndian.Uint32(b)
		y += binary.LittleEndian.Uint32(b[4:])
		z += binary.LittleEndian.Uint32(b[8:])

		x = (x - z) ^ bits.RotateLeft32(z, 4)
		z += y
		y = (y - x) ^ bits.RotateLeft32(x, 6)
		x += z
		z = (z - y) ^ bits.RotateLeft32(y, 8)
		y += x
		x = (x - z) ^ bits.RotateLeft32(z, 16)
		z += y
		y = (y - x) ^ bits.RotateLeft32(x, 19)
		x += z
		z = (z - y) ^ bits.RotateLeft32(y, 4)
		y += x
	}
	if len(b) == 0 {
		return z
	}
	var last [12]byte
	copy(last[:], b)
	x += binary.LittleEndian.Uint32(last[:])
	y += binary.LittleEndian.Uint32(last[4:])
	z += binary.LittleEndian.Uint32(last[8:])

	z = (z ^ y) - bits.RotateLeft32(y, 14)
	x = (x ^ z) - bits.RotateLeft32(z, 11)
	y = (y ^ x) - bits.RotateLeft32(x, 25)
	z = (z ^ y) - bits.RotateLeft32(y, 16)
	x = (x ^ z) - bits.RotateLeft32(z, 4)
	y = (y ^ x) - bits.RotateLeft32(x, 14)
	return (z ^ y) - bits.RotateLeft32(y, 24)
}

// fletcher32 is the checksum of chunks, over words of two bytes of which the first
// is the most significant; a byte that is left counts as one with zero after it.
func fletcher32(b []byte) uint32 {
	var sum, sums uint64
	for len(b) > 0 {
		// As many words as cannot overflow before the sums are folded.
		n := min(len(b), 1<<16)
		for i := 0; i+1 < n; i += 2 {
			sum += uint64(b[i])<<8 | uint64(b[i+1])
			sums += sum
		}
		if n%2 == 1 {
			sum += uint64(b[n-1]) << 8
			sums += sum
		}
		sum, sums = fold(sum), fold(sums)
		b = b[n:]
	}
	return uint32(sums)<<16 | uint32(sum)
}

// fold adds up a sum's words of two bytes, until there is one: the remainder of a
// division by 65535, but that 65535 stays what it is, and does not become 0.
func fold(sum uint64) uint64 {
	const most = 1<<16 - 1
	if sum == 0 {
		return 0
	}
	return (sum-1)%most + 1
}
