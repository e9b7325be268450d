// Package yaml is the format "yaml": one document of YAML 1.1, the version that
// Python's PyYAML and lazyscribe-yaml write and read. Import it to register its
// [Handler] with package artifacts:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/yaml"
//
// # Values
//
// Nil, bools, numbers, *big.Int, strings, []byte (!!binary), time.Time, slices,
// arrays, maps and structs, and pointers and interfaces to them. Maps whose
// elements are struct{} are sets (!!set). Fields have the names of their "yaml"
// tags, or else those of their "json" tags, or else their own; "omitempty",
// "omitzero" and "-" mean what they mean to encoding/json, as do embedded
// structs. Types with a MarshalText method are strings.
//
// # Reading
//
// Plain scalars are what Python's SafeLoader takes them for: yes, no, on and off
// are bools, 007 is seven, 12:30:45 is 45045, 2025-01-02 a date, and 1e3, 0o7, y
// and n are strings. A *any gets nil, bool, int64 or *big.Int, float64, string,
// []byte, time.Time, []any, map[string]any, map[any]any if any key is not a
// string, and map[any]struct{} for a set. An !!omap or !!pairs is a []any of
// []any of two. Times without a zone are taken as UTC, and dates as their
// midnight: what is written has a zone and a time of day. Of a key that is there
// twice the later one counts, as in Python.
//
// Typed targets take the kinds they are of: a bool is not read into a string,
// nor 1.5 into an int. Null is the zero value. Keys that a struct has no field
// for are passed over.
//
// # What is refused
//
// Files of several documents, tags of Python and of programs
// ([artifacts.ErrUnsupportedValue], naming the tag), values that contain
// themselves, aliases that make much more of a file than it says, and nesting
// over 10,000 levels; in writing over 400, as Python's own loader reads no more
// than about 500. A file is held in memory as a tree that takes up to about a
// hundred times its size.
//
// # Aliasing, concurrency, errors
//
// As package artifacts says. Damage is [artifacts.ErrCorrupt] with the line.
package yaml

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "yaml". Its zero value writes what
// PyYAML's dump writes by default, with two differences: long strings are not
// folded, and strings are quoted that YAML 1.2 would take for something else.
type Handler struct {
	SortKeys   bool // sort the fields of structs too; maps are always sorted
	RawUnicode bool // characters beyond ASCII as they are; Python: allow_unicode=True
}

// Format returns alias and suffix "yaml", as text.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "yaml", Suffix: "yaml"}
}

// Configure takes sort_keys and allow_unicode.
func (h Handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	h.SortKeys = s.Bool("sort_keys", h.SortKeys)
	h.RawUnicode = s.Bool("allow_unicode", h.RawUnicode)
	if err := s.Err(); err != nil {
		return nil, err
	}
	return h, nil
}

// Check refuses values that have no YAML, naming the place. It looks at all of
// the value, which takes as long as writing it.
func (h Handler) Check(value any) error {
	return h.Encode(context.Background(), io.Discard, value)
}

// Encode writes value as one document.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, ok := value.(io.Reader); ok && !isText(reflect.TypeOf(value)) {
		return fmt.Errorf("%w: a %T is a stream, not a value", artifacts.ErrUnsupportedValue, value)
	}
	e := encoder{Handler: h, w: ctxio.Writer(ctx, w)}
	if err := e.document(reflect.ValueOf(value)); err != nil {
		return err
	}
	return e.flush()
}

// Decode reads the one document of a file, which is held in memory.
func (Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	dst := reflect.ValueOf(target).Elem()
	if _, ok := target.(io.Writer); ok && !isTextTarget(dst.Type()) {
		return fmt.Errorf("%w: a %T is a stream, not a value", artifacts.ErrTargetType, target)
	}
	if why := unreadable(dst.Type()); why != "" {
		return fmt.Errorf("%w: %s", artifacts.ErrTargetType, why)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(ctxio.Reader(ctx, r)); err != nil {
		return err
	}
	root, err := parse(text.Bytes())
	if err != nil {
		return err
	}
	d := decoder{budget: expansionFloor + expansionFactor*text.Len()}
	fresh := reflect.New(dst.Type()).Elem()
	if root != nil { // an empty file is null, as in Python
		if err := d.set(fresh, root, 0); err != nil {
			return err
		}
	}
	dst.Set(fresh)
	return nil
}
