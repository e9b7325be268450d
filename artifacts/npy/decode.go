package npy

import (
	"context"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Decode reads the array into target, see the package's comment.
func (Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	w, err := wantOf(target)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	h, size, err := readHeader(r)
	if err != nil {
		return err
	}
	in, err := w.reader(ctx, r, h)
	if err != nil {
		return err
	}
	if err := in.known(r, size, h.Elements()); err != nil {
		return err
	}
	return w.assign(in, h)
}

// A want is what a target has a place for.
type want struct {
	target  any
	t       reflect.Type // of what the target points to
	natural bool         // it takes an Array
	element reflect.Type // of the nested slices or arrays that it is otherwise
	axes    int          // how many they are
}

// wantOf returns an error if a target takes no array, whatever its shape.
func wantOf(target any) (want, error) {
	if err := artifacts.CheckTarget(target); err != nil {
		return want{}, err
	}
	w := want{target: target, t: reflect.TypeOf(target).Elem()}
	w.natural = reflect.TypeFor[Array]().AssignableTo(w.t)
	w.element, w.axes = elementOf(w.t)
	if _, ok := dtypeOf(w.element); !ok && !w.natural {
		return want{}, fmt.Errorf("%w: an array of numbers does not fit a %s", artifacts.ErrTargetType, w.t)
	}
	return w, nil
}

// reader returns what reads the numbers of an array, once it is clear that they
// fit.
func (w *want) reader(ctx context.Context, r io.Reader, h Header) (*numberReader, error) {
	d, err := parseDType(h.DType)
	if err != nil {
		return nil, err
	}
	if w.natural {
		w.element = elements[d.code()]
	} else if err := fits(w.t, w.axes, h); err != nil {
		return nil, err
	}
	widen, ok := widenerTo(w.element, d)
	if !ok {
		return nil, fmt.Errorf("%w: a %s does not hold all numbers of dtype %q", artifacts.ErrTargetType, w.element, h.DType)
	}
	return &numberReader{ctx: ctx, r: r, dtype: d, widen: widen}, nil
}

// assign reads the numbers and hands them to the target.
func (w *want) assign(in *numberReader, h Header) error {
	numbers, err := in.read(w.element, h.Elements())
	if err != nil {
		return err
	}
	if w.natural {
		return artifacts.Assign(w.target, Array{
			Shape: h.Shape, Fortran: h.Fortran && ordered(h.Shape), Data: numbers.Interface(),
		})
	}
	if h.Fortran && ordered(h.Shape) {
		numbers = transpose(numbers, h.Shape)
	}
	value := reflect.New(w.t).Elem()
	fill(value, numbers, h.Shape)
	reflect.ValueOf(w.target).Elem().Set(value)
	return nil
}

// maxEmptyRows is the number of slices that are made for an array in which there
// is no element.
const maxEmptyRows = 1 << 16

// fits returns an error if a type is nested in another way than the array.
func fits(t reflect.Type, axes int, h Header) error {
	wrong := fmt.Errorf("%w: an array of shape %s does not fit a %s", artifacts.ErrTargetType, tuple(h.Shape), t)
	if axes != len(h.Shape) {
		return wrong
	}
	rows := 1
	for i, n := range h.Shape {
		if t.Kind() == reflect.Array && t.Len() != n {
			return wrong
		}
		// Rows are not in the file, so nothing shows that there are any.
		if h.Elements() == 0 && rows > maxEmptyRows {
			return fmt.Errorf("%w: an array of shape %s has rows and no elements; read it into an Array", artifacts.ErrTargetType, tuple(h.Shape))
		}
		if i < axes-1 && n > 0 {
			rows *= n
		}
		t = t.Elem()
	}
	return nil
}

// fill sets nested slices or arrays to the parts of the numbers.
func fill(dst, numbers reflect.Value, shape []int) {
	switch {
	case len(shape) == 0:
		dst.Set(numbers.Index(0))
	case len(shape) == 1 && dst.Kind() == reflect.Array:
		reflect.Copy(dst, numbers)
	case len(shape) == 1:
		dst.Set(numbers.Convert(dst.Type()))
	default:
		if dst.Kind() == reflect.Slice {
			dst.Set(reflect.MakeSlice(dst.Type(), shape[0], shape[0]))
		}
		n := product(shape[1:])
		for i := range shape[0] {
			fill(dst.Index(i), numbers.Slice3(i*n, (i+1)*n, (i+1)*n), shape[1:])
		}
	}
}

// A numberReader reads numbers that are in a file one after another.
type numberReader struct {
	ctx     context.Context
	r       io.Reader
	dtype   dtype
	widen   widener // nil: the numbers are kept as they are
	trusted bool    // as many bytes as are wanted are there
}

// known compares the size of a file, where there is one, with what the header
// says, so that all memory can be had at once, or none is.
func (n *numberReader) known(r io.Reader, header int64, elements int) error {
	file, ok := r.(artifacts.File)
	if !ok {
		return nil
	}
	want := header + int64(elements)*int64(n.dtype.size)
	if got := file.Size(); got != want {
		return fmt.Errorf("%w: npy file has %d bytes, and says %d", artifacts.ErrCorrupt, got, want)
	}
	n.trusted = true
	return nil
}

// firstRoom is the number of elements for which there is room before any of them
// was seen, and moreRoom how many times that there is for each one after that:
// the more, the less is moved from room to room.
const (
	firstRoom = 1 << 16
	moreRoom  = 8
)

// read reads count numbers, which must end the file.
func (n *numberReader) read(element reflect.Type, count int) (reflect.Value, error) {
	room := count
	if !n.trusted {
		room = min(count, firstRoom)
	}
	numbers := reflect.MakeSlice(reflect.SliceOf(element), room, room)
	for have := 0; ; {
		if err := n.fill(numbers, have, room); err != nil {
			return numbers, err
		}
		if room == count {
			break
		}
		have, room = room, min(count, moreRoom*room)
		larger := reflect.MakeSlice(numbers.Type(), room, room)
		reflect.Copy(larger, numbers)
		numbers = larger
	}
	return numbers, n.end()
}

// end returns an error if the file goes on.
func (n *numberReader) end() error {
	switch _, err := io.ReadFull(n.r, make([]byte, 1)); err {
	case io.EOF:
		return n.ctx.Err()
	case nil:
		return fmt.Errorf("%w: something follows the array", artifacts.ErrCorrupt)
	default:
		return err
	}
}

// fill reads the numbers from i to j.
func (n *numberReader) fill(numbers reflect.Value, i, j int) error {
	var scratch []byte
	if n.widen != nil {
		scratch = newScratch(min(j-i, step/n.dtype.size) * n.dtype.size)
	}
	for i < j {
		if err := n.ctx.Err(); err != nil {
			return err
		}
		k := min(j, i+step/n.dtype.size)
		dst := bytesOf(numbers, i, k)
		src := dst
		if n.widen != nil {
			src = scratch[:(k-i)*n.dtype.size]
		}
		if err := readFull(n.r, src); err != nil {
			return err
		}
		switch {
		case n.dtype.kind == 'b':
			normalise(src)
		case n.dtype.big != bigHost:
			swap(src, n.dtype.word())
		}
		if n.widen != nil {
			n.widen(dst, src)
		}
		i = k
	}
	return nil
}
