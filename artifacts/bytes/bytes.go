// Package bytes is the handler of the format "bytes": bytes as they are, with no
// meaning to the project. A blank import registers it:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/bytes"
//
// Values are byte slices, also of named types, and an [io.Reader], which is
// copied through. Targets are pointers to byte slices, a *any (which gets a
// []byte) and an [io.Writer], which is written to as the file is read, also when
// an error turns up later. A nil slice is an empty file, and read as an empty
// slice.
//
// Handlers are values without state. Errors are those of package artifacts.
package bytes

import (
	"context"
	"fmt"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "bytes". It has no settings.
type Handler struct{}

// Format returns alias "bytes" and suffix "bin", binary.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "bytes", Suffix: "bin", Binary: true}
}

// Check refuses values that are not bytes.
func (Handler) Check(value any) error {
	if _, ok := value.(io.Reader); ok || isBytes(reflect.TypeOf(value)) {
		return nil
	}
	return fmt.Errorf("%w: a %T is not bytes", artifacts.ErrUnsupportedValue, value)
}

func isBytes(t reflect.Type) bool {
	return t != nil && t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// Encode writes value as it is.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := h.Check(value); err != nil {
		return err
	}
	if r, ok := value.(io.Reader); ok {
		_, err := io.Copy(w, ctxio.Reader(ctx, r))
		return err
	}
	_, err := w.Write(reflect.ValueOf(value).Bytes())
	return err
}

// Decode reads the file into target.
func (Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r = ctxio.Reader(ctx, r)
	if w, ok := target.(io.Writer); ok && !isNil(target) {
		_, err := io.Copy(w, r)
		return err
	}
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	t := reflect.TypeOf(target).Elem()
	if !isBytes(t) && t != reflect.TypeFor[any]() {
		return fmt.Errorf("%w: bytes do not fit a %s", artifacts.ErrTargetType, t)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return artifacts.Assign(target, b)
}

func isNil(target any) bool {
	v := reflect.ValueOf(target)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
