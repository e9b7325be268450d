package payload

import (
	"context"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Verify returns a reader over the bytes of artifact a's file that compares
// size and SHA-256 with what was recorded: where they differ, a Read returns
// artifacts.ErrCorrupt in place of io.EOF, or before. Closing it closes f;
// reading only a part checks nothing.
func Verify(ctx context.Context, f io.ReadCloser, a artifacts.Artifact) io.ReadCloser {
	return &verifier{reader: newReader(ctx, f, a, 0), Closer: f}
}

type verifier struct {
	*reader
	io.Closer
}

func (v *verifier) Read(p []byte) (int, error) {
	n, err := v.reader.Read(p)
	if err == io.EOF {
		if broken := v.verify(); broken != nil {
			return n, broken
		}
	}
	return n, err
}
