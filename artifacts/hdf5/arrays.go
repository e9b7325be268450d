package hdf5

import "math/bits"

// An arrayIndex is what the two indexes have in common that are arrays of chunks
// by their numbers.
type arrayIndex struct {
	*grid
	header   uint64 // address
	client   uint8
	element  int // bytes of one
	pageBits uint8
}

// elements reads n elements, which are of chunks from a number on.
func (a *arrayIndex) elements(c *cursor, first, n uint64) error {
	for i := range n {
		e := a.grid.element(c, a.element)
		if c.err != nil {
			return c.err
		}
		if err := a.addNumbered(first+i, e); err != nil {
			return err
		}
	}
	return nil
}

// begin reads the start of a block of an array: its signature, and whose it is.
func (a *arrayIndex) begin(c *cursor, signature string) error {
	c.magic(signature, 0)
	client, header := c.u8(), c.u64()
	if c.err == nil && (client != a.client || header != a.header) {
		return corrupt("a block %s belongs to another index of chunks", signature)
	}
	return c.err
}

// blockBytes are those that begin reads.
const blockBytes = 4 + 1 + 1 + 8

// newArray reads the start of an array's header.
func (g *grid) newArray(c *cursor, signature string) (*arrayIndex, error) {
	a := &arrayIndex{grid: g, header: g.layout.addr}
	c.magic(signature, 0)
	a.client, a.element = c.u8(), int(c.u8())
	wantClient := uint8(0)
	if g.filtered {
		wantClient = 1
	}
	if c.err == nil && (a.client != wantClient || !g.filtered && a.element != 8) {
		return nil, corrupt("an index of chunks of kind %d with elements of %d bytes", a.client, a.element)
	}
	return a, c.err
}

// paged reads elements that are in pages, each with a checksum. Pages that were
// never written are left out of the bits.
func (a *arrayIndex) paged(addr, first, n uint64, written func(page uint64) bool) error {
	perPage := uint64(1) << a.pageBits
	for page := uint64(0); page*perPage < n; page++ {
		count := min(perPage, n-page*perPage)
		size := count*uint64(a.element) + 4
		if written(page) {
			c, err := a.summed(addr, size)
			if err != nil {
				return err
			}
			if err := a.elements(c, first+page*perPage, count); err != nil {
				return err
			}
		}
		addr += size
	}
	return nil
}

// bit reports whether a bit is set, the most significant of the first byte being
// the first.
func bit(b []byte, i uint64) bool { return b[i/8]&(0x80>>(i%8)) != 0 }

// fixedArray reads an index of chunks of an array that cannot grow beyond a size
// (Appendix C.3).
func (g *grid) fixedArray() error {
	c, err := g.summed(g.layout.addr, 4+1+1+1+1+8+8+4)
	if err != nil {
		return err
	}
	a, err := g.newArray(c, "FAHD")
	if err != nil {
		return err
	}
	a.pageBits = c.u8()
	n, addr := c.u64(), c.u64()
	switch {
	case c.err != nil:
		return c.err
	case addr == undefined:
		return nil
	case a.pageBits > 32 || n > g.size:
		return corrupt("an index of %d chunks", n)
	}
	pages := ceil(n, 1<<a.pageBits)
	if pages <= 1 {
		c, err := g.summed(addr, blockBytes+n*uint64(a.element)+4)
		if err != nil {
			return err
		}
		if err := a.begin(c, "FADB"); err != nil {
			return err
		}
		return a.elements(c, 0, n)
	}
	size := blockBytes + ceil(pages, 8) + 4
	if c, err = g.summed(addr, size); err != nil {
		return err
	}
	if err := a.begin(c, "FADB"); err != nil {
		return err
	}
	return a.paged(addr+size, 0, n, func(page uint64) bool { return bit(c.b, page) })
}

// An extensible is an index of chunks of an array that may grow along one axis
// without end (Appendix C.4). Its elements are in a first block, in blocks of data
// that the first leads to, and in those that further blocks lead to. Blocks of data
// come in groups, each of which has as many elements as all before it together.
type extensible struct {
	*arrayIndex
	offsetSize uint64
	inIndex    uint64 // elements in the first block
	least      uint64 // elements in the smallest block of data
	next       uint64 // number of the first element that was not read
}

// blocks returns how many blocks of data a group has, and how many elements each.
func (e *extensible) blocks(group int) (count, elements uint64) {
	return 1 << (group / 2), e.least << ((group + 1) / 2)
}

func (g *grid) extensibleArray() error {
	c, err := g.summed(g.layout.addr, 4+1+1+1+5+6*8+8+4)
	if err != nil {
		return err
	}
	a, err := g.newArray(c, "EAHD")
	if err != nil {
		return err
	}
	e := &extensible{arrayIndex: a}
	maxBits := int(c.u8())
	e.inIndex, e.least = uint64(c.u8()), uint64(c.u8())
	minPointers := uint64(c.u8())
	a.pageBits = c.u8()
	c.skip(6 * 8) // statistics
	addr := c.u64()
	switch {
	case c.err != nil:
		return c.err
	case addr == undefined:
		return nil
	case bits.OnesCount64(e.least) != 1 || bits.OnesCount64(minPointers) != 1 || maxBits > 64 || a.pageBits > 32:
		return corrupt("an index of chunks with blocks of %d and %d pointers", e.least, minPointers)
	}
	e.offsetSize = uint64(maxBits+7) / 8
	groups := 1 + maxBits - bits.TrailingZeros64(e.least)
	direct := min(2*bits.TrailingZeros64(minPointers), groups)
	pointers := 2 * (minPointers - 1)
	if groups < 1 {
		return corrupt("an index of chunks for %d bits", maxBits)
	}
	indirect := uint64(groups - direct)

	if c, err = g.summed(addr, blockBytes+e.inIndex*uint64(a.element)+(pointers+indirect)*8+4); err != nil {
		return err
	}
	if err := a.begin(c, "EAIB"); err != nil {
		return err
	}
	if err := a.elements(c, 0, e.inIndex); err != nil {
		return err
	}
	e.next = e.inIndex
	for group := range groups {
		count, elements := e.blocks(group)
		if group < direct {
			for range count {
				if err := e.data(c.u64(), elements, nil, 0); err != nil {
					return err
				}
			}
		} else if err := e.further(c.u64(), count, elements); err != nil {
			return err
		}
	}
	return c.err
}

// further reads a block that leads to a group's blocks of data.
func (e *extensible) further(addr, count, elements uint64) error {
	if addr == undefined {
		e.next += count * elements
		return nil
	}
	// Which pages were written is here and not in the blocks that they are of.
	pages, bitmap := elements>>e.pageBits, uint64(0)
	if pages > 1 {
		bitmap = ceil(pages, 8)
	}
	high, size := bits.Mul64(count, bitmap+8)
	if high != 0 || size > e.size {
		return corrupt("an index of chunks with %d blocks", count)
	}
	c, err := e.summed(addr, blockBytes+e.offsetSize+size+4)
	if err != nil {
		return err
	}
	if err := e.begin(c, "EASB"); err != nil {
		return err
	}
	c.skip(e.offsetSize)
	// There is room for a number of bytes for each block, but the bits are those of
	// one block after those of another.
	written := c.take(count * bitmap)
	for i := range count {
		if err := e.data(c.u64(), elements, written, i*pages); err != nil {
			return err
		}
	}
	return c.err
}

// data reads a block of elements. written has a bit for each page, from a bit on.
func (e *extensible) data(addr, elements uint64, written []byte, from uint64) error {
	first := e.next
	e.next += elements
	if addr == undefined {
		return nil
	}
	size := blockBytes + e.offsetSize + 4
	pages := elements > 1<<e.pageBits
	if high, all := bits.Mul64(elements, uint64(e.element)); high != 0 || all > e.size {
		return corrupt("an index of chunks with a block of %d", elements)
	} else if !pages {
		size += all
	}
	c, err := e.summed(addr, size)
	if err != nil {
		return err
	}
	if err := e.begin(c, "EADB"); err != nil {
		return err
	}
	c.skip(e.offsetSize)
	if !pages {
		return e.elements(c, first, elements)
	}
	if uint64(len(written)) < ceil(from+elements>>e.pageBits, 8) {
		return corrupt("an index of chunks whose first blocks have pages")
	}
	return e.paged(addr+size, first, elements, func(page uint64) bool { return bit(written, from+page) })
}
