package hdf5

import "bytes"

const signature = "\x89HDF\r\n\x1a\n"

// superblock finds where addresses count from, and returns that of the root
// group's header (II.A). They count from the superblock, whatever it says about
// that: it may have been moved with the file, and the library does the same.
func (s *storage) superblock() (root uint64, err error) {
	at, err := s.signature()
	if err != nil {
		return 0, err
	}
	m := s.meta()
	const longest = 100 // bytes of a superblock, less of them in the later versions
	c, err := m.read(at, min(longest, s.size-at))
	if err != nil {
		return 0, err
	}
	start := c.b
	c.skip(uint64(len(signature)))
	var base, end uint64
	version := c.u8()
	switch version {
	case 0, 1:
		c.skip(4) // versions of parts
	case 2, 3:
	default:
		return 0, unsupportedf("hdf5: superblock version %d is", version)
	}
	if offsets, lengths := c.u8(), c.u8(); c.err == nil && (offsets != 8 || lengths != 8) {
		return 0, unsupportedf("hdf5: addresses of %d bytes and lengths of %d are", offsets, lengths)
	}
	if version <= 1 {
		c.skip(9) // sizes of tree nodes, flags
		if version == 1 {
			c.skip(4)
		}
		base = c.u64()
		c.skip(8) // free space
		end = c.u64()
		c.skip(8 + 8) // the driver, the name of the root
		root = c.u64()
	} else {
		c.skip(1) // flags
		base = c.u64()
		c.skip(8) // the extension
		end = c.u64()
		root = c.u64()
		length := len(start) - len(c.b)
		if sum := c.u32(); c.err == nil && !s.unsummed && sum != lookup3(start[:length]) {
			return 0, corrupt("checksum of the superblock")
		}
	}
	if c.err != nil {
		return 0, c.err
	}
	if end < base || end-base > s.size-at {
		return 0, corrupt("the file has %d bytes, and says %d", s.size-at, end-base)
	}
	s.base = at
	return root, nil
}

// signature returns where the file begins: at its start, or behind a block that
// belongs to somebody else, of 512 bytes or a multiple of that by a power of two.
func (s *storage) signature() (uint64, error) {
	for at := uint64(0); at+uint64(len(signature)) <= s.size; at = max(512, 2*at) {
		b, err := s.bytes(at, uint64(len(signature)))
		if err != nil {
			return 0, err
		}
		if bytes.Equal(b, []byte(signature)) {
			return at, nil
		}
	}
	return 0, corrupt("not an HDF5 file")
}
