package hdf5

import "math/bits"

// The kinds of trees of version 2 that are read (III.A.2).
const (
	treeOfNames          = 5  // of links, in a group
	treeOfChunks         = 10 // as they are
	treeOfFilteredChunks = 11
)

// A btree2 is a tree of version 2.
type btree2 struct {
	*meta
	kind       uint8
	nodeSize   uint64
	recordSize uint64
	levels     []level2
	visit      func(kind uint8, record *cursor) error
}

// A level2 says how nodes of a level are laid out, the leaves being level zero.
type level2 struct {
	countSize int // bytes that count the records of a child, and all those below it
	totalSize int
}

// btree2 goes through the records of a tree in their order (III.A.2).
func (m *meta) btree2(addr uint64, visit func(kind uint8, record *cursor) error) error {
	const size = 4 + 1 + 1 + 4 + 2 + 2 + 1 + 1 + 8 + 2 + 8 + 4
	c, err := m.summed(addr, size)
	if err != nil {
		return err
	}
	c.magic("BTHD", 0)
	t := &btree2{meta: m, visit: visit}
	t.kind, t.nodeSize, t.recordSize = c.u8(), uint64(c.u32()), uint64(c.u16())
	depth := int(c.u16())
	c.skip(2) // when nodes are split and merged
	root, n := c.u64(), uint64(c.u16())
	switch {
	case c.err != nil:
		return c.err
	case root == undefined:
		return nil
	case t.recordSize == 0 || t.nodeSize < nodeOverhead+t.recordSize || depth > 64:
		return corrupt("tree of depth %d with records of %d bytes in nodes of %d", depth, t.recordSize, t.nodeSize)
	}
	t.measure(depth)
	return t.node(root, n, depth)
}

// nodeOverhead is what a node has beside records: signature, version, kind,
// checksum.
const nodeOverhead = 4 + 1 + 1 + 4

// measure finds out how wide the counts are at each level: as wide as the largest
// that there can be needs.
func (t *btree2) measure(depth int) {
	most := (t.nodeSize - nodeOverhead) / t.recordSize // in a leaf
	all, countSize, totalSize := most, bytesFor(most), 0
	t.levels = make([]level2, depth+1)
	for i := 1; i <= depth; i++ {
		t.levels[i] = level2{countSize, totalSize}
		pointer := uint64(8 + countSize + totalSize)
		inner := uint64(0)
		if t.nodeSize > nodeOverhead+pointer {
			inner = (t.nodeSize - nodeOverhead - pointer) / (t.recordSize + pointer)
		}
		high, low := bits.Mul64(inner+1, all)
		if all = low + inner; high != 0 || all < inner {
			all = ^uint64(0) // more than any file has
		}
		totalSize = bytesFor(all)
	}
}

// bytesFor returns how many bytes a number takes.
func bytesFor(n uint64) int { return (max(1, bits.Len64(n)) + 7) / 8 }

func (t *btree2) node(addr, n uint64, depth int) error {
	level := t.levels[depth]
	signature, size := "BTLF", nodeOverhead+n*t.recordSize
	if depth > 0 {
		signature = "BTIN"
		size += (n + 1) * uint64(8+level.countSize+level.totalSize)
	}
	c, err := t.summed(addr, size)
	if err != nil {
		return err
	}
	c.magic(signature, 0)
	if kind := c.u8(); c.err == nil && kind != t.kind {
		return corrupt("a node of kind %d in a tree of kind %d", kind, t.kind)
	}
	records := &cursor{b: c.take(n * t.recordSize)}
	if c.err != nil {
		return c.err
	}
	for i := range n + 1 {
		if depth > 0 {
			child, below := c.u64(), c.uint(level.countSize)
			c.skip(uint64(level.totalSize))
			if err := t.node(child, below, depth-1); err != nil {
				return err
			}
		}
		if i < n {
			if err := t.visit(t.kind, &cursor{b: records.take(t.recordSize)}); err != nil {
				return err
			}
		}
	}
	return nil
}
