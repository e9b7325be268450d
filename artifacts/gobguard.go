package artifacts

import (
	"errors"
	"fmt"
	"math"
)

// The decoder of encoding/gob is not made for crafted files. It recurses with
// the value it reads, and a stack that is exhausted ends the process beyond
// any recover: a few megabytes are enough. And it believes the number of
// entries a map is said to have, so a few bytes make it ask for all memory or,
// where the entries are structs, keep it busy for ever. Files whose types allow
// any of this are therefore walked through first, by the format that the
// documentation of encoding/gob describes.

const (
	// maxGobDepth is the number of structs, lists and maps inside one another
	// that may be written.
	maxGobDepth = 10_000

	// maxGobReadDepth has room for the levels that are not counted when writing:
	// those within types that cannot be nested any deeper than they say.
	maxGobReadDepth = 2 * maxGobDepth
)

var (
	errGobDeep    = fmt.Errorf("gob is nested more than %d levels deep", maxGobReadDepth)
	errGobDamaged = errors.New("gob is damaged")
)

// guardGob returns an error if a gob would crash or hang the decoder, or is
// damaged in a way that leaves this open.
func guardGob(data []byte) error {
	w := gobWalk{stream: data, types: make(map[int64]gobType)}
	id := w.typeSequence(false)
	if w.err == nil && w.isRisky(id, make(map[int64]bool)) {
		w.top(id, 0)
	}
	return w.err
}

// The identifiers of gob's basic types; those of users begin at gobFirstUser.
const (
	gobBool = iota + 1
	gobInt
	gobUint
	gobFloat
	gobBytes
	gobString
	gobComplex
	gobInterface
	gobFirstUser = 64
)

// gobWalk is a place in a stream of messages. The first error ends the walk:
// all that follows reads zeros.
type gobWalk struct {
	stream  []byte // messages still to come
	message []byte // what is left of the present one
	types   map[int64]gobType
	err     error
}

func (w *gobWalk) fail(err error) {
	if w.err == nil {
		w.err = err
	}
	w.stream, w.message = nil, nil
}

// takeUint takes gob's unsigned integer off the front of data: one byte below
// 128, or the negated count of the big-endian bytes that follow.
func takeUint(data []byte) (x uint64, rest []byte, ok bool) {
	if len(data) == 0 {
		return 0, nil, false
	}
	if data[0] < 0x80 {
		return uint64(data[0]), data[1:], true
	}
	n := -int(int8(data[0]))
	if n > 8 || len(data) < 1+n {
		return 0, nil, false
	}
	for _, b := range data[1 : 1+n] {
		x = x<<8 | uint64(b)
	}
	return x, data[1+n:], true
}

func (w *gobWalk) uint() uint64 {
	x, rest, ok := takeUint(w.message)
	if !ok {
		w.fail(errGobDamaged)
		return 0
	}
	w.message = rest
	return x
}

func (w *gobWalk) int() int64 {
	x := w.uint()
	if x&1 != 0 {
		return ^int64(x >> 1)
	}
	return int64(x >> 1)
}

// skip passes over a byte count and the bytes.
func (w *gobWalk) skip() uint64 {
	n := w.uint()
	if n > uint64(len(w.message)) {
		w.fail(errGobDamaged)
		return 0
	}
	w.message = w.message[n:]
	return n
}

func (w *gobWalk) nextMessage() {
	n, rest, ok := takeUint(w.stream)
	if !ok || n > uint64(len(rest)) || n > math.MaxInt {
		w.fail(errGobDamaged)
		return
	}
	w.message, w.stream = rest[:n], rest[n:]
}

// typeSequence reads type definitions up to the type of the next value.
func (w *gobWalk) typeSequence(inInterface bool) int64 {
	for w.err == nil {
		if len(w.message) == 0 {
			w.nextMessage()
		}
		id := w.int()
		if id >= 0 {
			return id
		}
		w.define(-id)
		if len(w.message) > 0 {
			if !inInterface {
				w.fail(errGobDamaged)
			}
			w.uint() // the length of a message inside the message
		}
	}
	return 0
}

// top walks a value with a type of its own: the whole one or an interface's.
// One that is not a struct is written as the only field of one.
func (w *gobWalk) top(id int64, depth int) {
	if w.types[id].kind != gobStruct && w.uint() != 0 {
		w.fail(errGobDamaged)
	}
	w.value(id, depth)
}

func (w *gobWalk) value(id int64, depth int) {
	if depth > maxGobReadDepth {
		w.fail(errGobDeep)
	}
	switch id {
	case gobBool, gobInt, gobUint, gobFloat:
		w.uint()
	case gobComplex:
		w.uint()
		w.uint()
	case gobBytes, gobString:
		w.skip()
	case gobInterface:
		w.interfaceValue(depth)
	default:
		w.composite(w.types[id], depth)
	}
}

func (w *gobWalk) composite(t gobType, depth int) {
	switch t.kind {
	case gobOpaque:
		w.skip()
	case gobStruct:
		w.fields(func(i int) {
			if i >= len(t.fields) {
				w.fail(errGobDamaged)
				return
			}
			w.value(t.fields[i], depth+1)
		})
	case gobList, gobMap:
		for n := w.uint(); n > 0 && w.err == nil; n-- {
			if len(w.message) == 0 {
				w.fail(errGobDamaged) // an empty struct takes a byte too
			}
			if t.kind == gobMap {
				w.value(t.key, depth+1)
			}
			w.value(t.elem, depth+1)
		}
	default:
		w.fail(errGobDamaged) // a type that was not defined
	}
}

// fields visits the fields that are present in a struct; each is numbered by
// its distance from the one before.
func (w *gobWalk) fields(visit func(i int)) {
	for i := -1; len(w.message) > 0; {
		delta := w.uint()
		if delta == 0 {
			return
		}
		if delta > math.MaxInt32 || i > math.MaxInt32 {
			w.fail(errGobDamaged)
			return
		}
		i += int(delta)
		visit(i)
	}
}

// interfaceValue walks the name of a concrete type, its identifier, the length
// of the value, and the value.
func (w *gobWalk) interfaceValue(depth int) {
	if w.skip() == 0 {
		return
	}
	id := w.typeSequence(true)
	if id == gobInterface {
		w.fail(errGobDamaged)
	}
	length, before, types := w.uint(), len(w.message), len(w.types)
	w.top(id, depth)
	// A decoder that has no use for the value trusts the length, one that has
	// does not: they must agree. Where a new type is defined inside the value
	// gob cuts the message in two there, and the length is of the first part.
	if types == len(w.types) && uint64(before-len(w.message)) != length {
		w.fail(errGobDamaged)
	}
}
