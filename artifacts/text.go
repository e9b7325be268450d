package artifacts

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// Text is the handler of the format "text": UTF-8, as it is. Nothing is added
// or changed, neither line ends nor a byte order mark.
//
// Values are strings, byte slices and named types of either kind, an
// [encoding.TextMarshaler], and an [io.Reader], which is copied through.
// Targets are pointers to the same, an [encoding.TextUnmarshaler], a *any
// (which gets a string) and an [io.Writer], which is written to as the file is
// read, also when an error turns up later. Bytes that are not UTF-8 are
// [ErrUnsupportedValue] in a value and [ErrCorrupt] in a file.
type Text struct{}

// Format returns alias "text" and suffix "txt", as text.
func (Text) Format() Format { return Format{Alias: "text", Suffix: "txt"} }

// Check refuses values that are not text. It does not look at their bytes.
func (Text) Check(value any) error {
	if _, ok := value.(io.Reader); ok {
		return nil
	}
	v := reflect.ValueOf(value)
	if _, ok := value.(encoding.TextMarshaler); ok {
		if v.Kind() == reflect.Pointer && v.IsNil() {
			return fmt.Errorf("%w: nil %s", ErrUnsupportedValue, v.Type())
		}
		return nil
	}
	if v.Kind() == reflect.String || isBytes(v) {
		return nil
	}
	return fmt.Errorf("%w: a %T is not text", ErrUnsupportedValue, value)
}

// Encode writes value as it is.
func (t Text) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := t.Check(value); err != nil {
		return err
	}
	checked := &utf8Writer{w: w}
	err := writeText(ctx, checked, value)
	if err == nil {
		err = checked.Close()
	}
	if errors.Is(err, errNotUTF8) {
		return fmt.Errorf("%w: %w", ErrUnsupportedValue, err)
	}
	return err
}

func writeText(ctx context.Context, w io.Writer, value any) error {
	var err error
	switch v := value.(type) {
	case io.Reader:
		_, err = io.Copy(w, contextReader(ctx, v))
	case encoding.TextMarshaler:
		var text []byte
		if text, err = v.MarshalText(); err == nil {
			_, err = w.Write(text)
		}
	default:
		if v := reflect.ValueOf(value); v.Kind() == reflect.String {
			_, err = io.WriteString(w, v.String())
		} else {
			_, err = w.Write(v.Bytes())
		}
	}
	return err
}

// Decode reads the text into target.
func (Text) Decode(ctx context.Context, r io.Reader, target any) error {
	r = contextReader(ctx, r)
	set, err := textSetter(target)
	if err != nil {
		return err
	}
	if set == nil {
		return copyText(target.(io.Writer), r)
	}
	text, err := readText(r)
	if err != nil {
		return err
	}
	return set(text)
}

// textSetter returns how a whole text is stored in target: nil for a writer,
// which gets it piece by piece.
func textSetter(target any) (func(text []byte) error, error) {
	if target == nil {
		return nil, CheckTarget(target)
	}
	dst := reflect.ValueOf(target)
	isPointer := dst.Kind() == reflect.Pointer
	if isPointer && dst.IsNil() {
		return nil, CheckTarget(target)
	}
	switch t := target.(type) {
	case *any:
		return func(text []byte) error { *t = string(text); return nil }, nil
	case encoding.TextUnmarshaler:
		return t.UnmarshalText, nil
	case io.Writer:
		return nil, nil
	}
	if isPointer {
		switch elem := dst.Elem(); {
		case elem.Kind() == reflect.String:
			return func(text []byte) error { elem.SetString(string(text)); return nil }, nil
		case isBytes(elem):
			return func(text []byte) error { elem.SetBytes(text); return nil }, nil
		}
	}
	return nil, fmt.Errorf("%w: text does not fit a %T", ErrTargetType, target)
}

func isBytes(v reflect.Value) bool {
	return v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8
}
