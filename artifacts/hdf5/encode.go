package hdf5

import (
	"encoding/binary"
	"strconv"
)

// superblockSize is that of version 0, with the entry of the root group.
const superblockSize = 96

// appendSuperblock appends the superblock (II.A).
func (f *planned) appendSuperblock(b []byte) []byte {
	b = append(b, signature...)
	b = append(b, 0, 0, 0, 0, 0, 8, 8, 0) // versions, sizes of addresses and lengths
	b = binary.LittleEndian.AppendUint16(b, leafK)
	b = binary.LittleEndian.AppendUint16(b, nodeK)
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = appendNumbers(b, 0, undefined, f.size, undefined)
	return f.root.appendEntry(b, 0)
}

// append appends a group or a dataset with everything but elements.
func (n *node) append(b []byte) []byte {
	b = n.appendHeader(b)
	if n.children == nil {
		return b
	}
	b = n.table.append(b, n)
	for _, child := range n.sorted {
		b = child.append(b)
	}
	return b
}

// appendEntry appends the entry in a symbol table for an object whose name is at
// an offset of the heap (III.C). Of a group it says where its table is as well.
func (n *node) appendEntry(b []byte, name uint64) []byte {
	b = appendNumbers(b, name, n.header)
	if n.children == nil {
		return append(b, make([]byte, 24)...)
	}
	const cachesTable = 1
	return appendNumbers(b, cachesTable, n.table.root(), n.table.heap)
}

// appendHeader appends an object header of version 1 (IV.A.1.a).
func (n *node) appendHeader(b []byte) []byte {
	var list []message
	if n.children != nil {
		list = []message{{kind: msgSymbolTable, body: appendNumbers(nil, n.table.root(), n.table.heap)}}
	} else {
		list = n.messages()
	}
	size := uint64(0)
	for _, msg := range list {
		size += 8 + roundUp(uint64(len(msg.body)))
	}
	b = append(b, 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(list)))
	b = binary.LittleEndian.AppendUint32(b, 1) // reference
	b = appendNumbers(b, size)                 // and four bytes of nothing
	for _, msg := range list {
		padded := roundUp(uint64(len(msg.body)))
		b = binary.LittleEndian.AppendUint16(b, msg.kind)
		b = binary.LittleEndian.AppendUint16(b, uint16(padded))
		b = append(b, 0, 0, 0, 0)
		b = append(b, msg.body...)
		b = append(b, make([]byte, padded-uint64(len(msg.body)))...)
	}
	return b
}

// messages returns what the header of a dataset says.
func (n *node) messages() []message {
	space := []byte{1, byte(len(n.describe.Shape)), 0, 0, 0, 0, 0, 0}
	for _, k := range n.describe.Shape {
		space = appendNumbers(space, uint64(k))
	}
	return []message{
		{kind: msgDataspace, body: space},
		{kind: msgDatatype, body: n.datatype},
		{kind: msgFill, body: []byte{2, 2, 2, 1, 0, 0, 0, 0}}, // zero, should it ever be needed
		{kind: msgLayout, body: appendNumbers([]byte{3, layoutContiguous}, n.data, n.size)},
	}
}

// appendDatatype appends the datatype message for elements that numpy calls so, and
// returns the size of each (IV.A.2.d). Bools and complex numbers, which HDF5 lacks,
// are what h5py makes of them.
func appendDatatype(b []byte, dtype string) ([]byte, uint64) {
	kind, digits := dtype[1], dtype[2:]
	size, _ := strconv.ParseUint(digits, 10, 8) // no dtype of npy has another
	const version1, version3 = 1 << 4, 3 << 4
	const signed = 8
	switch kind {
	case 'u':
		b = appendType(b, version1|classInteger, 0, size)
		b = append(b, 0, 0, byte(8*size), 0)
	case 'i':
		b = appendType(b, version1|classInteger, signed, size)
		b = append(b, 0, 0, byte(8*size), 0)
	case 'f':
		float := floats[size]
		const impliedOne = 2 << 4
		b = appendType(b, version1|classFloat, float.sign<<8|impliedOne, size)
		b = append(b, float.positions...)
		b = binary.LittleEndian.AppendUint32(b, float.bias)
	case 'b':
		b = appendType(b, version3|classEnum, 2, size)
		b, _ = appendDatatype(b, "|i1")
		b = append(b, "FALSE\x00TRUE\x00\x00\x01"...)
	case 'c':
		half := "<f" + strconv.FormatUint(size/2, 10)
		b = appendType(b, version3|classCompound, 2, size)
		b = append(b, 'r', 0, 0)
		b, _ = appendDatatype(b, half)
		b = append(b, 'i', 0, byte(size/2))
		b, _ = appendDatatype(b, half)
	}
	return b, size
}

// appendType appends the start of a datatype: class and version, flags, size.
func appendType(b []byte, class byte, flags, size uint64) []byte {
	b = append(b, class, byte(flags), byte(flags>>8), byte(flags>>16))
	return binary.LittleEndian.AppendUint32(b, uint32(size))
}
