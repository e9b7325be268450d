package npz

import (
	"context"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/spool"
)

// OpenReader is [Handler.Open] for any reader. One that is not an [artifacts.File]
// is copied first, to memory or a temporary file; done lets go of the copy, after
// which the arrays cannot be read any more.
func (h Handler) OpenReader(ctx context.Context, r io.Reader) (a *Archive, done func(), err error) {
	file, done, err := spool.File(ctx, r, "npz")
	if err != nil {
		return nil, nil, err
	}
	if a, err = h.Open(file, file.Size()); err != nil {
		done()
		return nil, nil, err
	}
	return a, done, nil
}

// ReadOther returns a member that is no array, by its whole name. One that is not
// there is [artifacts.ErrNotFound], one of more than max bytes
// [artifacts.ErrTooLarge].
func (a *Archive) ReadOther(ctx context.Context, name string, max int64) ([]byte, error) {
	f := a.others[name]
	switch {
	case f == nil:
		return nil, fmt.Errorf("member %q: %w", name, artifacts.ErrNotFound)
	case f.UncompressedSize64 > uint64(max):
		return nil, fmt.Errorf("member %q: %w: it has more than %d bytes", name, artifacts.ErrTooLarge, max)
	}
	var text []byte
	err := readMember(f, func(r io.Reader) (err error) {
		text, err = io.ReadAll(ctxio.Reader(ctx, r))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("member %q: %w", name, err)
	}
	return text, nil
}
