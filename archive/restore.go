package archive

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// RestoreOptions are the choices of one [Restore]. Nil means all defaults.
type RestoreOptions struct {
	Types  *Types      // that the text may mention; nil: [DefaultTypes]
	Arrays ArraySource // that are outside of the text; nil: there are none
	Limits Limits
}

// Limits keep a text from taking more memory than it should. Zero means the default.
// Time is not limited but by the context, which is looked at between values: package
// math/big takes seconds for one number of a million digits.
type Limits struct {
	Depth  int   // expressions and types inside one another; 10,000
	Memory int64 // bytes of what the text makes, without Arrays; 256 MiB, or 64 times the text if that is more
}

// An ArraySource has the arrays that are outside of a text.
type ArraySource interface {
	// ReadArray reads an array into target, a pointer to a slice. The name is that
	// of its file in the text, without folders: array_0.npy. It is not to be
	// trusted, and one that is not there is [artifacts.ErrNotFound].
	ReadArray(ctx context.Context, name string, target any) error
}

// Restore makes the objects of a text again: what referred to one object does so
// again. It understands what an [Archive] writes and nothing else: literals,
// conversions, and calls of functions that were registered. No other code in the
// text is run, whatever it says. Objects have to be declared before they are used,
// as they are in what an Archive writes.
//
// The constructors that a text can call, and the types with methods such as
// UnmarshalText, are those of the Types: they have to be prepared for any
// arguments.
//
// What is wrong with a text is a [*TextError], with line and column.
func Restore(ctx context.Context, text []byte, opts *RestoreOptions) (*Objects, error) {
	var o RestoreOptions
	if opts != nil {
		o = *opts
	}
	if o.Types == nil {
		o.Types = DefaultTypes()
	}
	r := newReader(ctx, text, o)
	if err := r.file(); err != nil {
		return nil, fmt.Errorf("restore archive: %w", err)
	}
	return r.out, nil
}

// Objects are what was restored. They are for reading, also by several goroutines.
type Objects struct {
	names  []string
	values map[string]reflect.Value // by exported name; an invalid one is nil
}

// Names returns the names in the order of the text.
func (o *Objects) Names() []string { return slices.Clone(o.names) }

// Value returns an object, which is the same each time. A name that is not there is
// [artifacts.ErrNotFound].
func (o *Objects) Value(name string) (any, error) {
	v, ok := o.values[exported(name)]
	switch {
	case !ok:
		const most = 10 // names that help; there may be a million
		there := slices.Sorted(maps.Keys(o.values))
		return nil, fmt.Errorf("object %s: %w (there are %d: %.100q)", strconv.Quote(name), artifacts.ErrNotFound, len(there), there[:min(len(there), most)])
	case !v.IsValid():
		return nil, nil
	}
	return v.Interface(), nil
}

// Get returns the object called name as a T. One of another type, that is no T
// either if T is an interface, is [artifacts.ErrTargetType].
func Get[T any](o *Objects, name string) (T, error) {
	var value, zero T
	v, err := o.Value(name)
	if err != nil {
		return zero, err
	}
	if err := artifacts.Assign(&value, v); err != nil {
		return zero, fmt.Errorf("object %s: %w", strconv.Quote(name), err)
	}
	return value, nil
}
