package store

import "context"

// An Edit makes the new text of a manifest from the present one. When same is
// true the manifest is byte for byte the base that was passed to
// [Store.Update], and now is nil; else now is the whole text, which the edit may
// keep. exists tells an empty manifest from none.
//
// A nil Text leaves the manifest untouched. The pieces of the Text must not be
// changed until Update returns.
type Edit = func(ctx context.Context, now []byte, same, exists bool) (Text, error)

// Update replaces a manifest by what edit makes of it, without losing the
// change of any other writer: the text that is replaced is the one that edit
// saw. Where the storage locks ([Store.Locks]) the lock is held while edit runs;
// edit must not call Update for the same key. Elsewhere edit runs again, after a
// pause, whenever the manifest changed meanwhile, until ctx ends. In both cases
// it may be called more than once.
//
// base is the text the caller has, nil if none: it spares reading a manifest
// that did not change into memory.
//
// The replace is atomic and durable. A file's permission bits are kept, and a
// file that may not be written is not replaced. An error of edit is returned as
// it is. After any error the manifest is what it was, except for
// [artifacts.ErrOutcomeUnknown]: then it is one of the two, whole.
func (s *Store) Update(ctx context.Context, key string, base Text, edit Edit) error {
	if err := s.check("update", key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return s.fail("update", key, err)
	}
	var edited error
	err := s.backend.update(ctx, key, base, func(ctx context.Context, now []byte, same, exists bool) (Text, error) {
		var text Text
		text, edited = edit(ctx, now, same, exists)
		return text, edited
	})
	if edited != nil {
		return edited
	}
	return s.fail("update", key, err)
}
