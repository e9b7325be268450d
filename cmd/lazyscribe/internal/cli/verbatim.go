package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// verbatim stands in for a handler whose file is there already: it copies the
// bytes. What the handler could do beyond encoding and decoding it hides: there
// is no value to be checked, or to say its environment.
type verbatim struct {
	artifacts.Handler
	suffix string // of the file's name, in the place of what the handler would say
}

// Suffix returns the suffix that the file has.
func (v verbatim) Suffix(any) string { return v.suffix }

// Encode copies a reader, which is what handlers see of an [artifacts.Source].
func (verbatim) Encode(ctx context.Context, w io.Writer, value any) error {
	r, ok := value.(io.Reader)
	if !ok {
		return fmt.Errorf("%w: a %T is not a file", artifacts.ErrUnsupportedValue, value)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := io.Copy(w, r)
	return err
}
