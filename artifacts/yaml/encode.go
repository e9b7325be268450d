package yaml

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// maxWriteDepth bounds the nesting of what is written. The loader in Python
// proper, used where PyYAML was built without its C part, ends at about 500.
const maxWriteDepth = 400

// chunk is how many bytes are gathered before they are written.
const chunk = 1 << 16

// encoder writes one document in block style: "- " before elements, "key: "
// before values, two blanks for each level, and lists within maps no deeper
// than the key, as PyYAML has it.
type encoder struct {
	Handler
	w   io.Writer
	buf []byte
}

// place is what stands before a node on its line.
type place int

const (
	atRoot  place = iota // nothing
	inList               // "- "
	atValue              // "key:"
)

func (e *encoder) document(v reflect.Value) error { return e.node(v, 0, atRoot, 0) }

func (e *encoder) flush() error {
	_, err := e.w.Write(e.buf)
	e.buf = e.buf[:0]
	return err
}

// node writes a value and the end of its line. Lines that it begins are
// indented by so many blanks.
func (e *encoder) node(v reflect.Value, indent int, where place, depth int) error {
	if len(e.buf) >= chunk {
		if err := e.flush(); err != nil {
			return err
		}
	}
	if depth > maxWriteDepth {
		return fmt.Errorf("%w: nested more than %d levels deep", artifacts.ErrUnsupportedValue, maxWriteDepth)
	}
	v, err := behind(v)
	if err != nil {
		return err
	}
	if isContainer(v) {
		return e.container(v, indent, where, depth)
	}
	if where == atValue {
		e.buf = append(e.buf, ' ')
	}
	if isBytes(v) {
		e.bytes(v.Bytes(), indent, where)
		return nil
	}
	var plain bool
	if e.buf, plain, err = e.appendScalar(e.buf, v); err != nil {
		return err
	}
	e.buf = append(e.buf, '\n')
	if plain && where == atRoot {
		// A plain scalar may go on in the next line, so its end has to be said.
		e.buf = append(e.buf, "...\n"...)
	}
	return nil
}

// behind returns what pointers and interfaces lead to, or the invalid Value for
// nil. It stops at pointers that encode themselves.
func behind(v reflect.Value) (reflect.Value, error) {
	for range maxWriteDepth {
		switch {
		case !v.IsValid():
			return v, nil
		case v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface:
			if v.CanAddr() && isText(v.Addr().Type()) && !isText(v.Type()) {
				v = v.Addr()
			}
			return v, nil
		case v.IsNil():
			return reflect.Value{}, nil
		case v.Kind() == reflect.Pointer && isText(v.Type()) && !isText(v.Type().Elem()):
			return v, nil
		}
		v = v.Elem()
	}
	return v, fmt.Errorf("%w: pointers lead to pointers without end", artifacts.ErrUnsupportedValue)
}

// isContainer reports whether v has nodes below it.
func isContainer(v reflect.Value) bool {
	if !v.IsValid() || isText(v.Type()) || v.Type() == timeType || v.Type() == bigType || isBytes(v) {
		return false
	}
	switch v.Kind() {
	case reflect.Map, reflect.Slice:
		return !v.IsNil() // else it is null
	case reflect.Array, reflect.Struct:
		return true
	}
	return false
}

func isBytes(v reflect.Value) bool {
	return v.IsValid() && v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && !v.IsNil() && !isText(v.Type())
}

func (e *encoder) container(v reflect.Value, indent int, where place, depth int) error {
	if v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		return e.list(v, indent, where, depth)
	}
	entries, err := e.entries(v)
	if err != nil {
		return err
	}
	isSet := v.Kind() == reflect.Map && v.Type().Elem() == emptyType
	switch {
	case isSet && len(entries) == 0:
		return e.empty("!!set {}", where)
	case len(entries) == 0:
		return e.empty("{}", where)
	}
	if where == atValue {
		indent += 2
	}
	inline := where != atValue // the first key goes on the line that was begun
	if isSet {
		if where == atValue {
			e.buf = append(e.buf, ' ')
		}
		e.buf = append(e.buf, "!!set"...)
		inline = false
	}
	if !inline {
		e.buf = append(e.buf, '\n')
	}
	for i, entry := range entries {
		if i > 0 || !inline {
			e.indent(indent)
		}
		if err := e.entry(entry, isSet, indent, depth); err != nil {
			return under("."+entry.text, err)
		}
	}
	return nil
}

// maxSimpleKey is how long a key may be that is known as one only by the colon
// behind it. YAML has 1024 characters; longer ones are announced by a "?".
const maxSimpleKey = 512

func (e *encoder) entry(entry entry, isSet bool, indent, depth int) error {
	if len(entry.text) > maxSimpleKey {
		e.buf = append(e.buf, "? "...)
		e.buf = append(e.buf, entry.text...)
		e.buf = append(e.buf, '\n')
		e.indent(indent)
	} else {
		e.buf = append(e.buf, entry.text...)
	}
	e.buf = append(e.buf, ':')
	if isSet {
		e.buf = append(e.buf, " null\n"...)
		return nil
	}
	return e.node(entry.value, indent, atValue, depth+1)
}

func (e *encoder) list(v reflect.Value, indent int, where place, depth int) error {
	n := v.Len()
	if n == 0 {
		return e.empty("[]", where)
	}
	if where == atValue {
		e.buf = append(e.buf, '\n')
	}
	for i := range n {
		if i > 0 || where == atValue {
			e.indent(indent)
		}
		e.buf = append(e.buf, "- "...)
		if err := e.node(v.Index(i), indent+2, inList, depth+1); err != nil {
			return under(fmt.Sprintf("[%d]", i), err)
		}
	}
	return nil
}

func (e *encoder) empty(text string, where place) error {
	if where == atValue {
		e.buf = append(e.buf, ' ')
	}
	e.buf = append(e.buf, text...)
	e.buf = append(e.buf, '\n')
	return nil
}

func (e *encoder) indent(n int) {
	const blanks = "                                "
	for ; n > len(blanks); n -= len(blanks) {
		e.buf = append(e.buf, blanks...)
	}
	e.buf = append(e.buf, blanks[:n]...)
}

// under puts a step to the place of an error before those that follow it.
func under(step string, err error) error {
	if p, ok := err.(*placeError); ok {
		p.path = step + p.path
	}
	return err
}

// placeError is a value that cannot be written, and where it is.
type placeError struct{ path, reason string }

func unsupported(format string, args ...any) error {
	return &placeError{reason: fmt.Sprintf(format, args...)}
}

func (p *placeError) Error() string {
	text := artifacts.ErrUnsupportedValue.Error() + ": "
	if p.path != "" {
		text += strings.TrimPrefix(p.path, ".") + " is "
	}
	return text + p.reason
}

func (p *placeError) Unwrap() error { return artifacts.ErrUnsupportedValue }
