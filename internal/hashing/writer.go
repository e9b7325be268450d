package hashing

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"sync"
)

const (
	// BlockSize is the number of bytes that are hashed at once: a tenth or two of a
	// millisecond, against which handing them to a goroutine does not count.
	BlockSize = 256 << 10

	// ahead is how many blocks may wait to be hashed. More would not help, as what
	// hashes is either faster than what writes or behind for good.
	ahead = 3
)

// blocks are kept for the next file.
var blocks = sync.Pool{New: func() any { return new([BlockSize]byte) }}

// A Writer takes the SHA-256 of what is written to it, and passes it on in blocks.
// A file of less than a block is hashed as it is flushed, by the caller; of a
// larger one other goroutines hash a block while the caller passes it on and fills
// the next ones. It holds 1 MiB at most.
type Writer struct {
	to  io.Writer // nil: bytes are hashed only
	err error     // first one of to

	sum hash.Hash // of the goroutines until last is closed, else of the caller
	n   int64     // bytes written

	ring [ahead + 1]block
	at   int // the block that is being filled
	fill int // bytes in it

	last chan struct{} // closed when all that was handed on is hashed; nil: nothing was
}

// A block is filled, then hashed and passed on at the same time, then filled again.
type block struct {
	bytes  *[BlockSize]byte // nil: not needed yet
	hashed chan struct{}    // closed when it is; nil: it can be filled
}

// New returns a Writer that passes nothing on. It takes no memory for the first
// block, and none of its methods fails.
func New() *Writer { return NewWriter(nil) }

// NewWriter returns a Writer to a file or the like. What is written has to be
// flushed at the end.
func NewWriter(to io.Writer) *Writer { return &Writer{to: to, sum: sha256.New()} }

// Write adds bytes. An error is the first one of what they are passed on to.
func (w *Writer) Write(p []byte) (int, error) {
	if w.to == nil && w.fill == 0 && w.last == nil && w.n+int64(len(p)) <= BlockSize {
		w.n += int64(len(p))
		return w.sum.Write(p)
	}
	for rest := p; len(rest) > 0; {
		m := copy(w.free(), rest)
		rest = rest[m:]
		if err := w.filled(m); err != nil {
			return len(p) - len(rest), err
		}
	}
	return len(p), w.err
}

// ReadFrom adds what r holds, without copying it once more as Write does.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	for start := w.n; ; {
		m, err := r.Read(w.free())
		if passed := w.filled(m); passed != nil {
			err = passed
		}
		if err == io.EOF {
			return w.n - start, nil
		}
		if err != nil {
			return w.n - start, err
		}
	}
}

// Copy adds what r holds and passes it on to a place that is for this call alone.
// It is for a Writer that passes nothing on otherwise.
func (w *Writer) Copy(to io.Writer, r io.Reader) (int64, error) {
	_ = w.Flush() // what waits is hashed only
	w.to = to
	defer func() { w.to, w.err = nil, nil }() // also when the place panics, which callers survive
	n, err := w.ReadFrom(r)
	if flushed := w.Flush(); err == nil {
		err = flushed
	}
	return n, err
}

// Flush passes on and hashes what waits for its block to be full.
func (w *Writer) Flush() error {
	if w.fill == 0 {
		return w.err
	}
	part := w.ring[w.at].bytes[:w.fill]
	w.fill = 0
	defer func() { // as it was added, whatever becomes of it
		w.wait()
		w.sum.Write(part)
	}()
	return w.pass(part)
}

// Size returns the number of bytes that were added.
func (w *Writer) Size() int64 { return w.n }

// Sum returns the SHA-256 of all that was added, in hexadecimal digits, after
// flushing it. More may be added afterwards.
func (w *Writer) Sum() string {
	_ = w.Flush() // its error is kept for the next call
	w.wait()
	for i := range w.ring {
		if b := &w.ring[i]; b.bytes != nil {
			blocks.Put(b.bytes)
			*b = block{}
		}
	}
	return hex.EncodeToString(w.sum.Sum(nil))
}

// free returns the part of a block that is to be filled.
func (w *Writer) free() []byte {
	b := &w.ring[w.at]
	if b.hashed != nil {
		<-b.hashed
		b.hashed = nil
	}
	if b.bytes == nil {
		b.bytes = blocks.Get().(*[BlockSize]byte)
	}
	return b.bytes[w.fill:]
}

// filled counts bytes that came into the block, and hands on a full one. Blocks
// are hashed in order, as each waits for the one before.
func (w *Writer) filled(n int) error {
	w.n += int64(n)
	if w.fill += n; w.fill < BlockSize {
		return w.err
	}
	b := &w.ring[w.at]
	w.at, w.fill = (w.at+1)%len(w.ring), 0
	bytes, before, done := b.bytes, w.last, make(chan struct{})
	b.hashed, w.last = done, done
	go func() {
		if before != nil {
			<-before
		}
		w.sum.Write(bytes[:])
		close(done)
	}()
	return w.pass(bytes[:])
}

// wait waits until all that was handed on is hashed.
func (w *Writer) wait() {
	if w.last != nil {
		<-w.last
	}
}

// pass writes to what comes after, unless that has failed.
func (w *Writer) pass(p []byte) error {
	if w.to == nil || w.err != nil {
		return w.err
	}
	n, err := w.to.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	w.err = err
	return err
}
