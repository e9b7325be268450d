package shelf

import (
	"context"
	"io"
	"io/fs"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Codec turns values of one Go type into files and back. It is what a
// [Registry] finds; programs make codecs of a [Kind] or name a handler's alias.
//
// A Codec is safe for concurrent use as far as the functions it was made of are,
// and turns their panics into errors.
type Codec interface {
	// Type returns the type that the codec was registered for; it is that of any
	// for one found by its alias alone.
	Type() reflect.Type

	// Format returns the same facts at each call.
	Format() artifacts.Format

	// Several reports whether a value is a folder of files and not one file.
	Several() bool

	// Encode writes value, which must be of the codec's type or implement it.
	Encode(ctx context.Context, out Out, value any) error

	// Decode reads into target: a non-nil pointer to the codec's type, or to one
	// that the value turns out to fit, or what else a handler takes. It is
	// assigned after everything that was read is known to be what was put.
	Decode(ctx context.Context, in In, target any) error
}

// Out is where a codec puts the files of one value. It is for one call, and safe
// for concurrent use.
type Out interface {
	// Create begins a file, which is there once it is closed and the whole put
	// has succeeded. A value of several files gives each a name of its own: a
	// slash-separated path as [io/fs.ValidPath] has it. One of one file creates
	// it once, and the name is not looked at.
	Create(name string) (io.WriteCloser, error)
}

// In is where a codec finds the files of one value. It is for one call, and safe
// for concurrent use.
//
// Files are read from front to end; some are [io.ReaderAt] and [io.Seeker] too.
// One whose bytes are not those that were put fails at its end, if not before.
// What is not read to the end is compared afterwards, and files that are not
// opened are not compared.
type In interface {
	fs.FS

	// Names returns the names of the files, sorted. That of a value of one file
	// is the last part of its URL.
	Names() []string
}

// A Kind is how values of one type are kept: what two functions write and read.
// For one file there is [FromTyped], for functions that want a folder of the disk
// [FromFiles].
type Kind[T any] struct {
	Format artifacts.Format

	// Several says that a value is a folder of files. Else it is one file.
	Several bool

	// Write must close what it creates. After an error nothing is kept; it may be
	// called again with the same value, so it must not use that up.
	Write func(ctx context.Context, out Out, value T) error

	Read func(ctx context.Context, in In) (T, error) // not called if Format.OutputOnly

	handler artifacts.Handler // in the place of the functions, if not nil
}

// FromTyped makes a kind of one file.
func FromTyped[T any](t artifacts.Typed[T]) Kind[T] {
	return Kind[T]{Format: t.Kind, handler: t}
}
