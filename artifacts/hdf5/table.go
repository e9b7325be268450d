package hdf5

import (
	"encoding/binary"
	"slices"
)

// A table is what a group of the older kind has beside its header: a heap with the
// names of its members, tables of entries, and a tree over those (III.A.1, III.B to
// III.D). That is what the library writes unless it is told otherwise, and what all
// of its releases read.
type table struct {
	heap    uint64   // addresses
	names   []uint64 // offsets in the heap, of each member
	segment uint64   // size of the heap
	leaves  uint64   // address of the first table
	levels  []level1 // from the leaves of the tree on
}

// A level1 is the nodes of a tree's level, which follow one another in the file.
type level1 struct {
	addr  uint64
	count int
}

const (
	// The library's numbers, half of what a table and a node of the tree hold.
	leafK, nodeK = 4, 16

	groupHeaderSize = 16 + 8 + 16
	heapHeaderSize  = 4 + 4 + 3*8
	leafSize        = 8 + 2*leafK*40
	nodeSize        = 24 + 2*nodeK*8 + (2*nodeK+1)*8
)

// place finds the addresses of a group's table, and returns the one behind it.
func (t *table) place(group *node, at uint64) uint64 {
	t.heap = at
	t.segment = 8 // the name of nothing
	for _, child := range group.sorted {
		t.names = append(t.names, t.segment)
		t.segment += roundUp(uint64(len(child.name)) + 1)
	}
	at += heapHeaderSize + t.segment
	t.leaves = at
	count := (len(group.sorted) + 2*leafK - 1) / (2 * leafK)
	at += uint64(count) * leafSize
	for {
		count = max(1, (count+2*nodeK-1)/(2*nodeK)) // an empty group has a node too
		t.levels = append(t.levels, level1{at, count})
		at += uint64(count) * nodeSize
		if count == 1 {
			return at
		}
	}
}

// root returns the address of the tree.
func (t *table) root() uint64 { return t.levels[len(t.levels)-1].addr }

// append appends the table to b.
func (t *table) append(b []byte, group *node) []byte {
	b = append(b, "HEAP\x00\x00\x00\x00"...)
	const noneFree = 1
	b = appendNumbers(b, t.segment, noneFree, t.heap+heapHeaderSize, 0)
	for _, child := range group.sorted {
		b = append(b, child.name...)
		b = append(b, make([]byte, roundUp(uint64(len(child.name))+1)-uint64(len(child.name)))...)
	}
	i := 0
	for members := range slices.Chunk(group.sorted, 2*leafK) {
		b = append(b, "SNOD\x01\x00"...)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(members)))
		for _, child := range members {
			b = child.appendEntry(b, t.names[i])
			i++
		}
		b = append(b, make([]byte, 40*(2*leafK-len(members)))...)
	}
	below, childSize, perChild := t.leaves, uint64(leafSize), 2*leafK
	for level, nodes := range t.levels {
		for k := range nodes.count {
			b = t.appendNode(b, level, k, below, childSize, perChild)
		}
		below, childSize, perChild = nodes.addr, nodeSize, perChild*2*nodeK
	}
	return b
}

// appendNode appends node k of a level. Its children follow one another from an
// address on; each has so many members of the group, but for the last.
func (t *table) appendNode(b []byte, level, k int, below, childSize uint64, perChild int) []byte {
	start := len(b)
	nodes := t.levels[level]
	first := k * 2 * nodeK // child, and those there are
	count := min(2*nodeK, (len(t.names)+perChild-1)/perChild-first)
	b = append(b, "TREE\x00"...)
	b = append(b, byte(level))
	b = binary.LittleEndian.AppendUint16(b, uint16(count))
	left, right := uint64(undefined), uint64(undefined)
	if k > 0 {
		left = nodes.addr + uint64(k-1)*nodeSize
	}
	if k < nodes.count-1 {
		right = nodes.addr + uint64(k+1)*nodeSize
	}
	b = appendNumbers(b, left, right)
	for i := range count {
		child := first + i
		b = appendNumbers(b, t.key(child*perChild), below+uint64(child)*childSize)
	}
	b = appendNumbers(b, t.key((first+count)*perChild))
	return append(b, make([]byte, nodeSize-(len(b)-start))...)
}

// key returns what stands in the tree before the member of a number: the name of
// the one before it.
func (t *table) key(member int) uint64 {
	if member == 0 {
		return 0
	}
	return t.names[min(member, len(t.names))-1]
}

// roundUp returns n up to a multiple of eight.
func roundUp(n uint64) uint64 { return (n + 7) &^ 7 }

func appendNumbers(b []byte, numbers ...uint64) []byte {
	for _, n := range numbers {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	return b
}
