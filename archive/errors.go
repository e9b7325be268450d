package archive

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// ErrCycle: an object refers to itself, directly or through others. Texts have no
// form for it, see [CycleError].
var ErrCycle = errors.New("references must form an acyclic graph")

// ErrAlias: an object is a part of another one, which a text cannot say: it would
// come back as a copy. Reported where [Options].StrictAlias asks for it.
var ErrAlias = errors.New("shares memory with a part of another object")

// A CycleError says which reference closes a cycle. It is [ErrCycle] and
// [artifacts.ErrUnsupportedValue].
type CycleError struct {
	From string       // path of the reference: net.Next.Next
	To   string       // path of what it refers to: net
	Type reflect.Type // of what it refers to
}

// Error names both ends of the reference.
func (e *CycleError) Error() string {
	return fmt.Sprintf("%s refers back to %s (%s): %v", e.From, e.To, e.Type, ErrCycle)
}

// Unwrap returns the two errors that it is.
func (e *CycleError) Unwrap() []error {
	return []error{ErrCycle, artifacts.ErrUnsupportedValue}
}

// A PathError says where in an archive something is that cannot be written.
type PathError struct {
	Path string // a name, and the way from there: net.Layers[3].Act
	Err  error
}

// Error begins with the path.
func (e *PathError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *PathError) Unwrap() error { return e.Err }

// A TextError says where in a text something is that cannot be restored. Its cause
// is [artifacts.ErrCorrupt] for what an archive does not write,
// [artifacts.ErrNeedsType] for a type or function nobody registered, and
// [artifacts.ErrTooLarge] past a limit.
type TextError struct {
	Line, Column int // from 1; columns are bytes
	Err          error
}

// Error begins with line and column.
func (e *TextError) Error() string {
	return fmt.Sprintf("line %d:%d: %v", e.Line, e.Column, e.Err)
}

// Unwrap returns the cause.
func (e *TextError) Unwrap() error { return e.Err }
