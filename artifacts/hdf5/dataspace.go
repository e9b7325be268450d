package hdf5

import (
	"fmt"
	"math"
)

// maxAxes is the number of axes that HDF5 allows.
const maxAxes = 32

// A dataspace is the shape of a dataset, and how far it may grow.
type dataspace struct {
	shape []uint64
	most  []uint64 // the same, if it may not; unlimited is ^0
}

const unlimited = ^uint64(0)

// parseDataspace reads a dataspace message (IV.A.2.b).
func parseDataspace(c *cursor) (dataspace, error) {
	version, rank, flags := c.u8(), int(c.u8()), c.u8()
	switch version {
	case 1:
		c.skip(5)
	case 2:
		if kind := c.u8(); kind == 2 {
			return dataspace{}, unsupportedf("a dataset without data (h5py.Empty) is")
		}
	default:
		return dataspace{}, unsupportedf("a dataspace of version %d is", version)
	}
	if rank > maxAxes {
		return dataspace{}, corrupt("%d axes", rank)
	}
	s := dataspace{shape: make([]uint64, rank)}
	s.most = s.shape
	for i := range s.shape {
		s.shape[i] = c.u64()
	}
	if flags&1 != 0 {
		s.most = make([]uint64, rank)
		for i := range s.most {
			if s.most[i] = c.u64(); s.most[i] < s.shape[i] {
				return dataspace{}, corrupt("an axis of %d that is at most %d long", s.shape[i], s.most[i])
			}
		}
	}
	return s, c.err
}

// rowBytes returns the size of what is at one index of the first axis, or of all
// there is without axes. No address space holds an array for which that, or the
// whole, cannot be computed.
func (s dataspace) rowBytes(element uint64) (uint64, error) {
	bytes, row := element, element
	for i := len(s.shape) - 1; i >= 0; i-- {
		row = bytes
		// Axes of length zero do not make up for others.
		n := max(1, s.shape[i])
		if bytes > math.MaxInt/n {
			return 0, corrupt("an array of shape %d is too large", s.shape)
		}
		bytes *= n
	}
	for _, n := range s.shape[min(1, len(s.shape)):] {
		if n == 0 {
			row = 0
		}
	}
	return row, nil
}

// rows returns the length of the first axis: without axes there is one.
func (s dataspace) rows() uint64 {
	if len(s.shape) == 0 {
		return 1
	}
	return s.shape[0]
}

// ints is a shape for those who count with int; see rowBytes for why it can.
func ints(shape []uint64) []int {
	out := make([]int, len(shape))
	for i, n := range shape {
		out[i] = int(n)
	}
	return out
}

// rowsWithin returns an error if rows from one to another are not in the array.
func (s dataspace) rowsWithin(from, to int) error {
	if len(s.shape) == 0 {
		return fmt.Errorf("rows %d to %d: the dataset has no axes", from, to)
	}
	if from < 0 || to < from || uint64(to) > s.shape[0] {
		return fmt.Errorf("rows %d to %d: the dataset has %d", from, to, s.shape[0])
	}
	return nil
}
