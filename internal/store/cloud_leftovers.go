package store

import (
	"context"
	"io/fs"
	"iter"
	"path"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/store/dirblob"
)

// An Uploader is a cloud in which the parts of an upload stay, and are paid for,
// when the writer dies.
type Uploader interface {
	// Uploads yields the uploads with a prefix that were begun but not ended: the
	// key each would have, when it was begun as ModTime, and its id.
	Uploads(ctx context.Context, prefix string) iter.Seq2[PendingUpload, error]

	// AbortUpload ends one and removes its parts.
	AbortUpload(ctx context.Context, key, id string) error
}

// PendingUpload is an upload that was begun.
type PendingUpload struct {
	Info
	ID string
}

// uploadMark comes between the key of an upload's file and its id in the key of
// the leftover. No file has it in its key.
const uploadMark = "/" + dirblob.TempPrefix + "upload/"

func (c *cloud) leftovers(ctx context.Context) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for info, err := range c.list(ctx, dirblob.TempPrefix) {
			if !yield(info, err) || err != nil {
				return
			}
		}
		u, ok := c.account.cloud.(Uploader)
		if !ok {
			return
		}
		for pending, err := range u.Uploads(ctx, c.prefix) {
			info := pending.Info
			if err == nil {
				info.Key = strings.TrimPrefix(info.Key, c.prefix) + uploadMark + pending.ID
			}
			if !yield(info, c.shaped(err)) || err != nil {
				return
			}
		}
	}
}

func (c *cloud) removeLeftover(ctx context.Context, key string) error {
	if file, id, ok := strings.Cut(key, uploadMark); ok {
		if u, ok := c.account.cloud.(Uploader); ok {
			return c.shaped(u.AbortUpload(ctx, c.prefix+file, id))
		}
	}
	if !strings.HasPrefix(path.Base(key), dirblob.TempPrefix) {
		return fs.ErrNotExist
	}
	return c.remove(ctx, key)
}
