package hdf5

// The messages of object headers that are looked at (IV.A.2).
const (
	msgDataspace    = 0x01
	msgLinkInfo     = 0x02
	msgDatatype     = 0x03
	msgFill         = 0x05
	msgLink         = 0x06
	msgExternal     = 0x07
	msgLayout       = 0x08
	msgFilters      = 0x0b
	msgContinuation = 0x10
	msgSymbolTable  = 0x11
)

// A message is one thing that an object's header says about it.
type message struct {
	kind   uint16
	shared bool // the body tells where the message is
	body   []byte
}

// A block is a part of a header: the prefix, or a continuation.
type block struct{ addr, size uint64 }

// messages reads the header of an object, of version 1 or 2 (IV.A.1).
func (m *meta) messages(addr uint64) ([]message, error) {
	start, err := m.bytes(addr, 4)
	if err != nil {
		return nil, err
	}
	if string(start) == "OHDR" {
		return m.messages2(addr)
	}
	c, err := m.read(addr, 16)
	if err != nil {
		return nil, err
	}
	if version := c.u8(); version != 1 {
		return nil, corrupt("no object header at address %#x", addr)
	}
	c.skip(7) // number of messages, references to the object
	blocks := []block{{addr + 16, uint64(c.u32())}}
	var list []message
	for len(blocks) > 0 {
		c, err := m.read(blocks[0].addr, blocks[0].size)
		if err != nil {
			return nil, err
		}
		blocks = blocks[1:]
		for len(c.b) >= 8 && c.err == nil {
			kind, size, flags := c.u16(), c.u16(), c.u8()
			c.skip(3)
			list, blocks = add(list, blocks, message{kind, flags&2 != 0, c.take(uint64(size))})
		}
		if c.err != nil {
			return nil, c.err
		}
	}
	return list, nil
}

// messages2 reads a header of version 2, whose blocks have signatures and
// checksums.
func (m *meta) messages2(addr uint64) ([]message, error) {
	const longest = 6 + 16 + 4 + 8 // bytes of the prefix
	c, err := m.read(addr, min(longest, m.size-m.base-addr))
	if err != nil {
		return nil, err
	}
	before := len(c.b)
	c.magic("OHDR", 2)
	flags := c.u8()
	if flags&0x20 != 0 {
		c.skip(16) // times
	}
	if flags&0x10 != 0 {
		c.skip(4) // when attributes are kept elsewhere
	}
	size := c.uint(1 << (flags & 3))
	if c.err != nil {
		return nil, c.err
	}
	prefix := uint64(before - len(c.b))
	if size > m.size {
		return nil, corrupt("object header of %d bytes", size)
	}
	blocks := []block{{addr, prefix + size + 4}}
	var list []message
	for len(blocks) > 0 {
		c, err := m.summed(blocks[0].addr, blocks[0].size)
		if err != nil {
			return nil, err
		}
		if blocks[0].addr == addr {
			c.skip(prefix)
		} else if string(c.take(4)) != "OCHK" {
			return nil, corrupt("no continuation of an object header at address %#x", blocks[0].addr)
		}
		blocks = blocks[1:]
		for len(c.b) >= 4 && c.err == nil {
			kind, size, shared := c.u8(), c.u16(), c.u8()&2 != 0
			if flags&4 != 0 {
				c.skip(2) // order of creation
			}
			list, blocks = add(list, blocks, message{uint16(kind), shared, c.take(uint64(size))})
		}
		if c.err != nil {
			return nil, c.err
		}
	}
	return list, nil
}

// add adds a message to those of an object, or the block that it leads to.
func add(list []message, blocks []block, msg message) ([]message, []block) {
	if msg.kind != msgContinuation {
		return append(list, msg), blocks
	}
	c := &cursor{b: msg.body}
	next := block{c.u64(), c.u64()}
	return list, append(blocks, next)
}
