package interop

import (
	"context"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// gobFile stores bytes under the alias of gobs, so that both sides can write
// them and say what they wrote.
var gobFile = artifacts.Typed[[]byte]{
	Kind:  artifacts.Gob{}.Format(),
	Write: func(_ context.Context, w io.Writer, b []byte) error { _, err := w.Write(b); return err },
	Read:  func(_ context.Context, r io.Reader) ([]byte, error) { return io.ReadAll(r) },
}
