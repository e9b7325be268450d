package npy

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// This file is the one that looks at numbers as the bytes they are in memory.
// That is what makes a gigabyte of them as fast to write as bytes. It is sound
// because a number has no pointers, no padding, and a meaning for all its bits;
// bool alone has not, see normalise.

// bigHost says that this machine keeps the most significant byte first.
var bigHost = binary.NativeEndian.Uint16([]byte{1, 0}) != 1

// bytesOf returns the memory of the elements from i to j of a slice of numbers,
// or of an array that has an address.
func bytesOf(numbers reflect.Value, i, j int) []byte {
	if i == j {
		return nil
	}
	first := numbers.Index(i)
	return unsafe.Slice((*byte)(first.Addr().UnsafePointer()), (j-i)*int(first.Type().Size()))
}

// numbersIn returns bytes as the numbers that they are. The bytes must be where
// numbers of that type may be.
func numbersIn[T any](b []byte) []T {
	var one T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(one)))
}

// newScratch returns bytes in which numbers of any type may be.
func newScratch(size int) []byte {
	words := make([]complex128, (size+15)/16)
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), size)
}

// swap turns each word of a number of bytes around.
func swap(b []byte, word int) {
	switch word {
	case 2:
		for ; len(b) >= 2; b = b[2:] {
			b[0], b[1] = b[1], b[0]
		}
	case 4:
		for ; len(b) >= 4; b = b[4:] {
			binary.BigEndian.PutUint32(b, binary.LittleEndian.Uint32(b))
		}
	case 8:
		for ; len(b) >= 8; b = b[8:] {
			binary.BigEndian.PutUint64(b, binary.LittleEndian.Uint64(b))
		}
	}
}

// transpose returns a copy of numbers that are in Fortran order in C order.
func transpose(numbers reflect.Value, shape []int) reflect.Value {
	n := numbers.Len()
	moved := reflect.MakeSlice(numbers.Type(), n, n)
	dst, src := bytesOf(moved, 0, n), bytesOf(numbers, 0, n)
	switch numbers.Type().Elem().Size() {
	case 1:
		reorder(dst, src, shape)
	case 2:
		reorder(numbersIn[uint16](dst), numbersIn[uint16](src), shape)
	case 4:
		reorder(numbersIn[uint32](dst), numbersIn[uint32](src), shape)
	case 8:
		reorder(numbersIn[uint64](dst), numbersIn[uint64](src), shape)
	default:
		reorder(numbersIn[complex128](dst), numbersIn[complex128](src), shape)
	}
	return moved
}

// reorder copies from Fortran order to C order an array with two axes or more
// and at least one element. The first axis, along which src is dense, and the
// last, along which dst is, are gone through in tiles that both fit the cache;
// the axes between are counted through.
func reorder[T any](dst, src []T, shape []int) {
	const tile = 32
	last := len(shape) - 1
	rows, cols := shape[0], shape[last]
	rowStep, colStep := len(dst)/rows, len(src)/cols // in dst of the first axis, in src of the last

	index := make([]int, max(0, last-1)) // of the axes between
	for {
		to, from := 0, 0
		step := rows
		for k, i := range index {
			to = to*shape[k+1] + i
			from += i * step
			step *= shape[k+1]
		}
		to *= cols
		for r0 := 0; r0 < rows; r0 += tile {
			for c0 := 0; c0 < cols; c0 += tile {
				for r := r0; r < min(r0+tile, rows); r++ {
					for c := c0; c < min(c0+tile, cols); c++ {
						dst[to+r*rowStep+c] = src[from+c*colStep+r]
					}
				}
			}
		}
		k := len(index) - 1
		for ; k >= 0; k-- {
			if index[k]++; index[k] < shape[k+1] {
				break
			}
			index[k] = 0
		}
		if k < 0 {
			return
		}
	}
}

// normalise makes each byte a bool's: Go allows 0 and 1 only, and numpy takes
// all that is not 0 for true.
func normalise(b []byte) {
	for i, c := range b {
		b[i] = min(c, 1)
	}
}
