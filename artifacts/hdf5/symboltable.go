package hdf5

import "bytes"

// symbolTable reads the links of a group of the old kind: a tree whose leaves are
// tables of entries, and a heap with their names (III.A.1, III.B to III.D).
func (m *meta) symbolTable(tree, heap uint64) ([]link, error) {
	names, err := m.localHeap(heap)
	if err != nil {
		return nil, err
	}
	var links []link
	err = m.btree1(tree, 0, 8, func(_ *cursor, node uint64) error {
		c, err := m.read(node, 8)
		if err != nil {
			return err
		}
		c.magic("SNOD", 1)
		c.skip(1)
		const entry = 40 // bytes of each
		n := uint64(c.u16())
		if c.err != nil {
			return c.err
		}
		if c, err = m.read(node+8, n*entry); err != nil {
			return err
		}
		for range n {
			offset, addr, kind := c.u64(), c.u64(), c.u32()
			c.skip(4 + 16)
			if kind == 2 { // a soft link
				continue
			}
			if offset >= uint64(len(names)) {
				return corrupt("a name is outside of its group's heap")
			}
			name, _, ended := bytes.Cut(names[offset:], []byte{0})
			if !ended {
				return corrupt("a name in a group does not end")
			}
			links = append(links, link{string(name), addr})
		}
		return nil
	})
	return links, err
}

// localHeap returns the bytes in which a group's names are.
func (m *meta) localHeap(addr uint64) ([]byte, error) {
	c, err := m.read(addr, 32)
	if err != nil {
		return nil, err
	}
	c.magic("HEAP", 0)
	c.skip(3)
	size := c.u64()
	c.skip(8) // what is free
	at := c.u64()
	if c.err != nil {
		return nil, c.err
	}
	if c, err = m.read(at, size); err != nil {
		return nil, err
	}
	return c.b, nil
}

// btree1 goes through a tree of version 1: visit gets the key before each child
// of a leaf, and the child's address (III.A.1).
func (m *meta) btree1(addr uint64, kind uint8, keySize uint64, visit func(key *cursor, child uint64) error) error {
	return m.node1(addr, kind, keySize, -1, visit)
}

// node1 goes through a node. Levels count down to zero, so trees have an end; the
// root's may be any, for which -1 stands.
func (m *meta) node1(addr uint64, kind uint8, keySize uint64, level int, visit func(key *cursor, child uint64) error) error {
	c, err := m.read(addr, 24)
	if err != nil {
		return err
	}
	if string(c.take(4)) != "TREE" {
		return corrupt("no tree at address %#x", addr)
	}
	gotKind, gotLevel, n := c.u8(), int(c.u8()), uint64(c.u16())
	if gotKind != kind || level >= 0 && gotLevel != level {
		return corrupt("tree node of kind %d and level %d at address %#x", gotKind, gotLevel, addr)
	}
	if c, err = m.read(addr+24, n*(keySize+8)); err != nil {
		return err
	}
	for range n {
		key := &cursor{b: c.take(keySize)}
		child := c.u64()
		if gotLevel > 0 {
			err = m.node1(child, kind, keySize, gotLevel-1, visit)
		} else {
			err = visit(key, child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
