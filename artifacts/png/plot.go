package png

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// A drawer gives the file of a plot in a size in points.
type drawer func(width, height float64, format string) (io.WriterTo, error)

// plotWriter returns the method WriterTo of a plot. gonum's takes lengths of a
// type of its own, so that no interface declared here could name the method; it
// is found by its shape.
func plotWriter(value any) (drawer, bool) {
	method := reflect.ValueOf(value).MethodByName("WriterTo")
	if !method.IsValid() {
		return nil, false
	}
	t := method.Type()
	if t.IsVariadic() || t.NumIn() != 3 || t.NumOut() != 2 ||
		t.In(0).Kind() != reflect.Float64 || t.In(1).Kind() != reflect.Float64 || t.In(2).Kind() != reflect.String ||
		t.Out(0) != reflect.TypeFor[io.WriterTo]() || t.Out(1) != reflect.TypeFor[error]() {
		return nil, false
	}
	return func(width, height float64, format string) (io.WriterTo, error) {
		out := method.Call([]reflect.Value{
			reflect.ValueOf(width).Convert(t.In(0)), reflect.ValueOf(height).Convert(t.In(1)), reflect.ValueOf(format).Convert(t.In(2)),
		})
		drawn, _ := out[0].Interface().(io.WriterTo)
		err, _ := out[1].Interface().(error)
		if err == nil && isNil(drawn) {
			err = errors.New("it draws nothing")
		}
		return drawn, err
	}, true
}

// plot lets a plot draw itself.
func (h Handler) plot(ctx context.Context, w io.Writer, draw drawer) error {
	const points = 72 // of an inch
	drawn, err := draw(points*cmp.Or(h.Width, usualWidth), points*cmp.Or(h.Height, usualHeight), "png")
	if err != nil {
		return fmt.Errorf("%w: the plot cannot be drawn: %w", artifacts.ErrUnsupportedValue, err)
	}
	return copyDrawn(ctx, w, drawn)
}

// copyDrawn writes what something drew, if it is a PNG file.
func copyDrawn(ctx context.Context, w io.Writer, drawn io.WriterTo) error {
	checked := &headWriter{w: ctxio.Writer(ctx, w)}
	if _, err := drawn.WriteTo(checked); err != nil {
		return err
	}
	return checked.Close()
}

func isNil(value any) bool {
	v := reflect.ValueOf(value)
	return !v.IsValid() || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil()
}
