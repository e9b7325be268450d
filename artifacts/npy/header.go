package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Header is what a file says about its array before the numbers.
type Header struct {
	// DType is numpy's name for what the elements are: "<f8". Of structured
	// elements it is Python's list of the fields.
	DType string

	// Shape has the length of each axis. An array without axes is one number.
	Shape []int

	// Fortran says that the first index changes fastest from one number to the
	// next, not the last.
	Fortran bool
}

// Elements returns the number of elements.
func (h Header) Elements() int { return product(h.Shape) }

const (
	magic = "\x93NUMPY"

	// maxHeader is the size of the longest header that is read. numpy itself
	// reads 10,000 bytes unless told otherwise.
	maxHeader = 1 << 16
)

// ReadHeader reads the header of a file, and none of the numbers. Files with
// elements that the handler cannot read have one as well. Damage is
// [artifacts.ErrCorrupt].
func ReadHeader(r io.Reader) (Header, error) {
	h, _, err := readHeader(r)
	return h, err
}

// readHeader also returns the number of bytes read.
func readHeader(r io.Reader) (Header, int64, error) {
	start := make([]byte, 12)
	n := 10 // the length of a header takes two bytes, or four in later versions
	if err := readFull(r, start[:n]); err != nil {
		return Header{}, 0, err
	}
	if string(start[:len(magic)]) != magic {
		return Header{}, 0, fmt.Errorf("%w: not an npy file", artifacts.ErrCorrupt)
	}
	var length uint32
	switch version := start[6]; version {
	case 1:
		length = uint32(binary.LittleEndian.Uint16(start[8:]))
	case 2, 3:
		if err := readFull(r, start[n:]); err != nil {
			return Header{}, 0, err
		}
		n = len(start)
		length = binary.LittleEndian.Uint32(start[8:])
	default:
		return Header{}, 0, fmt.Errorf("%w: npy version %d is not known", artifacts.ErrCorrupt, version)
	}
	if length > maxHeader {
		return Header{}, 0, fmt.Errorf("%w: npy header of %d bytes", artifacts.ErrCorrupt, length)
	}
	text := make([]byte, length)
	if err := readFull(r, text); err != nil {
		return Header{}, 0, err
	}
	h, err := parseHeader(string(text))
	if err == nil {
		err = checkShape(h.Shape)
	}
	if err != nil {
		return Header{}, 0, fmt.Errorf("%w: npy %w", artifacts.ErrCorrupt, err)
	}
	return h, int64(n) + int64(length), nil
}

// readFull fills p. A file that ends before that is damaged.
func readFull(r io.Reader, p []byte) error {
	_, err := io.ReadFull(r, p)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: npy file ends too early", artifacts.ErrCorrupt)
	}
	return err
}

// checkShape refuses arrays that no address space holds: their offsets could not
// be computed. Axes of length zero do not make up for others.
func checkShape(shape []int) error {
	const widest = 16 // bytes of the largest element
	bytes := widest
	for _, n := range shape {
		if n == 0 {
			continue
		}
		if bytes > math.MaxInt/n {
			return fmt.Errorf("array of shape %s is too large", tuple(shape))
		}
		bytes *= n
	}
	return nil
}

// tuple writes a shape as Python does.
func tuple(shape []int) string {
	parts := make([]string, len(shape))
	for i, n := range shape {
		parts[i] = strconv.Itoa(n)
	}
	text := strings.Join(parts, ", ")
	if len(shape) == 1 {
		text += ","
	}
	return "(" + text + ")"
}

const (
	// alignment of the first number in a file, so that it can be mapped.
	alignment = 64

	// growth is the number of digits that numpy leaves room for in the axis
	// along which an array would be appended to.
	growth = 21
)

// AppendHeader appends the header of version 1.0, which holds all that a Go
// value can need, as numpy writes it. What it says is checked by who reads it.
func AppendHeader(b []byte, h Header) []byte {
	order, grows := "False", 0
	if h.Fortran {
		order, grows = "True", len(h.Shape)-1
	}
	text := "{'descr': '" + h.DType + "', 'fortran_order': " + order + ", 'shape': " + tuple(h.Shape) + ", }"
	if len(h.Shape) > 0 {
		text += strings.Repeat(" ", max(0, growth-len(strconv.Itoa(h.Shape[grows]))))
	}
	before := len(magic) + 4
	text += strings.Repeat(" ", alignment-(before+len(text)+1)%alignment) + "\n"

	b = append(b, magic...)
	b = append(b, 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...)
}
