package artifacts

import (
	"bytes"
	"context"
	"encoding"
	"encoding/gob"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
)

// Gob is the handler of the format "gob": one value as package encoding/gob
// writes it, the nearest Go has to Python's pickle. It holds what gob holds:
// exported fields, and in interfaces the types known to [gob.Register].
//
// A gob is read into the type it was written from or one compatible with it;
// a file does not say which Go type that was, so a *any is [ErrNeedsType]. The
// environment records gob_type and go_version for error messages only: a gob
// describes itself and is not bound to either.
//
// Values nested more than 10,000 levels deep are refused, as are crafted files
// that would make encoding/gob exhaust the stack or the memory, or never end.
type Gob struct{}

// Format returns alias and suffix "gob", binary.
func (Gob) Format() Format { return Format{Alias: "gob", Suffix: "gob", Binary: true} }

// The keys of [Gob]'s environment.
const (
	gobTypeKey      = "gob_type"
	gobGoVersionKey = "go_version"
)

// EnvironmentKeys returns gob_type and go_version.
func (Gob) EnvironmentKeys() []string { return []string{gobTypeKey, gobGoVersionKey} }

// Environment names the value's type, without pointers, and the Go release.
func (Gob) Environment(value any) Environment {
	env := Environment{gobGoVersionKey: runtime.Version()}
	t := reflect.TypeOf(value)
	if t == nil {
		return env
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	env[gobTypeKey] = t.String()
	if t.Name() != "" && t.PkgPath() != "" {
		env[gobTypeKey] = t.PkgPath() + "." + t.Name()
	}
	return env
}

// Check refuses values gob has no form for, naming the place: nil, channels
// and functions outside of fields (which gob leaves out), structs without
// exported fields, and values that are too deep or contain themselves.
func (Gob) Check(value any) error {
	v := reflect.ValueOf(value)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch {
	case !v.IsValid():
		return fmt.Errorf("%w: gob cannot hold nil", ErrUnsupportedValue)
	case v.Kind() == reflect.Pointer:
		return fmt.Errorf("%w: gob cannot hold a nil %s", ErrUnsupportedValue, v.Type())
	}
	return gobInspector.inspect(value)
}

// Encode writes value as one gob.
func (g Gob) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// The value may have changed since it was logged, and a cycle would take
	// the process with it.
	if err := g.Check(value); err != nil {
		return err
	}
	out := &firstError{w: w}
	err := gob.NewEncoder(out).Encode(value)
	switch {
	case out.err != nil:
		return out.err
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnsupportedValue, err)
	}
	return nil
}

// Decode reads one gob, which must fill the file and is held in memory.
func (Gob) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := CheckTarget(target); err != nil {
		return err
	}
	dst := reflect.ValueOf(target).Elem()
	if dst.Kind() == reflect.Interface {
		return fmt.Errorf("%w: a gob does not name its Go type", ErrNeedsType)
	}
	data, err := io.ReadAll(contextReader(ctx, r))
	if err != nil {
		return err
	}
	if err := guardGob(data); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	in := bytes.NewReader(data)
	// gob leaves fields that are absent in the file as they were.
	fresh := reflect.New(dst.Type())
	switch err := gob.NewDecoder(in).DecodeValue(fresh); {
	case err == nil:
	case isGobTypeMismatch(err):
		return fmt.Errorf("%w: %w", ErrTargetType, err)
	case err == io.EOF:
		return fmt.Errorf("%w: %w", ErrCorrupt, io.ErrUnexpectedEOF)
	default:
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if in.Len() > 0 {
		return fmt.Errorf("%w: %d bytes after the gob", ErrCorrupt, in.Len())
	}
	dst.Set(fresh.Elem())
	return nil
}

// firstError remembers whether it was the writer that failed, which gob's own
// error no longer tells.
type firstError struct {
	w   io.Writer
	err error
}

func (f *firstError) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil && f.err == nil {
		f.err = err
	}
	return n, err
}

var gobInspector = &inspector{
	maxDepth: maxGobDepth,
	opaque: func(t reflect.Type) bool {
		p := reflect.PointerTo(t)
		for _, i := range []reflect.Type{reflect.TypeFor[gob.GobEncoder](), reflect.TypeFor[encoding.BinaryMarshaler]()} {
			if t.Kind() != reflect.Interface && (t.Implements(i) || p.Implements(i)) {
				return true
			}
		}
		return false
	},
	refuse: func(t reflect.Type) string {
		switch t.Kind() {
		case reflect.Chan, reflect.Func, reflect.UnsafePointer:
			return "of type " + t.String()
		case reflect.Struct:
			for field := range t.Fields() {
				if gobSends(field) {
					return ""
				}
			}
			if t.NumField() > 0 {
				return "of type " + t.String() + ", which has no exported fields"
			}
		}
		return ""
	},
	skip: func(f reflect.StructField, _ reflect.Value) bool { return !gobSends(f) },
}

// gobSends reports whether gob writes a field at all.
func gobSends(f reflect.StructField) bool {
	t := f.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return f.IsExported() && t.Kind() != reflect.Chan && t.Kind() != reflect.Func
}

// isGobTypeMismatch recognises a sound gob that does not fit its target. gob
// has no error values for it.
func isGobTypeMismatch(err error) bool {
	text := err.Error()
	return strings.HasPrefix(text, "gob: type mismatch") ||
		strings.Contains(text, "wrong type") || strings.Contains(text, "decoding into local type")
}
