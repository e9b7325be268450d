package wire

import (
	"bufio"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// An ItemReader divides a sequence into its items. It reads each byte once and
// holds one item; the decoder of a stream would look again at all it has of an
// item whenever more arrives.
type ItemReader struct {
	r    *bufio.Reader
	item []byte
	err  error
}

// NewItemReader returns an ItemReader that reads from r, further than the items
// it returned.
func NewItemReader(r io.Reader) *ItemReader { return &ItemReader{r: bufio.NewReaderSize(r, 32<<10)} }

// Next returns the next item, which stays valid until the call after. It returns
// [io.EOF] after the last one, and [artifacts.ErrCorrupt] for what is no item of
// the profile or larger than [MaxItem].
func (ir *ItemReader) Next() ([]byte, error) {
	if ir.err != nil {
		return nil, ir.err
	}
	if cap(ir.item) > keepItem {
		ir.item = nil // one large item should not occupy memory for all that follow
	}
	ir.item = ir.item[:0]
	if ir.err = ir.read(); ir.err != nil {
		return nil, ir.err
	}
	return ir.item, nil
}

// keepItem is up to which size a buffer is used again, in bytes.
const keepItem = 1 << 20

func (ir *ItemReader) read() error {
	if _, err := ir.r.Peek(1); err != nil {
		return err // io.EOF between two items is the end
	}
	var s scanner
	for {
		b, err := ir.r.Peek(1)
		if err != nil {
			return short(err)
		}
		n := headSize(b[0])
		if n == 0 {
			return notAnItem(errHead)
		}
		if b, err = ir.r.Peek(n); err != nil {
			return short(err)
		}
		payload, done, err := s.next(parseHead(b))
		if err != nil {
			return notAnItem(err)
		}
		if err := ir.take(uint64(n)); err != nil {
			return err
		}
		if err := ir.take(payload); err != nil {
			return err
		}
		if done {
			return nil
		}
	}
}

// take moves bytes into the item, as far as they are really there: a length is
// only somebody's word.
func (ir *ItemReader) take(n uint64) error {
	if n > MaxItem || uint64(len(ir.item))+n > MaxItem {
		return notAnItem(fmt.Errorf("an item of more than %d bytes", MaxItem))
	}
	for n > 0 {
		b, err := ir.r.Peek(int(min(n, uint64(ir.r.Size()))))
		ir.item = append(ir.item, b...)
		if err != nil {
			return short(err)
		}
		n -= uint64(len(b))
		ir.r.Discard(len(b)) // of what was seen
	}
	return nil
}

func short(err error) error {
	if err == io.EOF {
		return notAnItem(errShort)
	}
	return err
}

func notAnItem(err error) *Error {
	return &Error{Kind: artifacts.ErrCorrupt, Reason: err.Error(), Cause: err}
}
