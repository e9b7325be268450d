package hdf5

import (
	"cmp"
	"math/bits"
	"slices"
)

// A fractalHeap is where groups of the newer kind keep their links when they have
// many: blocks of growing sizes that are one space of addresses (III.G).
type fractalHeap struct {
	*meta
	idSize     uint64
	offsetSize int // in bytes
	lengthSize int

	width     uint64 // blocks in a row
	start     uint64 // size of those in the first two rows
	maxDirect uint64 // size of the largest blocks of objects
	blocks    []heapBlock
}

// A heapBlock is one with objects. Its header is in the space as well.
type heapBlock struct{ offset, addr, size uint64 }

func (m *meta) fractalHeap(addr uint64) (*fractalHeap, error) {
	const size = 4 + 1 + 2 + 2 + 1 + 4 + 12*8 + 2 + 8 + 8 + 2 + 2 + 8 + 2 + 4
	c, err := m.read(addr, size)
	if err != nil {
		return nil, err
	}
	whole := c.b
	c.magic("FRHP", 0)
	h := &fractalHeap{meta: m, idSize: uint64(c.u16())}
	filters := c.u16()
	c.skip(1) // flags
	maxObject := uint64(c.u32())
	c.skip(12 * 8) // statistics, large and tiny objects
	h.width, h.start, h.maxDirect = uint64(c.u16()), c.u64(), c.u64()
	offsetBits := c.u16()
	c.skip(2)
	root, rows := c.u64(), uint64(c.u16())
	switch {
	case c.err != nil:
		return nil, c.err
	case filters != 0:
		return nil, unsupportedf("hdf5: a group whose links are compressed is")
	case !m.unsummed && c.u32() != lookup3(whole[:size-4]):
		return nil, corrupt("checksum of the heap at address %#x", addr)
	case offsetBits == 0 || offsetBits > 64 || bits.OnesCount64(h.start) != 1 || bits.OnesCount64(h.maxDirect) != 1 || h.maxDirect < h.start || h.width == 0:
		return nil, corrupt("heap with blocks of %d to %d bytes, %d in a row", h.start, h.maxDirect, h.width)
	}
	h.offsetSize = int(offsetBits+7) / 8
	h.lengthSize = min((bits.TrailingZeros64(h.maxDirect)+7)/8, bytesFor(maxObject))
	if root == undefined {
		return h, nil
	}
	if rows == 0 {
		h.blocks = []heapBlock{{0, root, h.start}}
	} else if err := h.table(root, 0, rows, 0); err != nil {
		return nil, err
	}
	return h, nil
}

// rowSize returns the size of each block in a row.
func (h *fractalHeap) rowSize(row uint64) uint64 {
	if row < 2 {
		return h.start
	}
	return h.start << min(row-1, 63)
}

// table reads a table of blocks, and the tables that it leads to.
func (h *fractalHeap) table(addr, offset, rows uint64, depth int) error {
	direct := uint64(bits.TrailingZeros64(h.maxDirect)-bits.TrailingZeros64(h.start)) + 2
	if depth > 64 || rows > direct+64 {
		return corrupt("heap with %d rows, %d deep", rows, depth)
	}
	c, err := h.summed(addr, 4+1+8+uint64(h.offsetSize)+rows*h.width*8+4)
	if err != nil {
		return err
	}
	c.magic("FHIB", 0)
	c.skip(8 + uint64(h.offsetSize))
	for row := range rows {
		size := h.rowSize(row)
		for range h.width {
			child := c.u64()
			switch {
			case c.err != nil:
				return c.err
			case child == undefined:
			case row < direct:
				h.blocks = append(h.blocks, heapBlock{offset, child, size})
			default:
				// A table has as many rows as make up its size.
				below := bits.Len64(size/(h.start*h.width)) - 1
				if below < 0 {
					return corrupt("heap with a table of %d bytes", size)
				}
				if err := h.table(child, offset, uint64(below)+1, depth+1); err != nil {
					return err
				}
			}
			offset += size
		}
	}
	return nil
}

// object returns the object whose identifier comes next in a record.
func (h *fractalHeap) object(record *cursor) (*cursor, error) {
	id := &cursor{b: record.take(h.idSize)}
	kind := id.u8() >> 4
	offset, length := id.uint(h.offsetSize), id.uint(h.lengthSize)
	switch {
	case record.err != nil || id.err != nil:
		return nil, corrupt("identifiers of %d bytes in a heap", h.idSize)
	case kind != 0:
		return nil, unsupportedf("hdf5: a link with a name of kilobytes is")
	}
	i, found := slices.BinarySearchFunc(h.blocks, offset, func(b heapBlock, offset uint64) int { return cmp.Compare(b.offset, offset) })
	if !found {
		i--
	}
	if i < 0 || offset-h.blocks[i].offset > h.blocks[i].size || length > h.blocks[i].size-(offset-h.blocks[i].offset) {
		return nil, corrupt("%d bytes at %d are outside of their heap", length, offset)
	}
	return h.read(h.blocks[i].addr+offset-h.blocks[i].offset, length)
}
