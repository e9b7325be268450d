package hdf5

import (
	"cmp"
	"math/bits"
	"slices"
)

// A chunk is a part of a dataset that was stored.
type chunk struct {
	number uint64 // in the grid of chunks, the last axis counted first
	addr   uint64
	size   uint64 // in the file
	mask   uint32 // of filters that it was spared
}

// A grid is how the chunks of a dataset lie.
type grid struct {
	*meta
	space    dataspace
	layout   layout
	filtered bool
	bytes    uint64   // in a chunk
	counts   []uint64 // of chunks along each axis
	chunks   []chunk

	most  []uint64 // like counts, when the array is as large as it may be; 0: without end
	order []int    // axes, from that counted last, which is one that may grow without end
	at    []uint64 // the place of one chunk
}

// chunksOf reads the index of a dataset, and returns what chunks there are by their
// numbers.
func chunksOf(m *meta, space dataspace, l layout, element uint64, filtered bool) ([]chunk, error) {
	rank := len(space.shape)
	g := &grid{
		meta: m, space: space, layout: l, filtered: filtered, bytes: element,
		most: make([]uint64, rank), at: make([]uint64, rank),
	}
	if rank == 0 || len(l.chunk) != rank {
		return nil, corrupt("chunks of %d axes of an array of %d", len(l.chunk), rank)
	}
	for i, n := range l.chunk {
		high, low := bits.Mul64(g.bytes, n)
		if g.bytes = low; high != 0 {
			return nil, corrupt("chunks of shape %d", l.chunk)
		}
		g.counts = append(g.counts, ceil(space.shape[i], n))
		if space.most[i] == unlimited {
			g.order = slices.Insert(g.order, 0, i)
			continue
		}
		g.most[i] = ceil(space.most[i], n)
		g.order = append(g.order, i)
	}
	if l.addr == undefined || slices.Contains(space.shape, 0) {
		return nil, nil
	}
	var err error
	switch l.index.kind {
	case indexTree1:
		err = g.tree1()
	case indexSingle:
		err = g.single()
	case indexImplicit:
		err = g.implicit()
	case indexFixed:
		err = g.fixedArray()
	case indexExtensible:
		err = g.extensibleArray()
	case indexTree2:
		err = g.tree2()
	}
	if err != nil {
		return nil, err
	}
	byNumber := func(a, b chunk) int { return cmp.Compare(a.number, b.number) }
	slices.SortFunc(g.chunks, byNumber)
	if n := len(g.chunks); n != len(slices.CompactFunc(g.chunks, func(a, b chunk) bool { return a.number == b.number })) {
		return nil, corrupt("a chunk is there twice")
	}
	return g.chunks, nil
}

// add adds a chunk by its place in the grid. Those outside of the array are of one
// that was larger.
func (g *grid) add(at []uint64, c chunk) error {
	if c.addr == undefined {
		return nil
	}
	for i, n := range at {
		if n >= g.counts[i] {
			return nil
		}
		c.number = c.number*g.counts[i] + n
	}
	if _, err := g.check(c.addr, c.size); err != nil {
		return err
	}
	g.chunks = append(g.chunks, c)
	return nil
}

// addNumbered adds a chunk by its number in the grid that the array has when it is
// as large as it may be.
func (g *grid) addNumbered(number uint64, c chunk) error {
	for _, i := range slices.Backward(g.order[1:]) {
		if g.most[i] == 0 {
			return nil
		}
		g.at[i], number = number%g.most[i], number/g.most[i]
	}
	g.at[g.order[0]] = number
	return g.add(g.at, c)
}

func ceil(a, b uint64) uint64 {
	n := a / b
	if a%b != 0 {
		n++
	}
	return n
}

// tree1 reads the index of the older files: a tree of version 1 (III.A.1).
func (g *grid) tree1() error {
	keySize := 8 + 8*(uint64(len(g.at))+1)
	return g.btree1(g.layout.addr, 1, keySize, func(key *cursor, child uint64) error {
		c := chunk{addr: child, size: uint64(key.u32()), mask: key.u32()}
		for i := range g.at {
			start := key.u64()
			if start%g.layout.chunk[i] != 0 {
				return corrupt("a chunk at %d of axis %d, whose chunks are %d long", start, i, g.layout.chunk[i])
			}
			g.at[i] = start / g.layout.chunk[i]
		}
		return g.add(g.at, c)
	})
}

// single is an index of one chunk, which the layout tells of.
func (g *grid) single() error {
	c := chunk{addr: g.layout.addr, size: g.bytes}
	if g.filtered {
		c.size, c.mask = g.layout.index.size, g.layout.index.mask
	}
	return g.add(g.at, c)
}

// implicit is no index: all chunks that the array can have follow one another.
func (g *grid) implicit() error {
	total := uint64(1)
	for _, n := range g.most {
		high, low := bits.Mul64(total, n)
		if total = low; high != 0 {
			return corrupt("chunks without end")
		}
	}
	high, all := bits.Mul64(total, g.bytes)
	if high != 0 {
		return corrupt("chunks without end")
	}
	if _, err := g.check(g.layout.addr, all); err != nil {
		return err
	}
	for i := range total {
		if err := g.addNumbered(i, chunk{addr: g.layout.addr + i*g.bytes, size: g.bytes}); err != nil {
			return err
		}
	}
	return nil
}

// tree2 reads an index for arrays that may grow along several axes: a tree of
// version 2 (Appendix C.5).
func (g *grid) tree2() error {
	return g.btree2(g.layout.addr, func(kind uint8, record *cursor) error {
		if g.filtered != (kind == treeOfFilteredChunks) || !g.filtered && kind != treeOfChunks {
			return corrupt("a tree of kind %d has the chunks", kind)
		}
		c := g.element(record, len(record.b)-8*len(g.at))
		for i := range g.at {
			g.at[i] = record.u64()
		}
		if record.err != nil {
			return record.err
		}
		return g.add(g.at, c)
	})
}

// element reads what an index says about a chunk in so many bytes: the address,
// and if there are filters, the size after them and which were left out.
func (g *grid) element(c *cursor, size int) chunk {
	if !g.filtered {
		return chunk{addr: c.u64(), size: g.bytes}
	}
	const others = 8 + 4
	if size <= others || size > others+8 {
		c.err = corrupt("elements of %d bytes in an index of chunks", size)
		return chunk{}
	}
	return chunk{addr: c.u64(), size: c.uint(size - others), mask: c.u32()}
}
