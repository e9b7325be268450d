package npz

import (
	"context"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// A Member is an array as [Inspect] found it.
type Member struct {
	Name string // without its suffix
	npy.Summary
}

// Inspect reads a file and tells which arrays are in it, in its order, with at
// most first of the numbers of each: see [npy.Inspect]. No others are kept in
// memory. A file that comes from a stream is first copied to a temporary file.
func Inspect(ctx context.Context, r io.Reader, first int) ([]Member, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	archive, done, err := Handler{}.OpenReader(ctx, r)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := archive.Admit(archive.names...); err != nil {
		return nil, err
	}
	members := make([]Member, len(archive.names))
	for i, name := range archive.names {
		members[i].Name = name
		err := archive.open(name, func(r io.Reader) (err error) {
			members[i].Summary, err = npy.Inspect(ctx, r, first)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return members, nil
}
