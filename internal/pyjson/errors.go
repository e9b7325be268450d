package pyjson

import (
	"errors"
	"fmt"
	"reflect"
)

var (
	// ErrTooDeep is wrapped when a value has more than [MaxWriteDepth] levels
	// (or, in [Assign], more than [MaxReadDepth]).
	ErrTooDeep = errors.New("nested too deeply")

	// ErrCycle is wrapped when a Go value contains itself.
	ErrCycle = errors.New("value contains itself")

	// ErrNonFinite is wrapped when NaN or an infinity meets
	// [Format.NoNonFinite].
	ErrNonFinite = errors.New("number is not finite")

	// ErrNumber is wrapped when a [Number] or a json.Number holds a text that
	// is not a JSON number, or an integer of more than [MaxIntDigits] digits.
	ErrNumber = errors.New("invalid number")
)

// A SyntaxError says where a text stops being JSON.
type SyntaxError struct {
	Offset int64  // bytes before the place
	Line   int    // from 1; only "\n" ends a line
	Column int    // from 1, in characters
	Msg    string // what was expected, in Python's words where it has any
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d column %d: %s", e.Line, e.Column, e.Msg)
}

// An UnsupportedError reports a Go value that has no JSON text.
type UnsupportedError struct {
	Path string       // where in the value, such as opt.layers[3]; "" for the whole
	Type reflect.Type // a channel, function, complex number or map with other keys
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("convert to JSON%s: type %s is not supported", inside(e.Path), e.Type)
}

// A TypeError reports JSON that does not fit the Go value it is read into.
type TypeError struct {
	Path string       // where in the JSON, such as opt.layers[3]; "" for the whole
	Want reflect.Type // the type of the Go value there
	Got  string       // what the JSON has: "null", "bool", "string", "list", "object" or "number 1.5"
}

func (e *TypeError) Error() string {
	return fmt.Sprintf("read JSON%s: cannot store %s in Go type %s", inside(e.Path), e.Got, e.Want)
}

// A ValueError reports any other failure at one place inside a value, such as
// an error of a MarshalJSON method.
type ValueError struct {
	Path string // where in the value, such as opt.layers[3]; "" for the whole
	Err  error
}

func (e *ValueError) Error() string { return fmt.Sprintf("convert JSON%s: %v", inside(e.Path), e.Err) }

// Unwrap returns the cause.
func (e *ValueError) Unwrap() error { return e.Err }

func inside(path string) string {
	if path == "" {
		return ""
	}
	return fmt.Sprintf(" at %q", path)
}
