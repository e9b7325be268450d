package hdf5

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unsafe"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

const (
	// variableSize is the size of a reference to a string of any length: the
	// length, the address of the collection it is in, and its number there.
	variableSize = 4 + 8 + 4

	// stringBytes is what a string takes beside its bytes.
	stringBytes = uint64(unsafe.Sizeof(""))
)

// readText reads strings into a target.
func (d *Dataset) readText(ctx context.Context, r io.Reader, shape []int, target any) error {
	t := reflect.TypeOf(target).Elem()
	natural := reflect.TypeFor[string]()
	for range shape {
		natural = reflect.SliceOf(natural)
	}
	if t.Kind() == reflect.Interface && natural.AssignableTo(t) {
		t = natural
	}
	if err := textFits(t, shape); err != nil {
		return err
	}
	n := 1
	for _, k := range shape {
		n *= k
	}
	texts := make([]string, n)
	var element []byte
	if n > 0 { // else nobody has asked whether there is memory for one
		element = make([]byte, d.typ.size)
	}
	heap := globalHeap{meta: d.file.meta()}
	for i := range texts {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := io.ReadFull(r, element); err != nil {
			return err
		}
		var err error
		if texts[i], err = d.text(&heap, element); err != nil {
			return err
		}
	}
	value := reflect.New(t).Elem()
	fillText(value, texts, shape)
	reflect.ValueOf(target).Elem().Set(value)
	return nil
}

// text returns the string that an element is.
func (d *Dataset) text(heap *globalHeap, element []byte) (string, error) {
	switch {
	case d.typ.kind == 'O':
		c := &cursor{b: element}
		length, addr, number := uint64(c.u32()), c.u64(), c.u32()
		if length == 0 || addr == 0 || addr == undefined {
			return "", nil
		}
		text, err := heap.object(addr, number)
		if err != nil {
			return "", err
		}
		if length > uint64(len(text)) {
			return "", corrupt("a string of %d bytes in %d", length, len(text))
		}
		// A zero is the end to whoever reads with the library in C.
		text, _, _ = strings.Cut(text[:length], "\x00")
		return text, nil
	case d.typ.padding == padSpace:
		return string(bytes.TrimRight(element, " ")), nil
	case d.typ.padding == padNull:
		return string(bytes.TrimRight(element, "\x00")), nil
	}
	text, _, _ := bytes.Cut(element, []byte{0})
	return string(text), nil
}

// maxEmptyRows is the number of slices that are made for an array in which there
// is no element.
const maxEmptyRows = 1 << 16

// textFits returns an error if a type is not nested as strings of a shape are.
func textFits(t reflect.Type, shape []int) error {
	wrong := fmt.Errorf("%w: strings of shape %d do not fit a %s", artifacts.ErrTargetType, shape, t)
	rows, empty := 1, false
	for i, n := range shape {
		if t.Kind() != reflect.Slice && (t.Kind() != reflect.Array || t.Len() != n) {
			return wrong
		}
		t = t.Elem()
		empty = empty || n == 0
		if i < len(shape)-1 && !empty {
			rows *= n
		}
	}
	if empty && rows > maxEmptyRows {
		return fmt.Errorf("%w: strings of shape %d have rows and no elements", artifacts.ErrTargetType, shape)
	}
	if t.Kind() != reflect.String {
		return wrong
	}
	return nil
}

// fillText sets nested slices or arrays to strings.
func fillText(dst reflect.Value, texts []string, shape []int) {
	if len(shape) == 0 {
		dst.SetString(texts[0])
		return
	}
	if dst.Kind() == reflect.Slice {
		dst.Set(reflect.MakeSlice(dst.Type(), shape[0], shape[0]))
	}
	if shape[0] == 0 {
		return
	}
	n := len(texts) / shape[0]
	for i := range shape[0] {
		fillText(dst.Index(i), texts[i*n:(i+1)*n], shape[1:])
	}
}

// A globalHeap is where strings of any length are: in collections of them (III.E).
type globalHeap struct {
	*meta
	collections map[uint64]map[uint32]string
}

// object returns an object of a collection. Those of one share memory.
func (h *globalHeap) object(addr uint64, number uint32) (string, error) {
	objects, ok := h.collections[addr]
	if !ok {
		var err error
		if objects, err = h.collection(addr); err != nil {
			return "", err
		}
		if h.collections == nil {
			h.collections = make(map[uint64]map[uint32]string)
		}
		h.collections[addr] = objects
	}
	object, ok := objects[number]
	if !ok {
		return "", corrupt("string %d is not in the collection at address %#x", number, addr)
	}
	return object, nil
}

func (h *globalHeap) collection(addr uint64) (map[uint32]string, error) {
	const prefix = 16
	c, err := h.read(addr, prefix)
	if err != nil {
		return nil, err
	}
	c.magic("GCOL", 1)
	c.skip(3)
	size := c.u64()
	if c.err != nil || size < prefix {
		return nil, corrupt("no collection of strings at address %#x", addr)
	}
	if c, err = h.read(addr+prefix, size-prefix); err != nil {
		return nil, err
	}
	objects := make(map[uint32]string)
	text := string(c.b)
	for len(c.b) >= prefix {
		number := uint32(binary.LittleEndian.Uint16(c.b))
		c.skip(8) // number, references to it
		size := c.u64()
		if number == 0 { // what is free, up to the end
			break
		}
		start := uint64(len(text) - len(c.b))
		const align = 8
		c.skip(size)
		c.take(min((align-size%align)%align, uint64(len(c.b))))
		if c.err != nil {
			return nil, c.err
		}
		objects[number] = text[start : start+size]
	}
	return objects, nil
}
