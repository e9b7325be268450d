package npy

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// An Array is an array of any shape with its numbers in one slice: what a file
// is read into when nothing else is asked for. Those returned by methods share
// memory with the Array they are of, except where it says that they do not.
type Array struct {
	// Shape has the length of each axis. An array without axes is one number.
	Shape []int

	// Fortran says that the first index changes fastest from one element of Data
	// to the next. Otherwise the last does.
	Fortran bool

	// Data is a slice of numbers or bools, such as []float64, as long as the
	// lengths in Shape multiply to.
	Data any
}

// Len returns the number of elements that the shape tells of.
func (a Array) Len() int { return product(a.Shape) }

// DType returns numpy's name of the elements: "<f8". An Array that cannot be
// written is [artifacts.ErrUnsupportedValue].
func (a Array) DType() (string, error) {
	l, err := a.layout()
	if err != nil {
		return "", err
	}
	return l.dtype.String(), nil
}

// Offset returns where in Data the element is that has the indices given.
func (a Array) Offset(index ...int) (int, error) {
	if len(index) != len(a.Shape) {
		return 0, fmt.Errorf("index array: %d indices for shape %s", len(index), tuple(a.Shape))
	}
	offset := 0
	for i := range index {
		axis := i
		if a.Fortran {
			axis = len(index) - 1 - i
		}
		if index[axis] < 0 || index[axis] >= a.Shape[axis] {
			return 0, fmt.Errorf("index array: %d is outside of axis %d of shape %s", index[axis], axis, tuple(a.Shape))
		}
		offset = offset*a.Shape[axis] + index[axis]
	}
	return offset, nil
}

// Row returns the array at index i of the first axis: a row of a matrix. It
// needs the numbers of a row to lie together, which in Fortran order they do
// not; see [Array.COrder].
func (a Array) Row(i int) (Array, error) {
	l, err := a.layout()
	switch {
	case err != nil:
		return Array{}, err
	case l.fortran:
		return Array{}, fmt.Errorf("row %d of array: its numbers do not lie together in Fortran order; use COrder", i)
	case len(a.Shape) == 0 || i < 0 || i >= a.Shape[0]:
		return Array{}, fmt.Errorf("row %d of array: shape is %s", i, tuple(a.Shape))
	}
	n := product(a.Shape[1:])
	return Array{Shape: slices.Clone(a.Shape[1:]), Data: l.value.Slice3(i*n, (i+1)*n, (i+1)*n).Interface()}, nil
}

// COrder returns the array with its numbers in C order: itself if they are, else
// a copy.
func (a Array) COrder() (Array, error) {
	l, err := a.layout()
	if err != nil {
		return Array{}, err
	}
	if !l.fortran {
		a.Fortran = false
		return a, nil
	}
	return Array{Shape: slices.Clone(a.Shape), Data: transpose(l.value, a.Shape).Interface()}, nil
}

// layout checks the array and says how it is written.
func (a Array) layout() (layout, error) {
	data := reflect.ValueOf(a.Data)
	if data.Kind() != reflect.Slice {
		return layout{}, fmt.Errorf("%w: the array's Data is a %T, not a slice", artifacts.ErrUnsupportedValue, a.Data)
	}
	d, ok := dtypeOf(data.Type().Elem())
	if !ok {
		return layout{}, fmt.Errorf("%w: a %s is not a number", artifacts.ErrUnsupportedValue, data.Type().Elem())
	}
	for _, n := range a.Shape {
		if n < 0 {
			return layout{}, fmt.Errorf("%w: the array's shape %s has a negative length", artifacts.ErrUnsupportedValue, tuple(a.Shape))
		}
	}
	if err := checkShape(a.Shape); err != nil {
		return layout{}, fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	if len(a.Shape) > maxAxes {
		return layout{}, tooManyAxes(len(a.Shape))
	}
	if a.Len() != data.Len() {
		return layout{}, fmt.Errorf("%w: the array has %d elements, and shape %s", artifacts.ErrUnsupportedValue, data.Len(), tuple(a.Shape))
	}
	return layout{
		value: data, flat: true, dtype: d, shape: a.Shape,
		fortran: a.Fortran && ordered(a.Shape),
	}, nil
}

// ordered reports whether the two orders of an array differ.
func ordered(shape []int) bool {
	long := 0
	for _, n := range shape {
		if n == 0 {
			return false
		}
		if n > 1 {
			long++
		}
	}
	return long > 1
}

func product(shape []int) int {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return n
}
