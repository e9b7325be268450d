package csv

import "unicode/utf8"

// kinds are the types a column may still be of, a bit for each, in the order in
// which pyarrow tries them.
type kinds uint8

const (
	intKind kinds = 1 << iota
	boolKind
	timeKind
	floatKind
	textKind

	anyKind = textKind<<1 - 1
)

// narrow leaves the types that a cell is of too.
func (k kinds) narrow(c cell) kinds {
	if c.isNull() {
		return k
	}
	for kind := intKind; kind < textKind; kind <<= 1 {
		if k&kind != 0 {
			if _, ok := kind.value(c); !ok {
				k &^= kind
			}
		}
	}
	return k
}

// first returns the type to read a column as.
func (k kinds) first() kinds { return k & -k }

// value returns a cell as of one type. Nulls are nil.
func (k kinds) value(c cell) (value any, ok bool) {
	if c.isNothing() || k != textKind && c.isNull() {
		return nil, true
	}
	switch k {
	case intKind:
		return parseInt(string(c.text))
	case boolKind:
		return parseBool(string(c.text))
	case timeKind:
		return parseTime(string(c.text))
	case floatKind:
		return parseFloat(string(c.text), 64)
	}
	return string(c.text), utf8.Valid(c.text)
}

func (k kinds) String() string {
	switch k {
	case intKind:
		return "int64"
	case boolKind:
		return "bool"
	case timeKind:
		return "time"
	case floatKind:
		return "float64"
	}
	return "string in UTF-8"
}
