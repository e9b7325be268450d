package shelf

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// codec returns the codec of a kind, or why it could not work.
func (k Kind[T]) codec() (Codec, error) {
	if err := artifacts.CheckFormat(k.Format); err != nil {
		return nil, err
	}
	switch {
	case k.handler != nil:
		return handlerCodec{typ: reflect.TypeFor[T](), handler: k.handler}, nil
	case k.Write == nil:
		return nil, errors.New("the kind has no Write function")
	case k.Read == nil && !k.Format.OutputOnly:
		return nil, errors.New("the kind has no Read function, and its format is not output only")
	}
	return kindCodec[T]{k}, nil
}

// kindCodec is the codec of a Kind made of functions.
type kindCodec[T any] struct{ kind Kind[T] }

func (c kindCodec[T]) Type() reflect.Type       { return reflect.TypeFor[T]() }
func (c kindCodec[T]) Format() artifacts.Format { return c.kind.Format }
func (c kindCodec[T]) Several() bool            { return c.kind.Several }

func (c kindCodec[T]) Encode(ctx context.Context, out Out, value any) (err error) {
	v, ok := value.(T)
	if !ok {
		return fmt.Errorf("%w: a %T is not a %s", artifacts.ErrUnsupportedValue, value, c.Type())
	}
	defer recovered(&err)
	return c.kind.Write(ctx, out, v)
}

// verifier is an In that knows the digests of its files.
type verifier interface {
	// Verify compares what was opened, to the end.
	Verify() error
}

func (c kindCodec[T]) Decode(ctx context.Context, in In, target any) error {
	if c.kind.Format.OutputOnly {
		return artifacts.ErrOutputOnly
	}
	if err := fits(c.Type(), target); err != nil {
		return err
	}
	value, err := c.read(ctx, in)
	if v, ok := in.(verifier); ok {
		// Bytes that are not those that were put are more worth knowing than what
		// the codec stumbled over in them.
		if broken := v.Verify(); errors.Is(broken, artifacts.ErrCorrupt) || err == nil && broken != nil {
			return broken
		}
	}
	if err != nil {
		return err
	}
	return artifacts.Assign(target, value)
}

func (c kindCodec[T]) read(ctx context.Context, in In) (value T, err error) {
	defer recovered(&err)
	return c.kind.Read(ctx, in)
}

// fits refuses a target that no value of a type can be assigned to, before
// anything is read. Whether a value of an interface fits is known afterwards.
func fits(t reflect.Type, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	elem := reflect.TypeOf(target).Elem()
	if t.AssignableTo(elem) || t.Kind() == reflect.Interface && elem.Implements(t) {
		return nil
	}
	return fmt.Errorf("%w: a %s does not fit a %s", artifacts.ErrTargetType, t, elem)
}

// recovered turns a panic into an error: a bad codec must not take a run of hours
// with it.
func recovered(err *error) {
	switch r := recover().(type) {
	case nil:
	case error:
		*err = fmt.Errorf("the codec panicked: %w", r)
	default:
		*err = fmt.Errorf("the codec panicked: %v", r)
	}
}
