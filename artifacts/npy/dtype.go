package npy

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A dtype is how one number is written in a file.
type dtype struct {
	kind byte // 'b' bool, 'i' and 'u' integers, 'f' floats, 'c' complex numbers
	size int  // in bytes
	big  bool // the most significant byte comes first
}

// elements are the numbers that have a Go type.
var elements = map[string]reflect.Type{
	"b1": reflect.TypeFor[bool](),
	"i1": reflect.TypeFor[int8](), "i2": reflect.TypeFor[int16](), "i4": reflect.TypeFor[int32](), "i8": reflect.TypeFor[int64](),
	"u1": reflect.TypeFor[uint8](), "u2": reflect.TypeFor[uint16](), "u4": reflect.TypeFor[uint32](), "u8": reflect.TypeFor[uint64](),
	"f2": reflect.TypeFor[Float16](), "f4": reflect.TypeFor[float32](), "f8": reflect.TypeFor[float64](),
	"c8": reflect.TypeFor[complex64](), "c16": reflect.TypeFor[complex128](),
}

// code is the dtype without its byte order: "f8".
func (d dtype) code() string { return string(d.kind) + strconv.Itoa(d.size) }

// String is the dtype as numpy spells it: "<f8".
func (d dtype) String() string {
	switch {
	case d.size == 1:
		return "|" + d.code()
	case d.big:
		return ">" + d.code()
	}
	return "<" + d.code()
}

// word is the number of bytes that byte order is about.
func (d dtype) word() int {
	if d.kind == 'c' {
		return d.size / 2
	}
	return d.size
}

// parseDType reads what a header says about the numbers.
func parseDType(descr string) (dtype, error) {
	if len(descr) < 2 || elements[descr[1:]] == nil {
		return dtype{}, unreadable(descr)
	}
	order, code := descr[0], descr[1:]
	d := dtype{kind: code[0], size: int(elements[code].Size()), big: order == '>'}
	switch {
	case order == '<', order == '>':
	case order == '|' && d.size == 1:
	default:
		return dtype{}, fmt.Errorf("%w: dtype %q has no byte order", artifacts.ErrCorrupt, descr)
	}
	return d, nil
}

// unreadable says why numbers of a dtype are not read.
func unreadable(descr string) error {
	what := "has no counterpart in Go"
	switch {
	case len(descr) > 0 && descr[0] == '[':
		what = "is structured; save its fields as arrays of their own"
	case len(descr) > 1 && descr[1] == 'O':
		what = "holds Python objects as a pickle, which is not read"
	case len(descr) > 1 && (descr[1] == 'U' || descr[1] == 'S'):
		what = "is of strings; only numbers are read"
	case len(descr) > 1 && (descr[1] == 'M' || descr[1] == 'm'):
		what = "is of dates; save them as numbers with astype(\"i8\")"
	}
	const longest = 80
	if len(descr) > longest {
		descr = descr[:longest] + "..."
	}
	return fmt.Errorf("%w: dtype %q %s", artifacts.ErrTargetType, descr, what)
}

// dtypeOf returns how values of a Go type are written, in the byte order of most
// machines. It reports whether there is a way.
func dtypeOf(t reflect.Type) (dtype, bool) {
	size := int(t.Size())
	if t == reflect.TypeFor[Float16]() {
		return dtype{kind: 'f', size: size}, true
	}
	switch t.Kind() {
	case reflect.Bool:
		return dtype{kind: 'b', size: size}, true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return dtype{kind: 'i', size: size}, true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return dtype{kind: 'u', size: size}, true
	case reflect.Float32, reflect.Float64:
		return dtype{kind: 'f', size: size}, true
	case reflect.Complex64, reflect.Complex128:
		return dtype{kind: 'c', size: size}, true
	}
	return dtype{}, false
}

// holds reports whether every number of dtype from is one of dtype d as well.
func (d dtype) holds(from dtype) bool {
	if d.kind == from.kind {
		return d.size >= from.size
	}
	switch {
	case d.kind == 'i' && from.kind == 'u':
		return d.size > from.size
	case d.kind == 'f' && (from.kind == 'i' || from.kind == 'u'):
		// Mantissas of 24 and 53 bits hold integers of 16 and 32.
		return d.size >= 4 && d.size >= 2*from.size
	}
	return false
}
