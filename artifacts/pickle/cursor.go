package pickle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A cursor reads a file that is in memory. What is asked for must be there, so a
// size the file claims costs nothing until its bytes were seen.
type cursor struct {
	data   []byte
	pos    int
	end    int // of the current frame; len(data) outside of one
	framed bool
}

// take returns the next n bytes, which stay the file's.
func (c *cursor) take(n uint64) ([]byte, error) {
	if n > uint64(c.end-c.pos) {
		if c.framed {
			return nil, errors.New("a value runs over the end of its frame")
		}
		return nil, io.ErrUnexpectedEOF
	}
	b := c.data[c.pos : c.pos+int(n)]
	c.pos += int(n)
	return b, nil
}

// uint reads a little-endian number of 1, 2, 4 or 8 bytes.
func (c *cursor) uint(size uint64) (uint64, error) {
	b, err := c.take(size)
	if err != nil {
		return 0, err
	}
	switch size {
	case 1:
		return uint64(b[0]), nil
	case 2:
		return uint64(binary.LittleEndian.Uint16(b)), nil
	case 4:
		return uint64(binary.LittleEndian.Uint32(b)), nil
	}
	return binary.LittleEndian.Uint64(b), nil
}

// sized reads bytes that their length stands before, in so many bytes.
func (c *cursor) sized(size uint64) ([]byte, error) {
	n, err := c.uint(size)
	if err != nil {
		return nil, err
	}
	return c.take(n)
}

// line reads up to a line feed, which it leaves out.
func (c *cursor) line() ([]byte, error) {
	n := bytes.IndexByte(c.data[c.pos:c.end], '\n')
	if n < 0 {
		return nil, io.ErrUnexpectedEOF
	}
	b := c.data[c.pos : c.pos+n]
	c.pos += n + 1
	return b, nil
}

// opcode reads the next one. Frames end between opcodes.
func (c *cursor) opcode() (byte, error) {
	if c.pos == c.end {
		c.end, c.framed = len(c.data), false
	}
	b, err := c.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// frame begins a frame, whose length comes next.
func (c *cursor) frame() error {
	size, err := c.uint(8)
	if err != nil {
		return err
	}
	if c.framed {
		return errors.New("a frame within a frame")
	}
	if size > uint64(c.end-c.pos) {
		return fmt.Errorf("a frame of %d bytes: %w", size, io.ErrUnexpectedEOF)
	}
	c.end, c.framed = c.pos+int(size), true
	return nil
}
