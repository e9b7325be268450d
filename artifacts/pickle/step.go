package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// maxProtocol is the highest that is known.
const maxProtocol = 5

// step runs one opcode.
func (m *machine) step(op byte) error {
	switch op {
	case opNone:
		return m.push(nil)
	case opNewTrue:
		return m.push(true)
	case opNewFalse:
		return m.push(false)
	case opBinInt1:
		return m.integer(1)
	case opBinInt2:
		return m.integer(2)
	case opBinInt:
		n, err := m.in.uint(4)
		return m.pushed(int64(int32(n)), err)
	case opBinFloat:
		b, err := m.in.take(8)
		if err != nil {
			return err
		}
		return m.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
	case opLong1:
		return parsed(m, 1, binaryInt)
	case opLong4:
		return parsed(m, 4, binaryInt)
	case opShortBinUnicode:
		return parsed(m, 1, unicodeText)
	case opBinUnicode:
		return parsed(m, 4, unicodeText)
	case opBinUnicode8:
		return parsed(m, 8, unicodeText)
	case opShortBinBytes:
		return parsed(m, 1, bytesOf)
	case opBinBytes:
		return parsed(m, 4, bytesOf)
	case opBinBytes8:
		return parsed(m, 8, bytesOf)
	case opByteArray8:
		return parsed(m, 8, byteArrayOf)
	case opShortBinString:
		return parsed(m, 1, asciiText)
	case opBinString:
		return parsed(m, 4, asciiText)
	case opInt:
		return parsed(m, 0, intLine)
	case opLong:
		return parsed(m, 0, longLine)
	case opFloat:
		return parsed(m, 0, floatLine)
	case opString:
		return parsed(m, 0, stringLine)
	case opUnicode:
		return parsed(m, 0, unicodeLine)

	case opEmptyList:
		return m.push(&list{})
	case opEmptyTuple:
		return m.push(&tuple{})
	case opEmptyDict:
		return m.push(&dict{})
	case opEmptySet:
		return m.push(&set{})
	case opTuple1, opTuple2, opTuple3:
		items, err := m.popN(int(op) - opTuple1 + 1)
		return m.pushed(&tuple{items: slices.Clone(items)}, err)
	case opTuple:
		items, err := m.popMark()
		return m.pushed(&tuple{items: slices.Clone(items)}, err)
	case opList:
		items, err := m.popMark()
		return m.pushed(&list{items: slices.Clone(items)}, err)
	case opFrozenSet:
		items, err := m.popMark()
		return m.pushed(&set{items: slices.Clone(items), frozen: true}, err)
	case opDict:
		items, err := m.popMark()
		if err == nil && len(items)%2 != 0 {
			err = errors.New("a dict with a key and no value")
		}
		return m.pushed(&dict{items: slices.Clone(items)}, err)
	case opAppend:
		return m.extend(m.popN(1))
	case opAppends:
		return m.extend(m.popMark())
	case opAddItems:
		return m.add(m.popMark())
	case opSetItem:
		return m.set(m.popN(2))
	case opSetItems:
		return m.set(m.popMark())

	case opMark:
		m.marks = append(m.marks, len(m.stack))
		return nil
	case opPop:
		if len(m.own()) == 0 {
			_, err := m.popMark()
			return err
		}
		_, err := m.pop()
		return err
	case opPopMark:
		_, err := m.popMark()
		return err
	case opDup:
		v, err := m.top()
		return m.pushed(share(v), err)
	case opMemoize:
		return m.memoize()
	case opBinPut:
		return m.numbered(1, m.put)
	case opLongBinPut:
		return m.numbered(4, m.put)
	case opPut:
		return m.numberedLine(m.put)
	case opBinGet:
		return m.numbered(1, m.get)
	case opLongBinGet:
		return m.numbered(4, m.get)
	case opGet:
		return m.numberedLine(m.get)
	case opFrame:
		return m.in.frame()
	case opProto:
		n, err := m.in.uint(1)
		if err == nil && n > maxProtocol {
			err = fmt.Errorf("protocol %d is not known (known: 0 to %d)", n, maxProtocol)
		}
		return err
	}
	return m.object(op)
}

// pushed pushes v unless there is an error.
func (m *machine) pushed(v any, err error) error {
	if err != nil {
		return err
	}
	return m.push(v)
}

func (m *machine) integer(size uint64) error {
	n, err := m.in.uint(size)
	return m.pushed(int64(n), err)
}

// parsed pushes what parse makes of bytes that have their length before them, in
// size bytes; of a line if size is 0.
func parsed[T any](m *machine, size uint64, parse func([]byte) (T, error)) error {
	read := m.in.line
	if size > 0 {
		read = func() ([]byte, error) { return m.in.sized(size) }
	}
	b, err := read()
	if err != nil {
		return err
	}
	v, err := parse(b)
	return m.pushed(v, err)
}

// numbered calls f with a number of the memo.
func (m *machine) numbered(size uint64, f func(uint64) error) error {
	n, err := m.in.uint(size)
	if err != nil {
		return err
	}
	return f(n)
}

func (m *machine) numberedLine(f func(uint64) error) error {
	line, err := m.in.line()
	if err != nil {
		return err
	}
	n, err := memoNumber(line)
	if err != nil {
		return err
	}
	return f(n)
}

// extend appends to the list on top.
func (m *machine) extend(items []any, err error) error {
	return into(m, err, "a list", func(l *list) error {
		l.items = grown(l.items, len(items), len(m.in.data)-m.in.pos)
		l.items = append(l.items, items...)
		return nil
	})
}

// grown makes room for n more items: for twice as many as before, where append
// makes little room and copies a long list often. left is the number of bytes
// that are left to read, of which each item to come takes one or more.
func grown(items []any, n, left int) []any {
	if need := len(items) + n; need > cap(items) {
		return slices.Grow(items, n+min(len(items), left))
	}
	return items
}

// add adds to the set on top.
func (m *machine) add(items []any, err error) error {
	return into(m, err, "a set", func(s *set) error {
		if s.frozen {
			return errors.New("a frozenset is added to")
		}
		s.items = append(s.items, items...)
		return nil
	})
}

// set adds keys and values to the dict on top.
func (m *machine) set(items []any, err error) error {
	return into(m, err, "a dict", func(d *dict) error {
		if len(items)%2 != 0 {
			return errors.New("a dict with a key and no value")
		}
		d.items = append(d.items, items...)
		return nil
	})
}

// into calls f with the value on top, which must be a T.
func into[T any](m *machine, err error, want string, f func(T) error) error {
	if err != nil {
		return err
	}
	v, err := m.top()
	if err != nil {
		return err
	}
	target, ok := v.(T)
	if !ok {
		return fmt.Errorf("%s is asked for, and there is %s", want, describe(v))
	}
	return f(target)
}
