package hdf5

import "encoding/binary"

// A cursor reads fields one after another from bytes of the file. Where they end
// too early it returns zeros and keeps the error, so that callers look once. What
// take returns is a part of the bytes and must not be changed.
type cursor struct {
	b   []byte
	err error
}

func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.err = corrupt("a structure ends too early")
		c.b = nil
		return nil
	}
	b := c.b[:n]
	c.b = c.b[n:]
	return b
}

func (c *cursor) skip(n uint64) { c.take(n) }

// uint reads a number of up to eight bytes, the least significant first.
func (c *cursor) uint(n int) uint64 {
	var b [8]byte
	copy(b[:], c.take(uint64(n)))
	return binary.LittleEndian.Uint64(b[:])
}

func (c *cursor) u8() uint8   { return uint8(c.uint(1)) }
func (c *cursor) u16() uint16 { return uint16(c.uint(2)) }
func (c *cursor) u32() uint32 { return uint32(c.uint(4)) }
func (c *cursor) u64() uint64 { return c.uint(8) }

// magic reads a signature and a version, which must be those wanted.
func (c *cursor) magic(signature string, version uint8) {
	got := string(c.take(uint64(len(signature))))
	if v := c.u8(); c.err == nil && (got != signature || v != version) {
		c.err = corrupt("%q of version %d stands where %q of version %d should", got, v, signature, version)
	}
}
