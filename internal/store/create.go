package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
)

// bufferSize is that of the largest single write: large enough that system
// calls do not count, small enough that many files can be written at once.
const bufferSize = 64 << 10

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
	if err := s.check("create", key); err != nil {
		return Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return Info{}, s.fail("create", key, err)
	}
	p, err := s.backend.create(ctx, key)
	if err != nil {
		return Info{}, s.fail("create", key, err)
	}
	ended := false
	defer func() {
		if !ended {
			p.abort() // write failed, panicked or ended its goroutine
		}
	}()
	to := &sink{ctx: ctx, to: p, hash: sha256.New()}
	buf := bufio.NewWriterSize(to, bufferSize)
	err = write(buf)
	if err == nil {
		err = buf.Flush()
	}
	if to.err != nil {
		return Info{}, s.fail("create", key, to.err)
	}
	if err != nil {
		return Info{}, err
	}
	ended = true
	if err := p.commit(ctx); err != nil {
		return Info{}, s.fail("create", key, err)
	}
	return Info{Key: key, Size: to.n, SHA256: hex.EncodeToString(to.hash.Sum(nil))}, nil
}

// sink hashes and counts what goes into a file, and remembers the first failure
// of the storage: a writer may not pass it on.
type sink struct {
	ctx  context.Context // of the one call that made it
	to   pending
	hash hash.Hash
	n    int64
	err  error
}

func (w *sink) Write(p []byte) (int, error) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.to.Write(p)
	w.hash.Write(p[:n])
	w.n += int64(n)
	w.err = err
	return n, err
}
