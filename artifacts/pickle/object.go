package pickle

import (
	"fmt"
	"strconv"
)

// object runs the opcodes that Python uses for everything that is no plain data,
// and for some that is.
func (m *machine) object(op byte) error {
	switch op {
	case opGlobal:
		c, err := m.globalLines()
		return m.pushed(c, err)
	case opStackGlobal:
		names, err := m.popN(2)
		if err != nil {
			return err
		}
		module, ok1 := names[0].(string)
		name, ok2 := names[1].(string)
		if !ok1 || !ok2 {
			return fmt.Errorf("a class is named by %s and %s", describe(names[0]), describe(names[1]))
		}
		c, err := lookup(module, name)
		return m.pushed(c, err)
	case opReduce, opNewObj:
		items, err := m.popN(2)
		if err != nil {
			return err
		}
		args, ok := items[1].(*tuple)
		if !ok {
			return fmt.Errorf("a call's arguments are %s", describe(items[1]))
		}
		return m.construct(items[0], args.items)
	case opInst:
		args, err := m.popMark()
		if err != nil {
			return err
		}
		c, err := m.globalLines()
		if err != nil {
			return err
		}
		return m.construct(c, args)
	case opObj:
		items, err := m.popMark()
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return errStack
		}
		return m.construct(items[0], items[1:])
	case opNewObjEx:
		return notPlain("an object built with keywords")
	case opBuild:
		items, err := m.popN(2)
		if err != nil {
			return err
		}
		return notPlain("attributes of %s", describe(items[0]))
	case opPersID:
		id, err := m.in.line()
		if err != nil {
			return err
		}
		return notPlain("persistent id %s, which stands for something outside of the file", quote(string(id)))
	case opBinPersID:
		return notPlain("a persistent id, which stands for something outside of the file")
	case opExt1, opExt2, opExt4:
		code, err := m.in.uint(1 << (op - opExt1))
		if err != nil {
			return err
		}
		return notPlain("extension code %d, which stands for a class", code)
	case opNextBuffer, opReadOnlyBuffer:
		return notPlain("a buffer that is kept outside of the file")
	}
	return fmt.Errorf("no such opcode")
}

func (m *machine) globalLines() (*class, error) {
	module, err := m.in.line()
	if err != nil {
		return nil, err
	}
	name, err := m.in.line()
	if err != nil {
		return nil, err
	}
	return lookup(string(module), string(name))
}

// construct pushes what a class makes of its arguments.
func (m *machine) construct(callee any, args []any) error {
	c, ok := callee.(*class)
	if !ok {
		return fmt.Errorf("%s is called", describe(callee))
	}
	if c.make == nil {
		return notPlain("%s", c)
	}
	v, err := c.make(m, args)
	if err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	return m.push(v)
}

func notPlain(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNotPlain, fmt.Sprintf(format, args...))
}

// quote quotes a text of the file, which may be of any length.
func quote(s string) string {
	const longest = 100
	if len(s) > longest {
		return strconv.Quote(s[:longest]) + "..."
	}
	return strconv.Quote(s)
}
