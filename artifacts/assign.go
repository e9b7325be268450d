package artifacts

import (
	"fmt"
	"reflect"
)

// CheckTarget returns [ErrTargetType] if target is not a non-nil pointer. It
// is the first line of most Decode methods.
func CheckTarget(target any) error {
	v := reflect.ValueOf(target)
	switch {
	case !v.IsValid():
		return fmt.Errorf("%w: target is nil", ErrTargetType)
	case v.Kind() != reflect.Pointer:
		return fmt.Errorf("%w: target is a %s, not a pointer", ErrTargetType, v.Type())
	case v.IsNil():
		return fmt.Errorf("%w: target is a nil %s", ErrTargetType, v.Type())
	}
	return nil
}

// Assign stores a decoded value where target points to, which must be of the
// value's type or an interface type it implements. Otherwise the error is
// [ErrTargetType]. A nil value sets the zero value of any type that has nil.
func Assign(target, value any) error {
	if err := CheckTarget(target); err != nil {
		return err
	}
	dst, src := reflect.ValueOf(target).Elem(), reflect.ValueOf(value)
	if !src.IsValid() {
		switch dst.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice:
			dst.SetZero()
			return nil
		}
		return fmt.Errorf("%w: nil does not fit a %s", ErrTargetType, dst.Type())
	}
	if !src.Type().AssignableTo(dst.Type()) {
		return fmt.Errorf("%w: a %s does not fit a %s", ErrTargetType, src.Type(), dst.Type())
	}
	dst.Set(src)
	return nil
}
