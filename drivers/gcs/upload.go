package gcs

import (
	"context"
	"fmt"

	"cloud.google.com/go/storage"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// upload counts what goes into an object, to compare it with what the server
// says to have. Chunks are sent again when an answer is lost, and a server that
// takes a chunk twice would make another object of them. The store removes what
// is not as it was sent.
type upload struct {
	store.Upload
	raw  *storage.Writer // set when the stream begins
	sent int64
}

func (b *bucket) Upload(ctx context.Context, key string, c store.Condition) (store.Upload, error) {
	u := new(upload)
	o := options(c, chunkSize, func(object *storage.ObjectHandle) *storage.ObjectHandle {
		// Again and again, though the first may have been done: whoever meets the
		// name taken looks whether it is by this very upload.
		return object.Retryer(storage.WithPolicy(storage.RetryAlways))
	})
	before := o.BeforeWrite
	o.BeforeWrite = func(as func(any) bool) error {
		err := before(as)
		as(&u.raw)
		return err
	}
	u.Upload = store.NewStream(ctx, b.blob, key, o)
	return u, nil
}

func (u *upload) Write(p []byte) (int, error) {
	n, err := u.Upload.Write(p)
	u.sent += int64(n)
	return n, err
}

func (u *upload) Commit(ctx context.Context) error {
	if err := u.Upload.Commit(ctx); err != nil {
		return err
	}
	if kept := u.raw.Attrs().Size; kept != u.sent { // the stream has ended, so they are there
		return fmt.Errorf("the server keeps %d bytes where %d were sent", kept, u.sent)
	}
	return nil
}
