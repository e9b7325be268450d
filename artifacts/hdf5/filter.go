package hdf5

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/klauspost/compress/zlib"
)

// A filter is one step in which chunks were changed when they were written.
type filter struct {
	id     uint16
	values []uint32
}

const (
	filterDeflate  = 1
	filterShuffle  = 2
	filterFletcher = 3
)

// filterNames are those of the filters that h5py's users meet and that are not
// read.
var filterNames = map[uint16]string{
	4: "szip", 5: "nbit", 6: "scaleoffset", 307: "bzip2", 32000: "lzf", 32001: "blosc", 32004: "lz4",
	32008: "bitshuffle", 32013: "zfp", 32015: "zstd", 32026: "blosc2",
}

// parseFilters reads the message about filters (IV.A.2.l).
func parseFilters(c *cursor) ([]filter, error) {
	version, n := c.u8(), c.u8()
	switch version {
	case 1:
		c.skip(6)
	case 2:
	default:
		return nil, unsupportedf("a filter pipeline of version %d is", version)
	}
	var filters []filter
	deflated := false
	for range n {
		f := filter{id: c.u16()}
		nameSize := uint64(0)
		if version == 1 || f.id >= 256 {
			nameSize = uint64(c.u16())
		}
		c.skip(2) // flags
		values := c.u16()
		c.skip(nameSize)
		for range values {
			f.values = append(f.values, c.u32())
		}
		if version == 1 && values%2 == 1 {
			c.skip(4)
		}
		if c.err != nil {
			return nil, c.err
		}
		switch {
		case f.id == filterDeflate && deflated:
			return nil, unsupportedf("a dataset that is deflated twice is")
		case f.id == filterDeflate:
			deflated = true
		case f.id == filterShuffle || f.id == filterFletcher:
		case filterNames[f.id] != "":
			return nil, unsupportedf("the filter %s is", filterNames[f.id])
		default:
			return nil, unsupportedf("the filter of number %d is", f.id)
		}
		filters = append(filters, f)
	}
	return filters, nil
}

// maxDeflation is how many times larger than a deflated chunk the chunk can be.
const maxDeflation = 1032

// plausible reports whether a chunk of a size can be what so many stored bytes
// are, before there is memory for it.
func plausible(filters []filter, stored, size uint64) bool {
	for _, f := range filters {
		if f.id == filterDeflate {
			return size/maxDeflation <= stored
		}
	}
	return size <= stored
}

// An unfilter undoes filters, with memory that it uses again.
type unfilter struct {
	filters  []filter
	inflater io.ReadCloser
	room     [2][]byte
	next     int
}

// undo returns the chunk that stored bytes are, of a size; they may be overwritten.
// Bits of mask are filters that the chunk was spared.
func (u *unfilter) undo(b []byte, mask uint32, size uint64) ([]byte, error) {
	for i := len(u.filters) - 1; i >= 0; i-- {
		if i < 32 && mask&(1<<i) != 0 {
			continue
		}
		var err error
		switch f := u.filters[i]; f.id {
		case filterDeflate:
			// A checksum may come before the inflated bytes are what they should be.
			b, err = u.inflate(b, size+4)
		case filterShuffle:
			b, err = u.unshuffle(b, f)
		default:
			b, err = checked(b)
		}
		if err != nil {
			return nil, err
		}
	}
	if uint64(len(b)) != size {
		return nil, corrupt("a chunk of %d bytes instead of %d", len(b), size)
	}
	return b, nil
}

// scratch returns memory that is not the latest that it returned.
func (u *unfilter) scratch(size uint64) []byte {
	u.next ^= 1
	if uint64(cap(u.room[u.next])) < size {
		u.room[u.next] = make([]byte, size)
	}
	return u.room[u.next][:size]
}

func (u *unfilter) inflate(b []byte, most uint64) (_ []byte, err error) {
	if u.inflater == nil {
		u.inflater, err = zlib.NewReader(bytes.NewReader(b))
	} else {
		err = u.inflater.(zlib.Resetter).Reset(bytes.NewReader(b), nil)
	}
	if err != nil {
		return nil, corrupt("a deflated chunk: %v", err)
	}
	out := u.scratch(most)
	n, err := io.ReadFull(u.inflater, out)
	switch err {
	case io.EOF, io.ErrUnexpectedEOF:
		// That the stream is at its end, and not broken off, shows at the next read.
		if _, err = u.inflater.Read(make([]byte, 1)); err != io.EOF {
			return nil, corrupt("a deflated chunk ends too early")
		}
	case nil:
	default:
		return nil, corrupt("a deflated chunk: %v", err)
	}
	return out[:n], nil
}

// unshuffle puts the bytes of each element together: the filter has written the
// first of all, then the second of all. What is left over is at the end.
func (u *unfilter) unshuffle(b []byte, f filter) ([]byte, error) {
	if len(f.values) != 1 || f.values[0] == 0 {
		return nil, corrupt("the filter shuffle has not one size of elements")
	}
	size := int(f.values[0])
	n := len(b) / size
	if size == 1 || n <= 1 {
		return b, nil
	}
	out := u.scratch(uint64(len(b)))
	k := 0
	for ; size-k >= 8; k += 8 {
		gather8(out[k:], b[k*n:], n, size)
	}
	for ; k < size; k++ {
		for i, x := range b[k*n : (k+1)*n] {
			out[i*size+k] = x
		}
	}
	copy(out[n*size:], b[n*size:])
	return out, nil
}

// gather8 puts eight bytes of each of n elements together, which are in as many
// planes of n bytes: a word is written at once, where bytes by themselves would be
// written all over the memory eight times.
func gather8(out, planes []byte, n, size int) {
	a, b, c, d := planes[:n], planes[n:2*n], planes[2*n:3*n], planes[3*n:4*n]
	e, f, g, h := planes[4*n:5*n], planes[5*n:6*n], planes[6*n:7*n], planes[7*n:8*n]
	for i := range n {
		word := uint64(a[i]) | uint64(b[i])<<8 | uint64(c[i])<<16 | uint64(d[i])<<24 |
			uint64(e[i])<<32 | uint64(f[i])<<40 | uint64(g[i])<<48 | uint64(h[i])<<56
		binary.LittleEndian.PutUint64(out[i*size:], word)
	}
}

// checked removes the checksum behind a chunk. The library's older releases wrote
// its halves with their bytes turned around, and are believed too.
func checked(b []byte) ([]byte, error) {
	if len(b) < 4 {
		return nil, corrupt("a chunk without its checksum")
	}
	c := &cursor{b: b[len(b)-4:]}
	b = b[:len(b)-4]
	got, want := c.u32(), fletcher32(b)
	turned := want&0x00ff00ff<<8 | want>>8&0x00ff00ff
	if got != want && got != turned {
		return nil, corrupt("checksum of a chunk")
	}
	return b, nil
}
