package saving

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// cleanupTime bounds the removal of files after a failed save, which goes on
// when the caller's context has ended already.
const cleanupTime = 30 * time.Second

// Undo removes the files of a save that came to nothing. It goes on when ctx has
// ended, for a while.
func Undo(ctx context.Context, s *store.Store, keys []string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	return Remove(ctx, s, keys)
}

// Remove removes files. Those that are not there any more are no error.
func Remove(ctx context.Context, s *store.Store, keys []string) error {
	var errs []error
	for _, key := range keys {
		if err := s.Remove(ctx, key); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			errs = append(errs, fmt.Errorf("clean up: %w", err))
		}
	}
	return errors.Join(errs...)
}
