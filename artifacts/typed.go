package artifacts

import (
	"context"
	"fmt"
	"io"
	"reflect"
)

// Typed is a [Handler] for values of one type, made of two functions. The
// conditions of [Handler] on Encode and Decode hold for Write and Read.
//
// A value may be a T or a non-nil pointer to one; nil is a value if T is any. A
// target may be a *T, a *any or a pointer to an interface that T implements.
type Typed[T any] struct {
	Kind  Format
	Write func(ctx context.Context, w io.Writer, value T) error
	Read  func(ctx context.Context, r io.Reader) (T, error) // not called if Kind.OutputOnly
}

// Format returns t.Kind.
func (t Typed[T]) Format() Format { return t.Kind }

// ValueType returns T.
func (t Typed[T]) ValueType() reflect.Type { return reflect.TypeFor[T]() }

// Check returns [ErrUnsupportedValue] for a value that is not a T.
func (t Typed[T]) Check(value any) error {
	_, err := t.value(value)
	return err
}

// Encode calls t.Write.
func (t Typed[T]) Encode(ctx context.Context, w io.Writer, value any) error {
	v, err := t.value(value)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.Write == nil {
		return fmt.Errorf("%w: the handler has no Write function", ErrUnsupportedValue)
	}
	return t.Write(ctx, w, v)
}

// Decode calls t.Read and assigns its result.
func (t Typed[T]) Decode(ctx context.Context, r io.Reader, target any) error {
	if t.Kind.OutputOnly || t.Read == nil {
		return ErrOutputOnly
	}
	// A target that cannot take a T is refused before the file is read.
	if err := CheckTarget(target); err != nil {
		return err
	}
	if typ, elem := reflect.TypeFor[T](), reflect.TypeOf(target).Elem(); !typ.AssignableTo(elem) {
		return fmt.Errorf("%w: a %s does not fit a %s", ErrTargetType, typ, elem)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	value, err := t.Read(ctx, r)
	if err != nil {
		return err
	}
	return Assign(target, value)
}

func (t Typed[T]) value(value any) (T, error) {
	switch v := value.(type) {
	case T:
		return v, nil
	case *T:
		if v != nil {
			return *v, nil
		}
	}
	var zero T
	if _, isAny := any(&zero).(*any); isAny {
		return zero, nil // value is nil, all others were a T
	}
	return zero, fmt.Errorf("%w: a %T is not a %s", ErrUnsupportedValue, value, reflect.TypeFor[T]())
}
