package pickle

import (
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// A class is a name that a pickle may use. Python would import and call it; here
// it stands for a function of ours, or for nothing but itself.
type class struct {
	module, name string
	make         func(m *machine, args []any) (any, error) // nil: it makes nothing
}

// String names the class as an error message does.
func (c *class) String() string { return c.module + "." + c.name }

// classes is the table of them. What is not in it is refused.
var classes = table(
	&class{"builtins", "set", newSet(false)},
	&class{"builtins", "frozenset", newSet(true)},
	&class{"builtins", "bytes", newBytes},
	&class{"builtins", "bytearray", newByteArray},
	&class{"builtins", "complex", newComplex},
	&class{"_codecs", "encode", encodeLatin1},
	&class{"collections", "OrderedDict", newOrderedDict},
	&class{"collections", "Counter", newCounter},
	&class{"collections", "defaultdict", newDefaultDict},
	&class{"datetime", "datetime", newDatetime},
	&class{"datetime", "date", newDate},
	&class{"datetime", "time", newTime},
	&class{"datetime", "timedelta", newTimedelta},
	&class{"datetime", "timezone", newTimezone},
	&class{"decimal", "Decimal", newDecimal},

	// The usual factories of a defaultdict.
	&class{module: "builtins", name: "list"},
	&class{module: "builtins", name: "dict"},
	&class{module: "builtins", name: "int"},
	&class{module: "builtins", name: "float"},
	&class{module: "builtins", name: "str"},
	&class{module: "builtins", name: "bool"},
	&class{module: "builtins", name: "tuple"},

	// They stand before the class of an object, which is more worth naming.
	&class{module: "copyreg", name: "_reconstructor"},
	&class{module: "copyreg", name: "__newobj__"},
)

// classKey names a class in the table.
type classKey struct{ module, name string }

func table(all ...*class) map[classKey]*class {
	t := make(map[classKey]*class, len(all))
	for _, c := range all {
		t[classKey{c.module, c.name}] = c
	}
	return t
}

// Modules and classes that had other names in Python 2. Protocols 0 to 2 use them
// still.
var (
	python2Modules = map[string]string{"__builtin__": "builtins", "copy_reg": "copyreg"}
	python2Names   = map[classKey]string{{"builtins", "long"}: "int", {"builtins", "unicode"}: "str"}
)

// lookup finds a class. Others are refused, by the name they have in the file.
func lookup(module, name string) (*class, error) {
	key := classKey{module, name}
	if modern, ok := python2Modules[module]; ok {
		key.module = modern
		if modern, ok := python2Names[key]; ok {
			key.name = modern
		}
	}
	if c, ok := classes[key]; ok {
		return c, nil
	}
	return nil, notPlain("%s of module %s", quote(name), quote(module))
}

var errArguments = errors.New("unexpected arguments")

// newSet makes a set of the elements of a list, or an empty one.
func newSet(frozen bool) func(*machine, []any) (any, error) {
	return func(m *machine, args []any) (any, error) {
		if len(args) == 0 {
			return &set{frozen: frozen}, nil
		}
		items, ok := args[0].(*list)
		if !ok || len(args) != 1 {
			return nil, errArguments
		}
		if err := m.charge(len(items.items)); err != nil {
			return nil, err
		}
		return &set{items: copied(items.items), frozen: frozen}, nil
	}
}

// copied copies the elements of a container, which may still be used elsewhere.
func copied(items []any) []any {
	for _, item := range items {
		share(item)
	}
	return slices.Clone(items)
}

// newBytes makes the empty bytes, which is what Python uses it for.
func newBytes(_ *machine, args []any) (any, error) {
	if len(args) != 0 {
		return nil, errArguments
	}
	return []byte{}, nil
}

// newByteArray takes over bytes, or the characters of a str as Latin-1.
func newByteArray(m *machine, args []any) (any, error) {
	switch len(args) {
	case 0:
		return ByteArray{}, nil
	case 1:
		if b, ok := args[0].([]byte); ok {
			return ByteArray(b), nil
		}
	case 2:
		b, err := encodeLatin1(m, args)
		if err != nil {
			return nil, err
		}
		return ByteArray(b.([]byte)), nil
	}
	return nil, errArguments
}

// encodeLatin1 makes bytes of a str, one of each character: so protocols 0 to 2
// write bytes.
func encodeLatin1(m *machine, args []any) (any, error) {
	if len(args) != 2 {
		return nil, errArguments
	}
	text, ok1 := args[0].(string)
	encoding, ok2 := args[1].(string)
	if !ok1 || !ok2 {
		return nil, errArguments
	}
	switch encoding {
	case "latin1", "latin-1", "iso-8859-1":
	default:
		return nil, fmt.Errorf("encoding %s", quote(encoding))
	}
	if err := m.charge(utf8.RuneCountInString(text)); err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			return nil, errors.New("a character is not in Latin-1")
		}
		b = append(b, byte(r))
	}
	return b, nil
}

func newComplex(_ *machine, args []any) (any, error) {
	if len(args) != 2 {
		return nil, errArguments
	}
	re, ok1 := args[0].(float64)
	im, ok2 := args[1].(float64)
	if !ok1 || !ok2 {
		return nil, errArguments
	}
	return complex(re, im), nil
}

// newOrderedDict makes one that is filled later, or of a list of pairs, as
// Python 2 did.
func newOrderedDict(m *machine, args []any) (any, error) {
	if len(args) == 0 {
		return &dict{}, nil
	}
	pairs, ok := args[0].(*list)
	if !ok || len(args) != 1 {
		return nil, errArguments
	}
	if err := m.charge(2 * len(pairs.items)); err != nil {
		return nil, err
	}
	d := &dict{items: make([]any, 0, 2*len(pairs.items))}
	for _, pair := range pairs.items {
		var items []any
		switch p := pair.(type) {
		case *list:
			items = p.items
		case *tuple:
			items = p.items
		}
		if len(items) != 2 {
			return nil, errArguments
		}
		d.items = append(d.items, share(items[0]), share(items[1]))
	}
	return d, nil
}

// newCounter makes a dict of a dict.
func newCounter(m *machine, args []any) (any, error) {
	if len(args) == 0 {
		return &dict{}, nil
	}
	counts, ok := args[0].(*dict)
	if !ok || len(args) != 1 {
		return nil, errArguments
	}
	if err := m.charge(len(counts.items)); err != nil {
		return nil, err
	}
	return &dict{items: copied(counts.items)}, nil
}

// newDefaultDict makes a dict that is filled later.
func newDefaultDict(_ *machine, args []any) (any, error) {
	if len(args) > 1 {
		return nil, errArguments
	}
	for _, factory := range args {
		if _, ok := factory.(*class); !ok && factory != nil {
			return nil, errArguments
		}
	}
	return &dict{}, nil
}

func newDecimal(_ *machine, args []any) (any, error) {
	if len(args) == 1 {
		if text, ok := args[0].(string); ok {
			return Decimal(text), checkDecimal(text)
		}
	}
	return nil, errArguments
}

func newTimedelta(_ *machine, args []any) (any, error) {
	var n [3]int64 // days, seconds, microseconds
	if len(args) > len(n) {
		return nil, errArguments
	}
	for i, arg := range args {
		var ok bool
		if n[i], ok = arg.(int64); !ok {
			return nil, errArguments
		}
	}
	// Python writes seconds of a day and microseconds of a second.
	const day = 24 * 60 * 60
	if n[1] < 0 || n[1] >= day || n[2] < 0 || n[2] >= 1e6 {
		return nil, errArguments
	}
	const most = int64(1<<63-1) / int64(day*time.Second)
	if n[0] < -most || n[0] >= most {
		return nil, notPlain("a timedelta of %d days, which is too long for a time.Duration", n[0])
	}
	return time.Duration(n[0]*day+n[1])*time.Second + time.Duration(n[2])*time.Microsecond, nil
}
