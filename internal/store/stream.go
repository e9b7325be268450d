package store

import (
	"context"
	"errors"
	"io"

	"gocloud.dev/blob"
)

// NewStream returns an upload for drivers that leave it to gocloud.dev to cut an
// object into requests.
func NewStream(ctx context.Context, b *blob.Bucket, key string, o *blob.WriterOptions) Upload {
	ctx, cancel := context.WithCancel(ctx)
	r, w := io.Pipe()
	s := &stream{w: w, cancel: cancel, done: make(chan error, 1)}
	go func() {
		// Not NewWriter: in the driver for Azure its Close panics when a small
		// object is refused.
		err := b.Upload(ctx, key, r, o)
		r.CloseWithError(err) // nil means io.ErrClosedPipe to the writer
		s.done <- err
	}()
	return s
}

// stream is an upload that a goroutine of its own reads.
type stream struct {
	w      *io.PipeWriter
	cancel context.CancelFunc
	done   chan error // takes one error
}

func (s *stream) Write(p []byte) (int, error) { return s.w.Write(p) }

func (s *stream) Commit(context.Context) error {
	defer s.cancel()
	_ = s.w.Close() // never fails
	return <-s.done
}

var errAborted = errors.New("upload was aborted")

// Abort makes the reading end with an error, so that what came is not taken for
// the whole.
func (s *stream) Abort() {
	s.cancel()
	s.w.CloseWithError(errAborted)
	<-s.done
}
