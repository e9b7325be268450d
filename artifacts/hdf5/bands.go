package hdf5

import (
	"cmp"
	"context"
	"io"
	"slices"
)

// bands reads rows of a dataset that is in chunks. It holds one band at a time: the
// rows that one layer of chunks has, as they follow one another in the array.
type bands struct {
	ctx    context.Context
	d      *Dataset
	chunks []chunk // sorted
	undo   unfilter

	counts  []uint64 // chunks along each axis
	layer   uint64   // chunks that begin at the same row
	bytes   uint64   // in a chunk
	next    uint64   // first row that was not read
	to      uint64
	band    []byte
	unread  []byte // of it
	stored  []byte // a chunk as it is in the file
	strides []uint64
}

func newBands(ctx context.Context, d *Dataset, chunks []chunk, from, to uint64) *bands {
	b := &bands{ctx: ctx, d: d, chunks: chunks, next: from, to: to, layer: 1, bytes: d.typ.size, undo: unfilter{filters: d.filters}}
	for i, n := range d.layout.chunk {
		b.counts = append(b.counts, ceil(d.space.shape[i], n))
		if i > 0 {
			b.layer *= b.counts[i]
		}
		b.bytes *= n
	}
	b.strides = strides(d.space.shape, d.typ.size)
	return b
}

// strides returns how far apart elements are in memory whose indexes differ by one,
// for each axis of an array in C order.
func strides(shape []uint64, element uint64) []uint64 {
	s := make([]uint64, len(shape))
	for i, n := range slices.Backward(shape) {
		s[i] = element
		element *= n
	}
	return s
}

func (b *bands) Read(p []byte) (int, error) {
	if len(b.unread) == 0 {
		if b.next == b.to {
			return 0, io.EOF
		}
		if err := b.read(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.unread)
	b.unread = b.unread[n:]
	return n, nil
}

// read reads the next band.
func (b *bands) read() error {
	height := b.d.layout.chunk[0]
	layer := b.next / height
	end := b.to
	if rest := height - b.next%height; rest < b.to-b.next {
		end = b.next + rest
	}
	size := (end - b.next) * b.d.row
	if uint64(cap(b.band)) < size {
		b.band = make([]byte, size)
	}
	b.band = b.band[:size]

	find := func(number uint64) int {
		i, _ := slices.BinarySearchFunc(b.chunks, number, func(c chunk, n uint64) int { return cmp.Compare(c.number, n) })
		return i
	}
	chunks := b.chunks[find(layer*b.layer):find((layer+1)*b.layer)]
	if uint64(len(chunks)) < b.layer {
		fill := repeated{value: b.d.fill}
		_, _ = fill.Read(b.band) // never fails
	}
	for _, c := range chunks {
		if err := b.ctx.Err(); err != nil {
			return err
		}
		if err := b.place(c, end); err != nil {
			return err
		}
	}
	b.next, b.unread = end, b.band
	return nil
}

// place reads a chunk into the band, which ends before a row.
func (b *bands) place(c chunk, end uint64) error {
	if !plausible(b.d.filters, c.size, b.bytes) {
		return corrupt("a chunk of %d bytes is stored in %d", b.bytes, c.size)
	}
	if uint64(cap(b.stored)) < c.size {
		b.stored = make([]byte, c.size)
	}
	b.stored = b.stored[:c.size]
	at, err := b.d.file.check(c.addr, c.size)
	if err != nil {
		return err
	}
	if err := b.d.file.readAt(b.stored, at); err != nil {
		return err
	}
	data, err := b.undo.undo(b.stored, c.mask, b.bytes)
	if err != nil {
		return err
	}

	// The chunk's part that is in the band.
	rank := len(b.counts)
	count := make([]uint64, rank)
	to := uint64(0) // in the band
	for i := rank - 1; i >= 0; i-- {
		start := c.number % b.counts[i] * b.d.layout.chunk[i]
		c.number /= b.counts[i]
		stop := min(start+b.d.layout.chunk[i], b.d.space.shape[i])
		if i > 0 {
			to += start * b.strides[i]
		} else {
			first := max(start, b.next)
			stop = min(stop, end)
			data = data[(first-start)*(b.bytes/b.d.layout.chunk[0]):]
			start = first
			to += (first - b.next) * b.strides[0]
		}
		count[i] = stop - start
	}
	copyBlock(b.band[to:], b.strides, data, strides(b.d.layout.chunk, b.d.typ.size), count, b.d.typ.size)
	return nil
}

// copyBlock copies a block of elements from one array to another: count of them
// along each axis.
func copyBlock(dst []byte, dstStrides []uint64, src []byte, srcStrides, count []uint64, element uint64) {
	// The last axes are one run as long as the block has all of them in both.
	last := len(count) - 1
	run := count[last] * element
	for ; last > 0 && run == dstStrides[last-1] && run == srcStrides[last-1]; last-- {
		run *= count[last-1]
	}
	if last == 0 {
		copy(dst[:run], src)
		return
	}
	if last > 1 {
		for i := range count[0] {
			copyBlock(dst[i*dstStrides[0]:], dstStrides[1:], src[i*srcStrides[0]:], srcStrides[1:], count[1:], element)
		}
		return
	}
	for i := range count[0] {
		to, from := i*dstStrides[0], i*srcStrides[0]
		copy(dst[to:to+run], src[from:from+run])
	}
}
