package artifacts

import (
	"context"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// JSON is the handler of the format "json": the text that json.dump of Python
// writes, by default on one line, with ", " and ": ", ASCII only and without a
// final newline. Python's NaN, Infinity and -Infinity are written and read.
//
// Values are encoded by the rules of encoding/json: struct tags, MarshalJSON,
// MarshalText. The keys of Go maps are sorted, as a map has no order of its
// own; struct fields keep theirs. What JSON has no text for (channels,
// functions, complex numbers), values that contain themselves, and values
// nested more than 900 levels deep, which not every Python can read, are
// [ErrUnsupportedValue], as are streams: anything that is an [io.Reader] and
// does not encode itself.
//
// Decoding follows encoding/json too; a *any gets nil, bool, string, int64 or
// *big.Int, float64, []any and map[string]any. Damaged text is [ErrCorrupt]
// with line and column.
//
// The settings have the names of the keyword arguments of json.dump in
// [JSON.Configure].
type JSON struct {
	Indent            string // of one level, blanks or tabs; "": all on one line
	SortKeys          bool   // sort the keys of structs as well
	RawUnicode        bool   // characters beyond ASCII as they are; Python: ensure_ascii=False
	DisallowNonFinite bool   // refuse NaN and the infinities; Python: allow_nan=False
	ItemSeparator     string // a comma and white space; "": ", ", or "," with Indent
	KeySeparator      string // a colon and white space; "": ": "
}

// Format returns alias and suffix "json", as text.
func (JSON) Format() Format { return Format{Alias: "json", Suffix: "json"} }

// Check refuses values of types that have no JSON, naming the place.
func (j JSON) Check(value any) error {
	if _, err := j.format(); err != nil {
		return err
	}
	if err := refuseStream(value); err != nil {
		return err
	}
	return jsonInspector.inspect(value)
}

// Encode writes value. The text is built in memory first, so that a value that
// cannot be encoded leaves nothing behind.
func (j JSON) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	format, err := j.format()
	if err != nil {
		return err
	}
	if err := refuseStream(value); err != nil {
		return err
	}
	text, err := pyjson.Parts(value, format)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnsupportedValue, err)
	}
	for _, part := range text {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// Decode reads a text, which is held in memory.
func (JSON) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := CheckTarget(target); err != nil {
		return err
	}
	if err := refuseWriter(target); err != nil {
		return err
	}
	text, err := io.ReadAll(contextReader(ctx, r))
	if err != nil {
		return err
	}
	err = pyjson.Decode(text, target)
	if _, ok := errors.AsType[*pyjson.SyntaxError](err); ok {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if _, ok := errors.AsType[*pyjson.TypeError](err); ok {
		return fmt.Errorf("%w: %w", ErrTargetType, err)
	}
	return err
}

// Configure takes indent (a number of blanks, or a string of them), sort_keys,
// ensure_ascii, allow_nan, item_separator and key_separator.
func (j JSON) Configure(settings map[string]any) (Handler, error) {
	s := ReadSettings(settings)
	j.Indent = indentSetting(s, j.Indent)
	j.SortKeys = s.Bool("sort_keys", j.SortKeys)
	j.RawUnicode = !s.Bool("ensure_ascii", !j.RawUnicode)
	j.DisallowNonFinite = !s.Bool("allow_nan", !j.DisallowNonFinite)
	j.ItemSeparator = s.Text("item_separator", j.ItemSeparator)
	j.KeySeparator = s.Text("key_separator", j.KeySeparator)
	if err := s.Err(); err != nil {
		return nil, err
	}
	if _, err := j.format(); err != nil {
		return nil, err
	}
	return j, nil
}

// maxIndent bounds indent given as a number: each level of each line has it.
const maxIndent = 64

func indentSetting(s *Settings, otherwise string) string {
	const name = "indent"
	value, ok := s.Value(name)
	if !ok {
		return otherwise
	}
	if value == nil { // Python's None
		return ""
	}
	if text, ok := value.(string); ok && strings.Trim(text, jsonBlanks) == "" {
		return text
	}
	n := s.Int(name, 1)
	if n < 1 || n > maxIndent {
		s.Fail(name, fmt.Sprintf("1 to %d, or a string of blanks", maxIndent))
		return otherwise
	}
	return strings.Repeat(" ", n)
}

const jsonBlanks = " \t\r\n"

// format refuses settings under which the text could not be read back.
func (j JSON) format() (*pyjson.Format, error) {
	if strings.Trim(j.Indent, jsonBlanks) != "" {
		return nil, fmt.Errorf("json indent %q is not blank", j.Indent)
	}
	if j.ItemSeparator != "" && strings.Trim(j.ItemSeparator, jsonBlanks) != "," {
		return nil, fmt.Errorf("json item separator %q is not a comma with blanks", j.ItemSeparator)
	}
	if j.KeySeparator != "" && strings.Trim(j.KeySeparator, jsonBlanks) != ":" {
		return nil, fmt.Errorf("json key separator %q is not a colon with blanks", j.KeySeparator)
	}
	return &pyjson.Format{
		Indent:        j.Indent,
		SortKeys:      j.SortKeys,
		RawUnicode:    j.RawUnicode,
		ItemSeparator: j.ItemSeparator,
		KeySeparator:  j.KeySeparator,
		NoNonFinite:   j.DisallowNonFinite,
	}, nil
}

// refuseStream keeps readers from being encoded as the structs behind them,
// most of which have no exported fields and would silently become {}.
func refuseStream(value any) error {
	if _, ok := value.(io.Reader); !ok {
		return nil
	}
	if encodesItselfAsJSON(reflect.TypeOf(value)) {
		return nil
	}
	return fmt.Errorf("%w: a %T is a stream, not a value", ErrUnsupportedValue, value)
}

// refuseWriter is the same for targets: an object read into a file or buffer
// would be lost in silence.
func refuseWriter(target any) error {
	if _, ok := target.(io.Writer); !ok {
		return nil
	}
	switch target.(type) {
	case json.Unmarshaler, encoding.TextUnmarshaler:
		return nil
	}
	return fmt.Errorf("%w: a %T is a stream, not a value", ErrTargetType, target)
}

var jsonInspector = &inspector{
	maxDepth: pyjson.MaxWriteDepth,
	opaque:   encodesItselfAsJSON,
	refuse: func(t reflect.Type) string {
		switch t.Kind() {
		case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
			return "of type " + t.String()
		case reflect.Map:
			switch key := t.Key(); key.Kind() {
			case reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
				reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
			default:
				if !key.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
					return "a map with keys of type " + key.String()
				}
			}
		}
		return ""
	},
	skip: func(f reflect.StructField, v reflect.Value) bool {
		tag := f.Tag.Get("json")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			return true
		}
		_, options, _ := strings.Cut(tag, ",")
		return strings.Contains(options, "omit") && v.IsValid() && v.IsZero()
	},
}

func encodesItselfAsJSON(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	for _, i := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		// A method of the pointer counts even where the value may turn out not
		// to be addressable: this only decides how far a check looks.
		if t.Kind() != reflect.Interface && (t.Implements(i) || p.Implements(i)) {
			return true
		}
	}
	return false
}
