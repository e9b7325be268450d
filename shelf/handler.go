package shelf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// handlerCodec is the codec of values that a handler keeps in one file.
type handlerCodec struct {
	typ     reflect.Type
	handler artifacts.Handler
	load    *artifacts.LoadOptions // nil: the defaults
}

// OfHandler returns a codec of values of any type that a handler keeps in one
// file, for a handler that is in no registry.
func OfHandler(h artifacts.Handler) Codec {
	return handlerCodec{typ: reflect.TypeFor[any](), handler: h}
}

func (c handlerCodec) Type() reflect.Type       { return c.typ }
func (c handlerCodec) Format() artifacts.Format { return c.handler.Format() }
func (c handlerCodec) Several() bool            { return false }

// environmentKeeper is an Out that records what a handler says of its surroundings.
type environmentKeeper interface {
	KeepEnvironment(env artifacts.Environment)
}

func (c handlerCodec) Encode(ctx context.Context, out Out, value any) (err error) {
	v, err := payload.New(ctx, value, "", nil, &artifacts.LogOptions{Handler: c.handler})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	if k, ok := out.(environmentKeeper); ok {
		k.KeepEnvironment(v.Environment())
	}
	w, err := out.Create("")
	if err != nil {
		return err
	}
	if err := v.WriteTo(ctx, w); err != nil {
		return err
	}
	return w.Close()
}

// storedFile is an In that hands out a file of its with what was recorded of it,
// for who compares them himself.
type storedFile interface {
	OpenStored(name string) (io.ReadCloser, artifacts.Artifact, error)
}

// Decode lets the handler fill a value of the target's type. One that is
// registered for an interface yields a value of that, which then must fit.
func (c handlerCodec) Decode(ctx context.Context, in In, target any) error {
	if t := reflect.TypeOf(target); c.typ.Kind() == reflect.Interface && c.typ.NumMethod() > 0 &&
		t != nil && t.Kind() == reflect.Pointer && t.Elem() != c.typ && t.Elem().Implements(c.typ) {
		value := reflect.New(c.typ)
		if err := c.decode(ctx, in, value.Interface()); err != nil {
			return err
		}
		return artifacts.Assign(target, value.Elem().Interface())
	}
	return c.decode(ctx, in, target)
}

func (c handlerCodec) decode(ctx context.Context, in In, target any) (err error) {
	names := in.Names()
	if len(names) != 1 {
		return fmt.Errorf("%w: %d files, and handler %q reads one", artifacts.ErrTargetType, len(names), c.Format().Alias)
	}
	f, recorded, err := openStored(in, names[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return payload.Decode(ctx, c.handler, f, recorded, target, c.load)
}

func openStored(in In, name string) (io.ReadCloser, artifacts.Artifact, error) {
	if s, ok := in.(storedFile); ok {
		return s.OpenStored(name)
	}
	f, err := in.Open(name)
	return f, artifacts.Artifact{Name: name}, err
}

// configured returns the codec with settings applied.
func configured(c Codec, settings map[string]any) (Codec, error) {
	if h, ok := c.(handlerCodec); c == nil || ok && h.handler == nil {
		return nil, errors.New("the codec is nil")
	}
	if len(settings) == 0 {
		return c, nil
	}
	h, ok := c.(handlerCodec)
	if !ok {
		return nil, fmt.Errorf("handler %q has no settings: %w", c.Format().Alias, artifacts.ErrSettings)
	}
	var err error
	h.handler, err = payload.HandlerForLoad("", nil, &artifacts.LoadOptions{Handler: h.handler, Settings: settings})
	return h, err
}
