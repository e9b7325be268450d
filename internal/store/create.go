package store

import (
	"context"
	"io"
)

// Create writes a new file with what write gives it, and hashes and counts the
// bytes on their way. It never overwrites: if the key is taken, even if it was
// taken while write ran, the error is [artifacts.ErrExists].
//
// When write fails or panics nothing is left behind, and the error or the panic
// comes out as it was. An error of the storage takes precedence over what write
// made of it, so a caller can tell the two apart by comparing with the error
// its write returned.
//
// A file that was created is durable, with the folders made for it. In a bucket
// an error may leave the file there after all, when the answer was lost.
func (s *Store) Create(ctx context.Context, key string, write func(io.Writer) error) (Info, error) {
	w, err := s.begin(ctx, "create", key, anyMedia, s.backend.create)
	if err != nil {
		return Info{}, err
	}
	defer w.Abort() // write failed, panicked or ended its goroutine
	err = write(w.buf)
	if err == nil {
		err = w.buf.Flush()
	}
	if w.to.err != nil {
		return Info{}, w.failed()
	}
	if err != nil {
		return Info{}, err
	}
	if err := w.Commit(ctx); err != nil {
		return Info{}, err
	}
	return w.Info(), nil
}

// sink is where the blocks of a file go. It remembers the first failure of the
// storage: a writer may not pass it on.
type sink struct {
	ctx context.Context // of the one call that made it
	to  pending
	err error
}

func (w *sink) Write(p []byte) (int, error) {
	if w.err = w.ctx.Err(); w.err != nil {
		return 0, w.err
	}
	n, err := w.to.Write(p)
	w.err = err
	return n, err
}
