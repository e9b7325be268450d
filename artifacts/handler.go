package artifacts

import (
	"context"
	"io"
	"reflect"
)

// A Format is what is fixed about a kind of file. It never depends on a
// handler's settings.
type Format struct {
	// Alias names the format to users and in files: "json". It begins with a
	// lower-case letter, followed by lower-case letters, digits, "_" and "-".
	Alias string

	// Suffix is the end of a file's name, without the dot: "json". It may have
	// inner dots ("tar.gz") and may be empty.
	Suffix string

	// Binary says that the bytes are not UTF-8 text: they are not shown,
	// compared line by line, or opened in text mode.
	Binary bool

	// OutputOnly says that files of this format are for people or other
	// programs: Decode is never called, loading is [ErrOutputOnly].
	OutputOnly bool
}

// A Handler encodes and decodes values of one format.
//
// A handler's fields are its settings, and its zero value writes the format's
// usual form. It must be safe for concurrent use and must not change after it
// was handed out.
//
// Errors carry the cause and not the handler's name or the artifact's, which
// the caller adds.
type Handler interface {
	// Format returns the same facts at each call.
	Format() Format

	// Encode writes the whole file for value to w. It returns the first error
	// of w as it is (wrapped), neither closes w nor keeps it or the value, and
	// stops when ctx ends. It may be called again for the same value.
	//
	// A value the format cannot hold is [ErrUnsupportedValue].
	Encode(ctx context.Context, w io.Writer, value any) error

	// Decode reads a file from r into target.
	//
	// A target is a non-nil pointer to the type wanted; a *any gets the value
	// that is natural to the format, or [ErrNeedsType] when there is none.
	// Formats whose value is the file's bytes also take an [io.Writer].
	// Any other target, and a type that cannot hold what the file says, is
	// [ErrTargetType]. A pointer is assigned through only on success; what it
	// gets shares no memory with the reader.
	//
	// The bytes are not to be trusted: damage is an error, never a panic, and
	// memory is bounded by what was really read. If r is a [File], the format
	// may seek in it. Decode need not read to the end.
	Decode(ctx context.Context, r io.Reader, target any) error
}

// A File is a reader over a whole file that can also be read at any place. The
// two ways of reading do not disturb one another.
type File interface {
	io.Reader
	io.ReaderAt
	Size() int64 // in bytes
}

// A Source is a value that can be read again and again, such as a file by its
// name: it is opened each time the artifact is encoded, and the handler's
// Encode and Check see an [io.Reader] in its place. A value that is an
// io.Reader itself can be read once only and is read when it is logged.
type Source = func(context.Context) (io.ReadCloser, error)

// The optional interfaces of a handler. A handler that implements one must
// take as much care in it as in Encode and Decode: no panics, no state.

// An EnvironmentReporter has something to record with each artifact about the
// surroundings in which it is written, such as a version of a library.
type EnvironmentReporter interface {
	// Environment returns what to record for value. Keys must pass
	// [CheckEnvironmentKey].
	Environment(value any) Environment
}

// An EnvironmentKeyer tells beforehand which keys its environments have, so
// that a bad one is refused at registration and not at the first artifact.
type EnvironmentKeyer interface {
	EnvironmentKeys() []string
}

// An EnvironmentValidator compares a recorded environment with the present one
// before a file is decoded. Handlers without it compare nothing.
type EnvironmentValidator interface {
	// ValidateEnvironment returns an [*EnvironmentError] when a file written in
	// the recorded environment is not to be read here into target.
	ValidateEnvironment(recorded Environment, target any) error
}

// A Checker can refuse a value at the moment it is logged, where the mistake
// was made, rather than when it is saved.
type Checker interface {
	// Check returns [ErrUnsupportedValue], wrapped, if the value or its type
	// already shows that Encode will fail.
	Check(value any) error
}

// A SingleUser knows values that can be encoded once only, such as a sequence
// that empties a channel. They are encoded when they are logged. A value that
// is an [io.Reader] counts as one for every handler.
type SingleUser interface {
	SingleUse(value any) bool
}

// A Suffixer has files whose names do not all end in the same way: a file that
// is kept as it is keeps its suffix too.
type Suffixer interface {
	// Suffix returns the end of the name of value's file, in the place of
	// [Format].Suffix and under the same conditions. A value that cannot be
	// encoded has that of the format.
	Suffix(value any) string
}

// A Configurable handler takes its settings by name: from the command line,
// from a plugin's declaration or from [LogOptions].Settings.
type Configurable interface {
	// Configure returns a handler with the settings applied and leaves its
	// receiver as it was. An unknown name or a value of the wrong type is an
	// error that lists what is known. Values are strings (to be converted),
	// bools, numbers of any Go kind, or what the handler documents.
	Configure(settings map[string]any) (Handler, error)
}

// A StagedTarget is a target that keeps what a handler gives it apart until it is
// told that this is what was stored. It is given to the handler itself, and not a
// fresh value of its type. Handlers document which of them they take.
type StagedTarget interface {
	// Commit puts what was decoded into its place: size and digest of the file
	// are as recorded. After an error Rollback follows.
	Commit() error

	// Rollback drops what was decoded, if anything was.
	Rollback() error
}

// A ValueTyper has values of one Go type. Who gets values in another form, such
// as a plugin's process, makes one of the type and passes that to Encode, and a
// pointer to one to Decode. Handlers without it take their natural values.
type ValueTyper interface {
	// ValueType returns the same type at each call, and never nil.
	ValueType() reflect.Type
}

// An External handler does its work in another program, which may be replaced
// by another release of it. What it says is recorded with each artifact it
// writes; see [Plugin].
type External interface {
	Plugin() Plugin
}
