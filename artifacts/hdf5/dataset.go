package hdf5

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// A Dataset is an array in a file. What is in its header was read; its elements
// are read when they are asked for. It is safe for concurrent use if what the file
// is read from is.
type Dataset struct {
	file    *File
	name    string
	typ     datatype
	space   dataspace
	layout  layout
	filters []filter
	fill    []byte // what elements are that were never written; nil: zeros
	row     uint64 // bytes at an index of the first axis

	indexing sync.Mutex
	indexed  bool
	chunks   []chunk
}

// open reads the header of a dataset.
func (f *File) open(name string, addr uint64) (*Dataset, error) {
	list, err := f.meta().messages(addr)
	if err != nil {
		return nil, err
	}
	d := &Dataset{file: f, name: name}
	found := make(map[uint16]bool)
	for _, msg := range list {
		if msg.shared && (msg.kind == msgDatatype || msg.kind == msgDataspace || msg.kind == msgFilters || msg.kind == msgFill) {
			return nil, unsupportedf("a datatype that has a name of its own, or another shared part of a header, is")
		}
		found[msg.kind] = true
		c := &cursor{b: msg.body}
		switch msg.kind {
		case msgDatatype:
			d.typ, err = parseDatatype(c)
		case msgDataspace:
			d.space, err = parseDataspace(c)
		case msgLayout:
			d.layout, err = parseLayout(c)
		case msgFilters:
			d.filters, err = parseFilters(c)
		case msgFill:
			d.fill, err = parseFill(c)
		case msgExternal:
			return nil, unsupportedf("a dataset whose data is in other files is")
		}
		if err != nil {
			return nil, err
		}
	}
	if !found[msgDatatype] || !found[msgDataspace] {
		return nil, corrupt("a dataset without a type or a shape")
	}
	return d, d.check()
}

// check compares what the parts of the header say.
func (d *Dataset) check() (err error) {
	if d.row, err = d.space.rowBytes(d.typ.size); err != nil {
		return err
	}
	if d.typ.text() { // which take more memory than they have bytes here
		if _, err := d.space.rowBytes(d.typ.size + stringBytes); err != nil {
			return err
		}
	}
	all := d.row * d.space.rows()
	if len(d.fill) != 0 && uint64(len(d.fill)) != d.typ.size {
		return corrupt("a value of %d bytes stands for elements of %d", len(d.fill), d.typ.size)
	}
	switch d.layout.class {
	case layoutCompact:
		if uint64(len(d.layout.compact)) != all {
			return corrupt("%d bytes for an array of %d", len(d.layout.compact), all)
		}
	case layoutContiguous:
		if d.layout.addr == undefined {
			return nil
		}
		if d.layout.size != all {
			return corrupt("%d bytes for an array of %d", d.layout.size, all)
		}
		_, err = d.file.check(d.layout.addr, all)
	}
	return err
}

// parseFill reads the value of elements that were never written (IV.A.2.f).
func parseFill(c *cursor) ([]byte, error) {
	switch version := c.u8(); version {
	case 1, 2:
		c.skip(2) // when it is written
		if defined := c.u8(); version == 2 && defined == 0 {
			return nil, c.err
		}
	case 3:
		if c.u8()&0x20 == 0 {
			return nil, c.err
		}
	default:
		return nil, unsupportedf("a fill value of version %d is", version)
	}
	size := c.u32()
	if size == 0 || int32(size) < 0 {
		return nil, c.err
	}
	return c.take(uint64(size)), c.err
}

// Name returns the path of the dataset: "layers/weights".
func (d *Dataset) Name() string { return d.name }

// Shape returns the length of each axis. Without axes there is one element.
func (d *Dataset) Shape() []int { return ints(d.space.shape) }

// DType returns what numpy and h5py call the elements: "<f8", "|S5" for strings of
// five bytes, "|O" for strings of any length.
func (d *Dataset) DType() string { return d.typ.String() }

// Offset returns where in the file the elements begin, if they lie there one after
// another in C order and as [Dataset.DType] says. Row i begins i times the size of
// a row later.
func (d *Dataset) Offset() (int64, bool) {
	if d.layout.class != layoutContiguous || d.layout.addr == undefined || d.typ.kind == 'O' {
		return 0, false
	}
	at, err := d.file.check(d.layout.addr, d.layout.size)
	return int64(at), err == nil
}

// Read reads the dataset into target, see the package's comment.
func (d *Dataset) Read(ctx context.Context, target any) error {
	return d.wrap(d.read(ctx, 0, d.space.rows(), d.space.shape, target))
}

// ReadRows reads the part of the dataset whose index of the first axis is from
// one, and below another. Only what the rows are in is read of the file: the rows
// themselves where [Dataset.Offset] is known, else the chunks that have some of
// them.
func (d *Dataset) ReadRows(ctx context.Context, from, to int, target any) error {
	if err := d.space.rowsWithin(from, to); err != nil {
		return d.wrap(err)
	}
	shape := append([]uint64{uint64(to - from)}, d.space.shape[1:]...)
	return d.wrap(d.read(ctx, uint64(from), uint64(to), shape, target))
}

// wrap says which dataset an error is about.
func (d *Dataset) wrap(err error) error {
	if err != nil {
		return fmt.Errorf("dataset %q: %w", d.name, err)
	}
	return nil
}

// read reads rows, which have a shape.
func (d *Dataset) read(ctx context.Context, from, to uint64, shape []uint64, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	if err := d.file.admit(d.memory(to - from)); err != nil {
		return err
	}
	r, err := d.raw(ctx, from, to)
	if err != nil {
		return err
	}
	if d.typ.text() {
		return d.readText(ctx, r, ints(shape), target)
	}
	return npy.ReadRaw(ctx, r, npy.Header{DType: d.typ.String(), Shape: ints(shape)}, target)
}

// memory returns how many bytes rows have when they are read.
func (d *Dataset) memory(rows uint64) uint64 {
	n := rows * d.row
	if d.typ.text() {
		n += n / d.typ.size * stringBytes
	}
	return n
}

// raw returns the bytes of rows.
func (d *Dataset) raw(ctx context.Context, from, to uint64) (io.Reader, error) {
	n := (to - from) * d.row
	switch {
	case n == 0:
		return io.LimitReader(nil, 0), nil
	case d.layout.class == layoutCompact:
		return io.LimitReader(&repeated{value: d.layout.compact, at: int(from * d.row)}, int64(n)), nil
	case d.layout.class == layoutContiguous && d.layout.addr == undefined:
		return io.LimitReader(&repeated{value: d.fill}, int64(n)), nil
	case d.layout.class == layoutContiguous:
		at, err := d.file.check(d.layout.addr+from*d.row, n)
		return io.NewSectionReader(d.file.r, int64(at), int64(n)), err
	}
	chunks, err := d.index()
	if err != nil {
		return nil, err
	}
	return newBands(ctx, d, chunks, from, to), nil
}

// index returns the chunks of the dataset. They are looked up once.
func (d *Dataset) index() ([]chunk, error) {
	d.indexing.Lock()
	defer d.indexing.Unlock()
	if !d.indexed {
		chunks, err := chunksOf(d.file.meta(), d.space, d.layout, d.typ.size, len(d.filters) > 0)
		if err != nil {
			return nil, err
		}
		d.chunks, d.indexed = chunks, true
	}
	return d.chunks, nil
}

// A repeated reader reads a value again and again, or zeros.
type repeated struct {
	value []byte
	at    int
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.value) == 0 {
		clear(p)
		return len(p), nil
	}
	n := 0
	for n < len(p) {
		k := copy(p[n:], r.value[r.at:])
		n += k
		r.at = (r.at + k) % len(r.value)
	}
	return n, nil
}
