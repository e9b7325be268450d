package parquet

import (
	"encoding/binary"
	"errors"
)

// thrift walks through values of Thrift's compact protocol without making
// anything of them. The encoding is that of
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
type thrift struct{ rest []byte }

// Types of the compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	thriftUUID   = 13
)

// maxThriftDepth is far above what parquet.thrift has.
const maxThriftDepth = 32

var errThrift = errors.New("damaged")

func (t *thrift) byte() (byte, error) {
	if len(t.rest) == 0 {
		return 0, errThrift
	}
	b := t.rest[0]
	t.rest = t.rest[1:]
	return b, nil
}

func (t *thrift) varint() (uint64, error) {
	v, n := binary.Uvarint(t.rest)
	if n <= 0 {
		return 0, errThrift
	}
	t.rest = t.rest[n:]
	return v, nil
}

func (t *thrift) advance(n uint64) error {
	if n > uint64(len(t.rest)) {
		return errThrift
	}
	t.rest = t.rest[n:]
	return nil
}

// fields calls visit for each field of a struct. visit reads the value.
func (t *thrift) fields(depth int, visit func(id int64, typ byte) error) error {
	if depth > maxThriftDepth {
		return errThrift
	}
	id := int64(0)
	for {
		head, err := t.byte()
		if err != nil || head == 0 {
			return err
		}
		if delta := head >> 4; delta != 0 {
			id += int64(delta)
		} else {
			zigzag, err := t.varint()
			if err != nil {
				return err
			}
			id = int64(zigzag>>1) ^ -int64(zigzag&1)
		}
		if err := visit(id, head&15); err != nil {
			return err
		}
	}
}

// list calls visit for each element of a list or set. Each takes a byte at
// least, so a number of them that lies is soon found out.
func (t *thrift) list(depth int, visit func(typ byte) error) error {
	if depth > maxThriftDepth {
		return errThrift
	}
	head, err := t.byte()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, err = t.varint(); err != nil {
			return err
		}
	}
	if n > uint64(len(t.rest)) {
		return errThrift
	}
	for range n {
		if err := visit(head & 15); err != nil {
			return err
		}
	}
	return nil
}

// skip passes over a value. Booleans have none when they are fields, and a byte
// when they are elements.
func (t *thrift) skip(typ byte, depth int) error {
	switch typ {
	case thriftTrue, thriftFalse:
		return nil
	case thriftByte:
		return t.advance(1)
	case thriftI16, thriftI32, thriftI64:
		_, err := t.varint()
		return err
	case thriftDouble:
		return t.advance(8)
	case thriftUUID:
		return t.advance(16)
	case thriftBinary:
		n, err := t.varint()
		if err != nil {
			return err
		}
		return t.advance(n)
	case thriftList, thriftSet:
		return t.list(depth+1, func(typ byte) error { return t.skipElement(typ, depth+1) })
	case thriftStruct:
		return t.fields(depth+1, func(_ int64, typ byte) error { return t.skip(typ, depth+1) })
	case thriftMap:
		return t.skipMap(depth + 1)
	}
	return errThrift
}

func (t *thrift) skipElement(typ byte, depth int) error {
	if typ == thriftTrue || typ == thriftFalse {
		return t.advance(1)
	}
	return t.skip(typ, depth)
}

func (t *thrift) skipMap(depth int) error {
	n, err := t.varint()
	if err != nil || n == 0 {
		return err
	}
	if depth > maxThriftDepth || n > uint64(len(t.rest)) {
		return errThrift
	}
	types, err := t.byte()
	for range n {
		if err == nil {
			err = t.skipElement(types>>4, depth)
		}
		if err == nil {
			err = t.skipElement(types&15, depth)
		}
		if err != nil {
			return err
		}
	}
	return err
}
