//go:build go1.22

// Package gen has the functions that generated packages are given: package archive
// copies this file into them. It imports the standard library only. The constraint
// above makes the compiler refuse what modules of Go 1.22 could not compile.
package gen

import (
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"strconv"
	"strings"
	"unsafe"
)

// lsPtr returns a pointer to a value.
func lsPtr[T any](v T) *T { return &v }

// lsMust returns what a constructor returned without an error.
func lsMust[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// lsText makes a value from its text.
func lsText[T any, P interface {
	*T
	UnmarshalText([]byte) error
}](text string) T {
	var v T
	err := P(&v).UnmarshalText([]byte(text))
	return lsMust(v, err)
}

// lsJSON makes a value from its JSON.
func lsJSON[T any, P interface {
	*T
	UnmarshalJSON([]byte) error
}](text string) T {
	var v T
	err := P(&v).UnmarshalJSON([]byte(text))
	return lsMust(v, err)
}

// lsBinary makes a value from its bytes.
func lsBinary[T any, P interface {
	*T
	UnmarshalBinary([]byte) error
}](data string) T {
	var v T
	err := P(&v).UnmarshalBinary([]byte(data))
	return lsMust(v, err)
}

// lsArray reads a slice of numbers, or of rows of numbers, from a file in the format
// npy, version 1.0, as package archive writes it.
func lsArray[S any](files fs.FS, name string) S {
	var s S
	err := lsReadArray(files, name, reflect.ValueOf(&s).Elem())
	if err != nil {
		panic(fmt.Errorf("read array %q: %w", name, err))
	}
	return s
}

func lsReadArray(files fs.FS, name string, dst reflect.Value) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 10)
	if _, err := io.ReadFull(f, head); err != nil {
		return err
	}
	if string(head[:8]) != "\x93NUMPY\x01\x00" {
		return fmt.Errorf("it is not a npy file of version 1.0")
	}
	text := make([]byte, binary.LittleEndian.Uint16(head[8:]))
	if _, err := io.ReadFull(f, text); err != nil {
		return err
	}
	elem, axes := dst.Type(), 0
	for elem.Kind() == reflect.Slice {
		elem = elem.Elem()
		axes++
	}
	shape, n, err := lsShape(string(text), elem)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := int(elem.Size())
	if want := int64(len(head)+len(text)) + int64(n)*int64(size); len(shape) != axes || info.Size() != want {
		return fmt.Errorf("%d bytes and shape %v do not fit a %s", info.Size(), shape, dst.Type())
	}
	if n == 0 {
		return nil
	}
	numbers := reflect.MakeSlice(reflect.SliceOf(elem), n, n)
	memory := unsafe.Slice((*byte)(numbers.UnsafePointer()), n*size)
	if _, err := io.ReadFull(f, memory); err != nil {
		return err
	}
	lsSwap(memory, elem)
	if axes == 1 {
		dst.Set(numbers.Convert(dst.Type()))
		return nil
	}
	dst.Set(reflect.MakeSlice(dst.Type(), shape[0], shape[0]))
	for i := range shape[0] {
		row := numbers.Slice3(i*shape[1], (i+1)*shape[1], (i+1)*shape[1])
		dst.Index(i).Set(row.Convert(dst.Type().Elem()))
	}
	return nil
}

// lsShape reads the header, which says what the numbers are and how many.
func lsShape(text string, elem reflect.Type) (shape []int, n int, err error) {
	// Go's names of the kinds begin with the letters that numpy has for them.
	code := elem.Kind().String()[:1] + strconv.Itoa(int(elem.Size())) + "'"
	half := elem.Kind() == reflect.Uint16 && strings.Contains(text, "'<f2'") // for which Go has no kind
	if !half && !strings.Contains(text, "'<"+code) && !strings.Contains(text, "'|"+code) {
		return nil, 0, fmt.Errorf("it does not have elements of type %s: %s", elem, text)
	}
	_, rest, _ := strings.Cut(text, "'shape': (")
	rest, _, _ = strings.Cut(rest, ")")
	n = 1
	for _, axis := range strings.Split(strings.TrimSuffix(rest, ","), ", ") {
		length, err := strconv.Atoi(axis)
		if err != nil || length < 0 {
			return nil, 0, fmt.Errorf("it has no shape: %s", text)
		}
		shape = append(shape, length)
		n *= length
	}
	return shape, n, nil
}

// lsSwap turns numbers around where the machine has the most significant byte first.
func lsSwap(memory []byte, elem reflect.Type) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return
	}
	word := int(elem.Size())
	if elem.Kind() == reflect.Complex64 || elem.Kind() == reflect.Complex128 {
		word /= 2
	}
	for ; len(memory) >= word; memory = memory[word:] {
		for i := range word / 2 {
			memory[i], memory[word-1-i] = memory[word-1-i], memory[i]
		}
	}
}

// lsUnloaded stands for the files of arrays that are not in the program until their
// package is told where they are.
type lsUnloaded string

func (load lsUnloaded) Open(string) (fs.File, error) {
	return nil, fmt.Errorf("%s has to be called first", string(load))
}
