package pickle

import (
	"encoding/binary"
	"io"
	"math"
	"math/big"
	"slices"
)

// Protocol 4 puts what is written into frames, so that readers can fetch more
// than an opcode at a time. The sizes are CPython's.
const (
	protocol  = 4
	frameGoal = 64 << 10 // a frame ends at the first opcode past it
	frameMin  = 4        // shorter ones are not worth their header
)

// A writer writes opcodes in frames. The first error of w stays.
type writer struct {
	w     io.Writer
	frame []byte // what is in the current one
	err   error
	memo  uint32 // number of values that are memoised
}

func (w *writer) write(b []byte) {
	if w.err != nil {
		return
	}
	var n int
	n, w.err = w.w.Write(b)
	if w.err == nil && n < len(b) {
		w.err = io.ErrShortWrite
	}
}

// flush writes the frame.
func (w *writer) flush() {
	if len(w.frame) >= frameMin {
		w.write(binary.LittleEndian.AppendUint64([]byte{opFrame}, uint64(len(w.frame))))
	}
	if len(w.frame) > 0 {
		w.write(w.frame)
	}
	w.frame = w.frame[:0]
}

// boundary is called between opcodes.
func (w *writer) boundary() {
	if len(w.frame) >= frameGoal {
		w.flush()
	}
}

func (w *writer) op(op ...byte) { w.frame = append(w.frame, op...) }

// memoize numbers the value that was written last.
func (w *writer) memoize() uint32 {
	w.op(opMemoize)
	w.memo++
	return w.memo - 1
}

// get writes a value that was memoised once more.
func (w *writer) get(n uint32) {
	if n <= 0xff {
		w.op(opBinGet, byte(n))
		return
	}
	w.frame = binary.LittleEndian.AppendUint32(append(w.frame, opLongBinGet), n)
}

func (w *writer) bool(b bool) {
	if b {
		w.op(opNewTrue)
	} else {
		w.op(opNewFalse)
	}
}

func (w *writer) int(n int64) {
	switch {
	case 0 <= n && n <= 0xff:
		w.op(opBinInt1, byte(n))
	case 0 <= n && n <= 0xffff:
		w.op(opBinInt2, byte(n), byte(n>>8))
	case n == int64(int32(n)):
		w.frame = binary.LittleEndian.AppendUint32(append(w.frame, opBinInt), uint32(n))
	default:
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		w.long(b[:])
	}
}

func (w *writer) bigInt(n *big.Int) {
	if n.IsInt64() {
		w.int(n.Int64())
		return
	}
	// Two's complement of one byte more than the magnitude has.
	size := n.BitLen()/8 + 1
	m := n
	if n.Sign() < 0 {
		m = new(big.Int).Lsh(big.NewInt(1), uint(8*size))
		m.Add(m, n)
	}
	b := m.FillBytes(make([]byte, size))
	slices.Reverse(b)
	w.long(b)
}

// long writes a little-endian number in two's complement, with no more bytes
// than it needs.
func (w *writer) long(b []byte) {
	for len(b) > 1 && (b[len(b)-1] == 0 && b[len(b)-2] < 0x80 || b[len(b)-1] == 0xff && b[len(b)-2] >= 0x80) {
		b = b[:len(b)-1]
	}
	sized(w, b, opLong1, opLong4, opLong4) // an int of 4 GiB is refused before
}

func (w *writer) float(f float64) {
	w.frame = binary.BigEndian.AppendUint64(append(w.frame, opBinFloat), math.Float64bits(f))
}

// text writes a str and memoises it.
func (w *writer) text(s string) uint32 {
	sized(w, s, opShortBinUnicode, opBinUnicode, opBinUnicode8)
	return w.memoize()
}

// bytes writes a bytes and memoises it.
func (w *writer) bytes(b []byte) uint32 {
	sized(w, b, opShortBinBytes, opBinBytes, opBinBytes8)
	return w.memoize()
}

// sized writes bytes behind their length, with the opcode for it. What is larger
// than a frame is written by itself.
func sized[T []byte | string](w *writer, b T, short, long, longest byte) {
	large := len(b) >= frameGoal
	if large {
		w.flush()
	}
	switch n := uint64(len(b)); {
	case n <= math.MaxUint8:
		w.op(short, byte(n))
	case n <= math.MaxUint32:
		w.frame = binary.LittleEndian.AppendUint32(append(w.frame, long), uint32(n))
	default:
		w.frame = binary.LittleEndian.AppendUint64(append(w.frame, longest), n)
	}
	if !large {
		w.frame = append(w.frame, b...)
		return
	}
	// No frame around the header: it ends where the bytes begin.
	w.write(w.frame)
	w.frame = w.frame[:0]
	for rest := b; len(rest) > 0; {
		n := min(len(rest), frameGoal)
		w.write([]byte(rest[:n]))
		rest = rest[n:]
	}
}
