package sdk

import (
	"context"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Typed is an [artifacts.Handler] for values of type T with settings of type S,
// made of two functions. It is [artifacts.Typed] for formats that have settings
// or [Facts], in a plugin and outside of one.
//
// S is a struct whose exported fields are the settings, named by their tags
// "json" or by their names in lower case; struct{} has none. See
// [Typed.Configure].
type Typed[T, S any] struct {
	Kind  artifacts.Format
	Facts Facts

	// Settings are those used where none are given.
	Settings S

	Write func(ctx context.Context, w io.Writer, value T, settings S) error
	Read  func(ctx context.Context, r io.Reader, settings S) (T, error) // nil: output only
}

// Format returns h.Kind. Without h.Read it is output only.
func (h Typed[T, S]) Format() artifacts.Format {
	format := h.Kind
	format.OutputOnly = format.OutputOnly || h.Read == nil
	return format
}

// ValueType returns T.
func (h Typed[T, S]) ValueType() reflect.Type { return reflect.TypeFor[T]() }

// Describe returns h.Facts. Settings without a schema are described by S, and by
// h.Settings as their defaults.
func (h Typed[T, S]) Describe() Facts {
	facts := h.Facts
	if facts.SettingsSchema == nil {
		facts.SettingsSchema = schemaOf(reflect.ValueOf(h.Settings))
	}
	return facts
}

// Check returns [artifacts.ErrUnsupportedValue] for a value that is not a T.
func (h Typed[T, S]) Check(value any) error { return h.plain().Check(value) }

// Encode calls h.Write.
func (h Typed[T, S]) Encode(ctx context.Context, w io.Writer, value any) error {
	return h.plain().Encode(ctx, w, value)
}

// Decode calls h.Read and assigns its result.
func (h Typed[T, S]) Decode(ctx context.Context, r io.Reader, target any) error {
	return h.plain().Decode(ctx, r, target)
}

// plain returns a handler with the settings bound to the functions.
func (h Typed[T, S]) plain() artifacts.Typed[T] {
	plain := artifacts.Typed[T]{Kind: h.Format()}
	if h.Write != nil {
		plain.Write = func(ctx context.Context, w io.Writer, value T) error {
			return h.Write(ctx, w, value, h.Settings)
		}
	}
	if h.Read != nil {
		plain.Read = func(ctx context.Context, r io.Reader) (T, error) {
			return h.Read(ctx, r, h.Settings)
		}
	}
	return plain
}

// Configure sets fields of h.Settings by name. Booleans, numbers and strings are
// converted as [artifacts.Settings] does; other fields take what fits them as
// JSON would.
func (h Typed[T, S]) Configure(settings map[string]any) (artifacts.Handler, error) {
	if err := setFields(reflect.ValueOf(&h.Settings).Elem(), settings); err != nil {
		return nil, err
	}
	return h, nil
}
