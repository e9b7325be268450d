package store

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// mover is a storage that can give a file another name.
type mover interface {
	// move fails with errors.ErrUnsupported where only a copy will do.
	move(ctx context.Context, dst, src string) error
}

// Move gives the file src the name dst. It never overwrites: a taken name is
// [artifacts.ErrExists]. If it is interrupted the file may have both names; it
// is never without one. [artifacts.ErrOutcomeUnknown] says that it was moved,
// but that a power cut may undo it.
func (s *Store) Move(ctx context.Context, dst, src string) error {
	for _, key := range []string{dst, src} {
		if err := s.check("move", key); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return s.fail("move", src, err)
	}
	if m, ok := s.backend.(mover); ok {
		err := m.move(ctx, dst, src)
		if err == nil {
			return nil
		}
		if !errors.Is(err, errors.ErrUnsupported) {
			return fmt.Errorf("move %q to %q: %w", s.URL(src), s.URL(dst), cause("move", err))
		}
	}
	if _, err := s.Copy(ctx, s, dst, src); err != nil {
		return err
	}
	return s.Remove(ctx, src)
}

// Copy copies the file srcKey to dstKey of dst, which may be another store. As
// with [Store.Create] it never overwrites, and what it returns describes the
// bytes that were written.
func (s *Store) Copy(ctx context.Context, dst *Store, dstKey, srcKey string) (Info, error) {
	f, err := s.Open(ctx, srcKey)
	if err != nil {
		return Info{}, err
	}
	defer f.Close()
	return dst.Create(ctx, dstKey, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return s.fail("read", srcKey, err)
	})
}

// Remove removes a file; one that is not there is [artifacts.ErrNotFound]. On
// the local disk it also removes the folders that this leaves empty, but never
// the store's own.
func (s *Store) Remove(ctx context.Context, key string) error {
	if err := s.check("remove", key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return s.fail("remove", key, err)
	}
	return s.fail("remove", key, s.backend.remove(ctx, key))
}
