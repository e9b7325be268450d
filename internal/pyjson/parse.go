package pyjson

// Parse reads one JSON text, as json.loads does, into a tree: nil, bool,
// string, [Number], []any or [*Object]. Errors are of type [*SyntaxError].
func Parse(data []byte) (any, error) {
	b := builder{scanner: scanner{data: data, intLimit: MaxIntDigits}}
	if err := b.scanner.text(); err != nil {
		return nil, err
	}
	b.text = string(data)
	v, _ := b.value(b.blanks(0))
	return v, nil
}

// Valid returns the error [Parse] would.
func Valid(data []byte) error {
	s := scanner{data: data, intLimit: MaxIntDigits}
	if err := s.text(); err != nil {
		return err
	}
	return nil
}

// A builder makes the tree of a text that has been found valid, and no deeper
// than it may recurse.
type builder struct {
	scanner
	text   string   // the copy that the strings of the tree share
	keys   []string // of the levels open here, innermost last
	values []any
}

// value builds the value at i and returns the place after it.
func (b *builder) value(i int) (any, int) {
	switch b.data[i] {
	case '{':
		return b.object(i)
	case '[':
		return b.list(i)
	case 'n':
		return nil, i + len("null")
	case 't':
		return true, i + len("true")
	case 'f':
		return false, i + len("false")
	}
	end := b.scalar(i)
	if b.data[i] == '"' {
		return unquote(b.text[i+1 : end-1]), end
	}
	return Number(b.text[i:end]), end
}

func (b *builder) list(i int) (any, int) {
	base := len(b.values)
	i = b.blanks(i + 1)
	for b.data[i] != ']' {
		var v any
		v, i = b.value(i)
		b.values = append(b.values, v)
		i = b.next(i)
	}
	return b.popValues(base), i + 1
}

func (b *builder) object(i int) (any, int) {
	base, baseKeys := len(b.values), len(b.keys)
	i = b.blanks(i + 1)
	for b.data[i] != '}' {
		end, at := b.key(i)
		b.keys = append(b.keys, unquote(b.text[i+1:end-1]))
		var v any
		v, i = b.value(at)
		b.values = append(b.values, v)
		i = b.next(i)
	}
	keys := append(make([]string, 0, len(b.keys)-baseKeys), b.keys[baseKeys:]...)
	b.keys = b.keys[:baseKeys]
	return newObject(keys, b.popValues(base)), i + 1
}

// popValues takes the values from base on off the stack.
func (b *builder) popValues(base int) []any {
	values := append(make([]any, 0, len(b.values)-base), b.values[base:]...)
	clear(b.values[base:])
	b.values = b.values[:base]
	return values
}

// next returns the place of the next element or of the closing bracket.
func (b *builder) next(i int) int {
	i = b.blanks(i)
	if b.data[i] == ',' {
		i = b.blanks(i + 1)
	}
	return i
}
