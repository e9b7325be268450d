package npz

import (
	"context"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// A Member is an array as [Inspect] found it.
type Member struct {
	Name string // without its suffix
	npy.Header
}

// Inspect tells which arrays are in a file, in its order. It reads their headers
// and no numbers; a file that comes from a stream is first copied to a temporary
// file. Arrays that the handler cannot read have a header as well.
func Inspect(ctx context.Context, r io.Reader) ([]Member, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file, done, err := whole(ctx, r)
	if err != nil {
		return nil, err
	}
	defer done()
	archive, err := Handler{}.Open(file, file.Size())
	if err != nil {
		return nil, err
	}
	members := make([]Member, len(archive.names))
	for i, name := range archive.names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		h, err := archive.Header(name)
		if err != nil {
			return nil, err
		}
		members[i] = Member{Name: name, Header: h}
	}
	return members, nil
}
