package gcs

import (
	"context"
	"hash/crc32"

	"google.golang.org/api/storage/v1"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// chunkSize is what one request of an upload carries, in bytes: a multiple of
// the 256 KiB that the server wants of all but the last. It is held in memory so
// that it can be sent again.
const chunkSize = 8 << 20

// upload is an object on its way: in one request if it fits into one chunk, else
// in a resumable upload.
type upload struct {
	bucket    *bucket
	ctx       context.Context // of the chunks that are sent before the end
	key       string
	condition store.Condition

	session *session // nil as long as there is one chunk
	buf     []byte   // what is not sent
	sum     uint32   // CRC32C of all that was written
	size    int64    // of all that was written
}

func (b *bucket) Upload(ctx context.Context, key string, c store.Condition) (store.Upload, error) {
	return &upload{bucket: b, ctx: ctx, key: key, condition: c}, nil
}

// Write sends the chunk that is held once there is more, for the last one is
// sent differently.
func (u *upload) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if len(u.buf) == u.bucket.chunk {
			if err := u.send(); err != nil {
				return n, err
			}
		}
		m := min(u.bucket.chunk-len(u.buf), len(p))
		u.buf = append(u.grown(m), p[:m]...)
		u.sum = crc32.Update(u.sum, castagnoli, p[:m])
		u.size += int64(m)
		n, p = n+m, p[m:]
	}
	return n, nil
}

// grown returns the buffer with room for n more bytes. It grows by and by, so
// that a small object takes little.
func (u *upload) grown(n int) []byte {
	need := len(u.buf) + n
	if need <= cap(u.buf) {
		return u.buf
	}
	return append(make([]byte, 0, min(max(need, 2*cap(u.buf)), u.bucket.chunk)), u.buf...)
}

func (u *upload) send() (err error) {
	if u.session == nil {
		if u.session, err = u.bucket.begin(u.ctx, u.key, u.condition); err != nil {
			return err
		}
	}
	if _, err := u.session.send(u.ctx, u.buf, nil); err != nil {
		return err
	}
	u.buf = u.buf[:0]
	return nil
}

// Commit may send a request again that was done: whoever meets the name taken
// looks whether it is by this very upload.
func (u *upload) Commit(ctx context.Context) error {
	var o *storage.Object
	var err error
	if u.session != nil {
		o, err = u.session.send(ctx, u.buf, &u.sum)
	} else {
		o, err = retried(ctx, u.bucket, func() (*storage.Object, error) { return u.bucket.insert(ctx, u.key, u.buf, u.condition) })
	}
	if err != nil {
		return err
	}
	return u.bucket.verify(ctx, u.key, o, u.size, u.sum)
}

// Abort leaves a session to the server, which forgets it.
func (u *upload) Abort() { u.buf = nil }
