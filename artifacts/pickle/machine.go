package pickle

import (
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A machine runs the program that a pickle is, but for the calls.
type machine struct {
	in    cursor
	stack []any
	marks []int // heights of the stack

	// The memo: most pickles number it from 0 without gaps. What is numbered
	// otherwise is in the map, so that a high number costs nothing.
	memo   []any
	sparse map[uint64]any

	// spent counts what constructors copied, in elements and bytes. In what
	// Python writes each is copied once.
	spent int
}

var (
	errStack = errors.New("an opcode finds too little on the stack")
	errMark  = errors.New("an opcode finds no mark on the stack")
)

// run returns the value of a pickle that fills data.
func run(ctx context.Context, data []byte) (any, error) {
	m := &machine{in: cursor{data: data, end: len(data)}}
	for n := 1; ; n++ {
		if n%(1<<16) == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		at := m.in.pos
		op, err := m.in.opcode()
		if err == nil && op == opStop {
			var v any
			if v, err = m.stop(); err == nil {
				return v, nil
			}
		}
		if err == nil {
			err = m.step(op)
		}
		if err != nil {
			err = fmt.Errorf("opcode %#02x at byte %d: %w", op, at, err)
			if !errors.Is(err, ErrNotPlain) {
				err = fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
			}
			return nil, err
		}
	}
}

// stop returns the result.
func (m *machine) stop() (any, error) {
	v, err := m.pop()
	switch {
	case err != nil:
		return nil, err
	case len(m.stack) > 0 || len(m.marks) > 0:
		return nil, errors.New("the pickle ends with more than one value")
	case m.in.pos < len(m.in.data):
		return nil, fmt.Errorf("%d bytes after the pickle", len(m.in.data)-m.in.pos)
	}
	return v, nil
}

func (m *machine) push(v any) error {
	m.stack = append(m.stack, v)
	return nil
}

// own returns what is on the stack since the last mark.
func (m *machine) own() []any {
	if len(m.marks) == 0 {
		return m.stack
	}
	return m.stack[m.marks[len(m.marks)-1]:]
}

func (m *machine) top() (any, error) {
	own := m.own()
	if len(own) == 0 {
		return nil, errStack
	}
	return own[len(own)-1], nil
}

func (m *machine) pop() (any, error) {
	v, err := m.top()
	if err != nil {
		return nil, err
	}
	m.drop(1)
	return v, nil
}

// popN returns the n values on top, the lowest first. They are valid until the
// next push.
func (m *machine) popN(n int) ([]any, error) {
	own := m.own()
	if len(own) < n {
		return nil, errStack
	}
	m.stack = m.stack[:len(m.stack)-n]
	return own[len(own)-n:], nil
}

// popMark returns the values above the last mark, as popN does.
func (m *machine) popMark() ([]any, error) {
	if len(m.marks) == 0 {
		return nil, errMark
	}
	own := m.own()
	m.stack = m.stack[:len(m.stack)-len(own)]
	m.marks = m.marks[:len(m.marks)-1]
	return own, nil
}

func (m *machine) drop(n int) {
	clear(m.stack[len(m.stack)-n:])
	m.stack = m.stack[:len(m.stack)-n]
}

// put memoises the value on top under a number.
func (m *machine) put(i uint64) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	switch n := uint64(len(m.memo)); {
	case i < n:
		m.memo[i] = v
	case i == n:
		m.memo = append(m.memo, v)
		delete(m.sparse, i)
	default:
		if m.sparse == nil {
			m.sparse = make(map[uint64]any)
		}
		m.sparse[i] = v
	}
	return nil
}

// memoize is put under the number of values that are memoised.
func (m *machine) memoize() error { return m.put(uint64(len(m.memo) + len(m.sparse))) }

func (m *machine) get(i uint64) error {
	if i < uint64(len(m.memo)) {
		return m.push(share(m.memo[i]))
	}
	v, ok := m.sparse[i]
	if !ok {
		return fmt.Errorf("nothing is memoised as %d", i)
	}
	return m.push(share(v))
}

// charge refuses to copy more than what was read: a few bytes could otherwise
// ask for any number of copies of one large value.
func (m *machine) charge(n int) error {
	m.spent += n
	if m.spent > m.in.pos {
		return errors.New("values are copied over and over")
	}
	return nil
}
