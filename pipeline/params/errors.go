package params

import (
	"errors"
	"fmt"
)

var (
	// ErrCycle: a value contains itself.
	ErrCycle = errors.New("value contains itself")

	// ErrUnsupported: a value of this type cannot be a parameter.
	ErrUnsupported = errors.New("cannot be a parameter")

	// ErrTooDeep: a value is nested more than 900 levels deep, which programs in
	// other languages could not read.
	ErrTooDeep = errors.New("nested too deeply")

	// ErrAmbiguous: two parts of a value have the same name, or a text has two
	// meanings.
	ErrAmbiguous = errors.New("ambiguous")
)

// An Error says which part of the parameters has no canonical form.
type Error struct {
	Path string // below the parameters, such as ".layers[3].activation"; "": all of it
	Err  error
}

// Error names the place and the cause.
func (e *Error) Error() string { return "params" + e.Path + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// guarded calls a method of a parameter. A panic in it is the parameter's fault
// and becomes its error.
func guarded[T any](method func() (T, error)) (result T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("its method panicked: %v", r)
		}
	}()
	return method()
}
