package store

import (
	"context"
	"io"
	"io/fs"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// ranger is a storage that reads a part of a file in a way of its own.
type ranger interface {
	readAt(ctx context.Context, key string, p []byte, offset int64) error
}

// ReadAt fills p with the bytes of a file from an offset on, and reads nothing
// else of it: in a bucket it is one request. A file that ends before p is full is
// [artifacts.ErrCorrupt], as the caller must know of more. The file must not be
// one that is replaced: parts of it need not belong together.
func (s *Store) ReadAt(ctx context.Context, key string, p []byte, offset int64) error {
	if err := s.check("read", key); err != nil {
		return err
	}
	err := ctx.Err()
	if err == nil && len(p) > 0 {
		err = s.readAt(ctx, key, p, offset)
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = artifacts.ErrCorrupt
	}
	return s.fail("read", key, err)
}

func (s *Store) readAt(ctx context.Context, key string, p []byte, offset int64) error {
	if r, ok := s.backend.(ranger); ok {
		return r.readAt(ctx, key, p, offset)
	}
	f, err := s.backend.open(ctx, key)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.ReadFull(io.NewSectionReader(f.(io.ReaderAt), offset, int64(len(p))), p)
	return err
}

// readAt asks a bucket for the range.
func (b *bucket) readAt(ctx context.Context, key string, p []byte, offset int64) error {
	if err := b.hook("open", key); err != nil {
		return err
	}
	r, err := b.objects.bucket.NewRangeReader(ctx, b.prefix+key, offset, int64(len(p)), nil)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.ReadFull(r, p)
	return err
}

// readAt takes the request up again where its connection broke.
func (c *cloud) readAt(ctx context.Context, key string, p []byte, offset int64) error {
	if err := c.hook("open", key); err != nil {
		return err
	}
	pause := backoff{}
	for try := 1; ; try++ {
		n, err := c.readSome(ctx, key, p, offset)
		p, offset = p[n:], offset+int64(n)
		if len(p) == 0 {
			return nil
		}
		if n > 0 {
			try = 1 // it gets on
		}
		if err == io.EOF && n == 0 {
			return err
		}
		answer, err := c.answer(err)
		switch {
		case answer == Missing:
			return fs.ErrNotExist
		case answer == Refused, try >= readTries, pause.wait(ctx) != nil:
			return err
		}
	}
}

// readSome reads as much as the connection gives; io.EOF says that the object
// does not have as much.
func (c *cloud) readSome(ctx context.Context, key string, p []byte, offset int64) (int, error) {
	o, err := c.account.cloud.Get(ctx, c.prefix+key, "", offset, int64(len(p)))
	if err != nil {
		return 0, err
	}
	defer o.Close()
	if offset+int64(len(p)) > o.Size {
		return 0, io.EOF
	}
	return io.ReadFull(o, p)
}
