package plugins

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// An ArrowReader is a target that can read an Arrow IPC stream, for plugins that
// answer in that form.
type ArrowReader interface {
	ReadArrowStream(r io.Reader) error
}

// Decode lets the plugin read a file. What it answers is decoded into a value of
// the target's type at once, so that nothing is lost on the way that the type
// can hold.
func (h *handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if h.d.OutputOnly {
		return artifacts.ErrOutputOnly
	}
	to, err := newDestination(target)
	if err != nil {
		return err
	}
	in := &input{r: r, rewind: rewinder(r)}
	call := &process.Call{
		Decode: true,
		Accept: h.accept,
		Begin:  &pluginpb.Begin{Alias: h.d.Alias, Settings: h.settings, SizeHint: in.size()},
		Up: func(w io.Writer) error {
			_, err := io.Copy(w, in.r)
			return err
		},
		Down: func(e pluginpb.Encoding, r io.Reader) error { return to.read(ctx, e, r) },
		Again: func() bool {
			to.again()
			return in.again()
		},
	}
	err = h.p.runs.Do(ctx, call)
	if bad, ok := errors.AsType[*wire.Error](err); ok && bad.Kind == artifacts.ErrCorrupt {
		// The file may be as it should be; what the plugin made of it is not.
		err = &process.Fault{Kind: ErrProtocol, Message: "answered with a bad value: " + bad.Error()}
	}
	if err != nil {
		return h.failed("decode", err)
	}
	to.assign()
	return nil
}

// An input is a file on its way to a plugin.
type input struct {
	r      io.Reader
	rewind func() bool
}

func (in *input) size() uint64 {
	if f, ok := in.r.(artifacts.File); ok {
		return uint64(max(f.Size(), 0))
	}
	return 0
}

// again makes the file be read from its beginning. A File may not be able to
// seek, but can be read at all places.
func (in *input) again() bool {
	if f, ok := in.r.(artifacts.File); ok {
		in.r = io.NewSectionReader(f, 0, f.Size())
		return true
	}
	return in.rewind()
}

// A destination is what a value is decoded into.
type destination struct {
	raw   *replayer     // of a target that is a writer
	arrow ArrowReader   // of a target that is one
	typ   reflect.Type  // of the value
	fresh reflect.Value // pointer to the value of the latest try
	out   reflect.Value // what the target points to
}

func newDestination(target any) (*destination, error) {
	var d destination
	if w, ok := target.(io.Writer); ok && artifacts.CheckTarget(target) == nil {
		d.raw = &replayer{w: w}
		return &d, nil
	}
	if err := artifacts.CheckTarget(target); err != nil {
		return nil, err
	}
	d.arrow, _ = target.(ArrowReader)
	d.out = reflect.ValueOf(target).Elem()
	d.typ = d.out.Type()
	if d.typ.Kind() == reflect.Func || d.typ.Kind() == reflect.Chan {
		return nil, fmt.Errorf("%w: a %s cannot be decoded into", artifacts.ErrTargetType, d.typ)
	}
	return &d, nil
}

// again prepares for the value from its beginning.
func (d *destination) again() {
	if d.raw != nil {
		d.raw.again()
	}
}

// assign moves the value to the target.
func (d *destination) assign() {
	if d.fresh.IsValid() {
		d.out.Set(d.fresh.Elem())
	}
}

// read takes a value in the encoding the plugin chose for it.
func (d *destination) read(ctx context.Context, e pluginpb.Encoding, r io.Reader) error {
	if d.raw != nil {
		if e != pluginpb.Encoding_ENCODING_RAW {
			return fmt.Errorf("%w: the plugin returns a value and no bytes to write", artifacts.ErrTargetType)
		}
		_, err := io.Copy(d.raw, r)
		return cmp.Or(err, d.raw.finish())
	}
	if e == pluginpb.Encoding_ENCODING_ARROW_STREAM {
		if d.arrow == nil {
			return fmt.Errorf("%w: the plugin returns an Arrow stream, which does not fit a %s", artifacts.ErrTargetType, d.typ)
		}
		return d.arrow.ReadArrowStream(r)
	}
	d.fresh = reflect.New(d.typ)
	switch e {
	case pluginpb.Encoding_ENCODING_RAW:
		return d.bytes(r)
	case pluginpb.Encoding_ENCODING_CBOR_SEQ:
		return wire.ReadSequence(ctx, r, d.fresh.Interface())
	case pluginpb.Encoding_ENCODING_CBOR:
		// As a whole: decoding a large item as it arrives looks at its bytes
		// again and again.
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		return wire.Unmarshal(data, d.fresh.Interface())
	}
	return &process.Fault{Kind: ErrProtocol, Message: fmt.Sprintf("answered in the encoding %d, which this program does not know", e)}
}

// bytes takes the value's bytes as they are.
func (d *destination) bytes(r io.Reader) error {
	isBytes := d.typ.Kind() == reflect.Slice && d.typ.Elem().Kind() == reflect.Uint8
	if !isBytes && d.typ != reflect.TypeFor[any]() {
		return fmt.Errorf("%w: the plugin returns bytes, which do not fit a %s", artifacts.ErrTargetType, d.typ)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if isBytes {
		d.fresh.Elem().SetBytes(data)
	} else {
		d.fresh.Elem().Set(reflect.ValueOf(data))
	}
	return nil
}
