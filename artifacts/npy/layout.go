package npy

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A layout is a Go value seen as an array.
type layout struct {
	value   reflect.Value // nested slices and arrays, or one slice, or one number
	flat    bool          // all numbers are in one slice, whatever the shape is
	dtype   dtype
	shape   []int
	fortran bool
}

// layoutOf returns how a value is an array, or why it is none. It looks at the
// length of each row and at no number.
func layoutOf(value any) (layout, error) {
	v := reflect.ValueOf(value)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return layout{}, fmt.Errorf("%w: a nil %T", artifacts.ErrUnsupportedValue, value)
	}
	if a, ok := v.Interface().(Array); ok {
		return a.layout()
	}
	element, axes := elementOf(v.Type())
	d, ok := dtypeOf(element)
	switch {
	case !ok:
		return layout{}, fmt.Errorf("%w: a %T is not an array of numbers", artifacts.ErrUnsupportedValue, value)
	case axes > maxAxes:
		return layout{}, tooManyAxes(axes)
	}
	if v.Kind() == reflect.Array && !v.CanAddr() {
		// The memory of an array can only be looked at where it has a place.
		placed := reflect.New(v.Type()).Elem()
		placed.Set(v)
		v = placed
	}
	l := layout{value: v, dtype: d, shape: make([]int, axes)}
	for i, at := 0, v; i < axes; i++ {
		l.shape[i] = at.Len()
		if at.Len() == 0 {
			zeroLengths(l.shape[i:], at.Type())
			break
		}
		at = at.Index(0)
	}
	return l, rectangular(v, l.shape, "")
}

// elementOf returns what slices and arrays are nested around, and how many.
func elementOf(t reflect.Type) (element reflect.Type, axes int) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
		axes++
	}
	return t, axes
}

// zeroLengths sets the lengths of axes of which there are no examples: those that
// types fix, and zero.
func zeroLengths(shape []int, t reflect.Type) {
	for i := range shape {
		shape[i] = 0
		if t.Kind() == reflect.Array {
			shape[i] = t.Len()
		}
		t = t.Elem()
	}
}

// rectangular returns an error that names the first row that is not as long as
// the others.
func rectangular(v reflect.Value, shape []int, path string) error {
	if len(shape) == 0 {
		return nil
	}
	if v.Len() != shape[0] {
		return fmt.Errorf("%w: row %s has %d elements, the first of its kind has %d", artifacts.ErrUnsupportedValue, path, v.Len(), shape[0])
	}
	if len(shape) == 1 {
		return nil
	}
	for i := range v.Len() {
		// The path is made when it is needed; rows may be many.
		if row := v.Index(i); len(shape) > 2 || row.Len() != shape[1] {
			if err := rectangular(row, shape[1:], path+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
	}
	return nil
}

func tooManyAxes(n int) error {
	return fmt.Errorf("%w: %d axes, more than %d", artifacts.ErrUnsupportedValue, n, maxAxes)
}
