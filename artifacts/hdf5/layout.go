package hdf5

// A layout says where the elements of a dataset are (IV.A.2.i).
type layout struct {
	class   uint8
	compact []byte
	addr    uint64 // of the elements, or of the chunks' index
	size    uint64 // of contiguous elements

	chunk []uint64 // lengths of the axes of each chunk
	index chunkIndex
}

const (
	layoutCompact    = 0
	layoutContiguous = 1
	layoutChunked    = 2
	layoutVirtual    = 3
)

// A chunkIndex says how the index of chunks is kept (Appendix C).
type chunkIndex struct {
	kind uint8
	size uint64 // single chunk: after filters
	mask uint32 // single chunk: filters that were left out
}

// Kinds of indexes. The first has no number in the format.
const (
	indexTree1      = 0
	indexSingle     = 1
	indexImplicit   = 2
	indexFixed      = 3
	indexExtensible = 4
	indexTree2      = 5
)

func parseLayout(c *cursor) (layout, error) {
	version := c.u8()
	if version < 3 || version > 5 {
		return layout{}, unsupportedf("a data layout of version %d is", version)
	}
	l := layout{class: c.u8()}
	switch l.class {
	case layoutCompact:
		l.compact = c.take(uint64(c.u16()))
	case layoutContiguous:
		l.addr, l.size = c.u64(), c.u64()
	case layoutChunked:
		if version == 3 {
			n := int(c.u8())
			l.addr = c.u64()
			return l, l.dimensions(c, n, 4)
		}
		return l, l.chunked4(c)
	case layoutVirtual:
		return l, unsupportedf("a virtual dataset, whose data is in others, is")
	default:
		return l, unsupportedf("a data layout of class %d is", l.class)
	}
	return l, c.err
}

// dimensions reads the lengths of a chunk's axes. The last is the element's size,
// which the datatype tells as well.
func (l *layout) dimensions(c *cursor, n, size int) error {
	if n < 2 || n > maxAxes+1 || size > 8 {
		return corrupt("chunks of %d axes", n-1)
	}
	for range n {
		l.chunk = append(l.chunk, c.uint(size))
	}
	l.chunk = l.chunk[:n-1]
	for _, n := range l.chunk {
		if n == 0 && c.err == nil {
			return corrupt("chunks of no length")
		}
	}
	return c.err
}

// chunked4 reads the description of chunks of versions 4 and 5.
func (l *layout) chunked4(c *cursor) error {
	flags, n, size := c.u8(), int(c.u8()), int(c.u8())
	if c.err != nil {
		return c.err
	}
	const edgesUnfiltered, singleFiltered = 1, 2
	if flags&edgesUnfiltered != 0 {
		return unsupportedf("a dataset whose filters leave out chunks at the edges is")
	}
	if err := l.dimensions(c, n, size); err != nil {
		return err
	}
	i := &l.index
	switch i.kind = c.u8(); i.kind {
	case indexSingle:
		if flags&singleFiltered != 0 {
			i.size, i.mask = c.u64(), c.u32()
		}
	case indexImplicit:
	case indexFixed: // what is skipped here and below the index tells as well
		c.skip(1)
	case indexExtensible:
		c.skip(5)
	case indexTree2:
		c.skip(6)
	default:
		if c.err == nil {
			return unsupportedf("an index of chunks of kind %d is", i.kind)
		}
	}
	l.addr = c.u64()
	return c.err
}
