package pickle

import (
	"bytes"
	"context"
	"encoding"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "pickle", for plain data. See the package
// comment for what becomes of which value.
type Handler struct {
	// Ordered reads every dict into a *any as a [Dict], which keeps the order
	// that a map[string]any has not.
	Ordered bool
}

// Format returns alias "pickle" and suffix "pkl", as binary.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "pickle", Suffix: "pkl", Binary: true}
}

// Check refuses types that have no pickle. What interfaces hold is not looked
// at.
func (Handler) Check(value any) error {
	if err := refuseStream(value); err != nil {
		return err
	}
	return checkType(reflect.TypeOf(value))
}

// Encode writes value, in pieces of some 64 KiB.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := h.Check(value); err != nil {
		return err
	}
	return encode(ctxio.Writer(ctx, w), value)
}

// Decode reads a pickle, which must fill the file and is held in memory.
func (h Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	if err := refuseWriter(target); err != nil {
		return err
	}
	data, err := readAll(ctxio.Reader(ctx, r), r)
	if err != nil {
		return err
	}
	v, err := run(ctx, data)
	if err != nil {
		return err
	}
	dst := reflect.ValueOf(target).Elem()
	fresh := reflect.New(dst.Type()).Elem()
	c := conversion{ordered: h.Ordered}
	if err := c.assign(v, fresh, 0); err != nil {
		return err
	}
	dst.Set(fresh)
	return nil
}

// readAll reads in to its end. If it comes from a file, whose size is known, the
// bytes need not be moved while they become more.
func readAll(in, from io.Reader) ([]byte, error) {
	var b bytes.Buffer
	if f, ok := from.(artifacts.File); ok {
		b.Grow(int(f.Size()) + bytes.MinRead)
	}
	_, err := b.ReadFrom(in)
	return b.Bytes(), err
}

// Configure takes ordered: true or false.
func (h Handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	h.Ordered = s.Bool("ordered", h.Ordered)
	if err := s.Err(); err != nil {
		return nil, err
	}
	return h, nil
}

// refuseStream keeps readers from being written as the structs behind them.
func refuseStream(value any) error {
	if _, ok := value.(io.Reader); !ok {
		return nil
	}
	if _, ok := value.(encoding.TextMarshaler); ok {
		return nil
	}
	return fmt.Errorf("%w: a %T is a stream, not a value", artifacts.ErrUnsupportedValue, value)
}

// refuseWriter is the same for targets.
func refuseWriter(target any) error {
	if _, ok := target.(io.Writer); !ok {
		return nil
	}
	if _, ok := target.(encoding.TextUnmarshaler); ok {
		return nil
	}
	return fmt.Errorf("%w: a %T is a stream, not a value", artifacts.ErrTargetType, target)
}
