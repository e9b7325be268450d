package hdf5

import (
	"context"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/named"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/spool"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "hdf5".
type Handler struct {
	// MaxSize is the number of bytes that the arrays of one decoding may have
	// together. A file that wants more is [artifacts.ErrTooLarge]. 0 means 1 GiB,
	// or 32 times the size of the file if that is more, but not more than 1 MiB and
	// 1032 times its size: what is larger was not written.
	MaxSize int64
}

// Format returns alias "hdf5" and suffix "h5", binary.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "hdf5", Suffix: "h5", Binary: true}
}

// Configure knows the setting max_size.
func (h Handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	h.MaxSize = int64(s.Int("max_size", int(h.MaxSize)))
	return h, s.Err()
}

// Check refuses values with parts that are not arrays of numbers, naming the
// first, and names that no dataset can have.
func (Handler) Check(value any) error {
	list, err := arraysOf(value)
	if err != nil {
		return err
	}
	_, err = plan(list)
	return err
}

// Encode writes one dataset after the other.
func (Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	list, err := arraysOf(value)
	if err != nil {
		return err
	}
	f, err := plan(list)
	if err != nil {
		return err
	}
	return f.write(ctx, w)
}

// Decode reads the datasets that target has a place for.
func (h Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	dst := reflect.ValueOf(target).Elem()
	var into named.Places
	one := single(dst.Type())
	if !one {
		var err error
		if into, err = named.For(dst.Type(), tag); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	file, done, err := spool.File(ctx, r, "h5")
	if err != nil {
		return err
	}
	defer done()
	f, err := h.Open(file, file.Size())
	if err != nil {
		return err
	}
	if one {
		if len(f.names) != 1 {
			return fmt.Errorf("%w: a file of %d datasets does not fit a %s (it has: %s)", artifacts.ErrTargetType, len(f.names), dst.Type(), f.list())
		}
		return f.Read(ctx, f.names[0], target)
	}
	names := into.Names(f.names)
	all, err := f.admitAll(names)
	if err != nil {
		return err
	}
	value, err := into.Read(names, func(name string, target any) error { return all[name].Read(ctx, target) })
	if err != nil {
		return err
	}
	dst.Set(value)
	return nil
}

const (
	// tag is the key of the tags that name fields.
	tag = "hdf5"

	// alone is the name of the dataset that an array is which has none.
	alone = "data"
)

// single reports whether a type is one array, and not many with names.
func single(t reflect.Type) bool {
	return t.Kind() != reflect.Interface && !named.Is(t)
}

// arraysOf returns the arrays of a value in the order in which they are written.
func arraysOf(value any) ([]named.Array, error) {
	t := reflect.TypeOf(value)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || single(t) {
		return []named.Array{{Name: alone, Value: value}}, nil
	}
	return named.In(value, tag)
}
