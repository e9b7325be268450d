package hdf5

import (
	"bytes"
	"strconv"
)

// A datatype is what the elements of a dataset are, of those that are read.
type datatype struct {
	kind    byte // as numpy has them: b, i, u, f, c; S and O for strings of one length and of any
	size    uint64
	big     bool // the most significant byte comes first
	padding byte // of strings: what is behind the end
}

// How strings of one length are padded.
const (
	padNull  = 1 // with zeros; 0 is the same, with one at least
	padSpace = 2
)

// text reports whether elements are strings.
func (t datatype) text() bool { return t.kind == 'S' || t.kind == 'O' }

// String is the type as numpy and h5py spell it: "<f8", "|S5", "|O".
func (t datatype) String() string {
	switch {
	case t.kind == 'O':
		return "|O"
	case t.kind == 'S' || t.size == 1:
		return "|" + string(t.kind) + strconv.FormatUint(t.size, 10)
	case t.big:
		return ">" + string(t.kind) + strconv.FormatUint(t.size, 10)
	}
	return "<" + string(t.kind) + strconv.FormatUint(t.size, 10)
}

// Classes of datatypes (IV.A.2.d).
const (
	classInteger  = 0
	classFloat    = 1
	classString   = 3
	classCompound = 6
	classEnum     = 8
	classVariable = 9
)

// classNames are those of the classes that are not read, or not all of it is.
var classNames = map[uint8]string{
	2: "times", 4: "bit fields", 5: "opaque bytes", classCompound: "compounds", 7: "references",
	classVariable: "sequences of any length", 10: "arrays within elements", 11: "complex numbers of HDF5 2",
}

// parseDatatype reads a datatype message, or the type within another.
func parseDatatype(c *cursor) (datatype, error) {
	first := c.u8()
	version, class := first>>4, first&15
	flags := c.uint(3)
	t := datatype{size: uint64(c.u32())}
	if c.err != nil {
		return t, c.err
	}
	if version < 1 || version > 5 {
		return t, unsupportedf("a datatype of version %d is", version)
	}
	if t.size == 0 {
		return t, corrupt("elements without a size")
	}
	switch class {
	case classInteger:
		return t.integer(c, flags)
	case classFloat:
		return t.float(c, flags)
	case classString:
		t.kind, t.padding = 'S', byte(flags&15)
		return t, nil
	case classVariable:
		if flags&15 == 1 {
			t.kind = 'O'
			if t.size != variableSize {
				return t, corrupt("strings with references of %d bytes", t.size)
			}
			return t, nil
		}
	case classEnum:
		return t.enum(c, version, flags)
	case classCompound:
		return t.complex(c, version, flags)
	}
	if name := classNames[class]; name != "" {
		return t, unsupportedf("elements that are %s are", name)
	}
	return t, unsupportedf("a datatype of class %d is", class)
}

func (t datatype) integer(c *cursor, flags uint64) (datatype, error) {
	offset, precision := c.u16(), uint64(c.u16())
	if c.err != nil {
		return t, c.err
	}
	switch t.size {
	case 1, 2, 4, 8:
	default:
		return t, unsupportedf("integers of %d bytes are", t.size)
	}
	if offset != 0 || precision != 8*t.size {
		return t, unsupportedf("integers of %d bits in %d bytes are", precision, t.size)
	}
	t.kind, t.big = 'u', flags&1 != 0
	if flags&8 != 0 {
		t.kind = 'i'
	}
	return t, nil
}

// floats are the properties of the formats of IEEE 754, by size: where sign,
// exponent and fraction are, and the bias.
var floats = map[uint64]struct {
	sign      uint64
	positions string
	bias      uint32
}{
	2: {15, "\x00\x00\x10\x00\x0a\x05\x00\x0a", 15},
	4: {31, "\x00\x00\x20\x00\x17\x08\x00\x17", 127},
	8: {63, "\x00\x00\x40\x00\x34\x0b\x00\x34", 1023},
}

func (t datatype) float(c *cursor, flags uint64) (datatype, error) {
	positions, bias := string(c.take(8)), c.u32()
	if c.err != nil {
		return t, c.err
	}
	const order, normalisation = 1<<0 | 1<<6, 3 << 4
	want := floats[t.size]
	if positions != want.positions || bias != want.bias || flags>>8&0xff != want.sign ||
		flags&normalisation != 2<<4 || flags&order == order {
		return t, unsupportedf("floats of %d bytes that are not those of IEEE 754 are", t.size)
	}
	t.kind, t.big = 'f', flags&1 != 0
	return t, nil
}

// enum is a bool if it is as h5py writes one, else the integers that it names.
func (t datatype) enum(c *cursor, version uint8, flags uint64) (datatype, error) {
	base, err := parseDatatype(c)
	if err != nil {
		return t, err
	}
	if base.kind != 'i' && base.kind != 'u' || base.size != t.size {
		return t, corrupt("an enumeration that is not of integers")
	}
	bools := "FALSE\x00TRUE\x00\x00\x01" // names, then values
	if version < 3 {
		bools = "FALSE\x00\x00\x00TRUE\x00\x00\x00\x00\x00\x01"
	}
	if flags == 2 && t.size == 1 && bytes.HasPrefix(c.b, []byte(bools)) {
		return datatype{kind: 'b', size: 1}, nil
	}
	return base, nil
}

// complex reads a compound, which must be of a real and an imaginary part, as h5py
// writes complex numbers.
func (t datatype) complex(c *cursor, version uint8, flags uint64) (datatype, error) {
	other := unsupportedf("elements that are %s are", classNames[classCompound])
	if flags&0xffff != 2 {
		return t, other
	}
	var parts [2]datatype
	for i, name := range []string{"r", "i"} {
		got, _, _ := bytes.Cut(c.b, []byte{0})
		if string(got) != name {
			return t, other
		}
		c.skip(2)
		offset := uint64(0)
		if version < 3 {
			c.skip(6) // names are padded
			offset = uint64(c.u32())
			if version == 1 {
				c.skip(28) // the member's own shape
			}
		} else {
			offset = c.uint(bytesFor(t.size))
		}
		var err error
		if parts[i], err = parseDatatype(c); err != nil {
			return t, err
		}
		if c.err == nil && offset != uint64(i)*t.size/2 {
			return t, other
		}
	}
	if parts[0] != parts[1] || parts[0].kind != 'f' || parts[0].size < 4 || 2*parts[0].size != t.size {
		return t, other
	}
	return datatype{kind: 'c', size: t.size, big: parts[0].big}, c.err
}
