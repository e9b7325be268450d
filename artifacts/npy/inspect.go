package npy

import (
	"cmp"
	"context"
	"errors"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Summary is what [Inspect] found out about an array.
type Summary struct {
	Header

	// First are the first numbers in the order of the file: bool, int64, uint64,
	// float32 (also of halves), float64 or complex128.
	First []any

	// Min and Max are the smallest and the largest number that are not NaN, of
	// the types of First; nil if there is none, or if they are bools or complex.
	Min, Max any

	NaN int // how many numbers are NaN, or have a part that is

	// Unread says why the numbers are not read: their type has no counterpart
	// in Go.
	Unread error
}

// inspected is the number of bytes of the numbers that are in memory at once.
const inspected = 1 << 20

// Inspect reads a file to its end and tells what is in it, with at most first of
// its numbers. No others are kept in memory. Of elements that the handler cannot
// read it tells what the header says, and reads no further.
func Inspect(ctx context.Context, r io.Reader, first int) (Summary, error) {
	h, size, err := readHeader(r)
	if err != nil {
		return Summary{}, err
	}
	sum := Summary{Header: h}
	d, err := parseDType(h.DType)
	if errors.Is(err, artifacts.ErrTargetType) {
		sum.Unread = err
		return sum, nil
	}
	if err != nil {
		return Summary{}, err
	}
	element := widest[d.kind]
	widen, _ := widenerTo(element, d)
	in := &numberReader{ctx: ctx, r: r, dtype: d, widen: widen}
	if err := in.known(r, size, h.Elements()); err != nil {
		return Summary{}, err
	}
	block := inspected / int(element.Size())
	numbers := reflect.MakeSlice(reflect.SliceOf(element), min(block, h.Elements()), min(block, h.Elements()))
	for left := h.Elements(); left > 0; left -= numbers.Len() {
		numbers = numbers.Slice(0, min(left, numbers.Len()))
		if err := in.fill(numbers, 0, numbers.Len()); err != nil {
			return Summary{}, err
		}
		sum.add(numbers.Interface(), first)
	}
	sum.narrow(d)
	return sum, in.end()
}

// widest are the types that hold all numbers of a kind.
var widest = map[byte]reflect.Type{
	'b': reflect.TypeFor[bool](), 'i': reflect.TypeFor[int64](), 'u': reflect.TypeFor[uint64](),
	'f': reflect.TypeFor[float64](), 'c': reflect.TypeFor[complex128](),
}

func (s *Summary) add(numbers any, first int) {
	switch numbers := numbers.(type) {
	case []bool:
		keepFirst(s, numbers, first)
	case []int64:
		extend(s, numbers)
		keepFirst(s, numbers, first)
	case []uint64:
		extend(s, numbers)
		keepFirst(s, numbers, first)
	case []float64:
		s.NaN += countNaN(numbers)
		extend(s, numbers)
		keepFirst(s, numbers, first)
	case []complex128:
		s.NaN += countNaN(numbers)
		keepFirst(s, numbers, first)
	}
}

// countNaN counts the numbers that differ from themselves.
func countNaN[T float64 | complex128](numbers []T) int {
	n := 0
	for _, x := range numbers {
		if x != x {
			n++
		}
	}
	return n
}

func keepFirst[T any](s *Summary, numbers []T, first int) {
	for _, x := range numbers[:max(0, min(len(numbers), first-len(s.First)))] {
		s.First = append(s.First, x)
	}
}

// extend widens the range to the numbers. Comparisons with NaN are false, which
// leaves it out.
func extend[T cmp.Ordered](s *Summary, numbers []T) {
	low, known := s.Min.(T)
	high, _ := s.Max.(T)
	for _, x := range numbers {
		if !known {
			low, high, known = x, x, x == x // NaN differs from itself
		}
		if x < low {
			low = x
		}
		if x > high {
			high = x
		}
	}
	if known {
		s.Min, s.Max = low, high
	}
}

// narrow gives short floats the type they are printed shortest in.
func (s *Summary) narrow(d dtype) {
	if d.kind != 'f' || d.size > 4 {
		return
	}
	for i, x := range s.First {
		s.First[i] = float32(x.(float64))
	}
	if s.Min != nil {
		s.Min, s.Max = float32(s.Min.(float64)), float32(s.Max.(float64))
	}
}
