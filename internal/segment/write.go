package segment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A lost answer is asked for again this often, after a pause that grows.
const (
	tries = 4
	pause = 50 * time.Millisecond
)

// Write writes a text, the text of a manifest, as a new segment. Its name is
// nobody else's, so where an answer was lost writing it again finds out what
// became of it: the file is made, or it is there. What remains unknown is
// [artifacts.ErrOutcomeUnknown]; after any other error there is no segment.
func Write(ctx context.Context, s *store.Store, manifest string, text store.Text) (key string, err error) {
	if text.Len() > MaxSize {
		return "", fmt.Errorf("write segment: %w", errTooLarge)
	}
	if key, err = newKey(Dir(manifest), textSuffix); err != nil {
		return "", fmt.Errorf("write segment: %w", err)
	}
	return key, create(ctx, s, key, text)
}

func create(ctx context.Context, s *store.Store, key string, text store.Text) error {
	unknown := createOnce(ctx, s, key, text)
	if s.Locks() || !errors.Is(unknown, artifacts.ErrOutcomeUnknown) {
		// A disk has no lost answers: there it says that a power cut may undo
		// the file, which is not better for looking again.
		return unknown
	}
	for try := 1; try < tries; try++ {
		if !sleep(ctx, pause<<try) {
			return unknown
		}
		switch err := createOnce(ctx, s, key, text); {
		case err == nil, errors.Is(err, artifacts.ErrExists) && same(ctx, s, key, text):
			return nil
		}
	}
	return unknown
}

func createOnce(ctx context.Context, s *store.Store, key string, text store.Text) error {
	_, err := s.Create(ctx, key, func(w io.Writer) error {
		_, err := text.WriteTo(w)
		return err
	})
	return err
}

func same(ctx context.Context, s *store.Store, key string, text store.Text) bool {
	f, err := s.Open(ctx, key)
	if err != nil {
		return false
	}
	defer f.Close()
	equal, err := text.Equal(f)
	return err == nil && equal
}

// sleep waits; false if ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
