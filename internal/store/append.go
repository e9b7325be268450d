package store

import (
	"context"
	"errors"
)

// Append adds a line to a file, which it makes if need be. Lines added at once do
// not mix. It is for logs: what was added may not survive a power cut. Where
// files are written as a whole it fails with [errors.ErrUnsupported].
func (s *Store) Append(ctx context.Context, key string, line []byte) error {
	if err := s.check("append to", key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return s.fail("append to", key, err)
	}
	l, ok := s.backend.(*local)
	if !ok {
		return s.fail("append to", key, errors.ErrUnsupported)
	}
	at, key := l.route(key)
	return s.fail("append to", key, at.dir.Append(key, line))
}
