package saving

import (
	"context"
	"errors"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Steps are what a save does about its manifest, once its files are written.
type Steps struct {
	Edit     store.Edit                  // makes the new text
	Remember func()                      // called when nobody knows whether it is there
	Undo     func(context.Context) error // called when it is not: removes the files
}

// Commit replaces a manifest by what Edit makes of it; known is its text as far
// as the caller knows. After an error the manifest is what it was, but for
// [artifacts.ErrOutcomeUnknown].
func Commit(ctx context.Context, s *store.Store, key string, known store.Text, steps Steps) error {
	err := s.Update(ctx, key, known, func(ctx context.Context, now []byte, same, exists bool) (store.Text, error) {
		text, err := steps.Edit(ctx, now, same, exists)
		return text, Untouched(err)
	})
	switch {
	case errors.Is(err, artifacts.ErrOutcomeUnknown):
		steps.Remember()
		return err
	case err != nil:
		return errors.Join(err, steps.Undo(ctx))
	}
	return nil
}
