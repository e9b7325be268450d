package saving

import (
	"context"
	"errors"

	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// SameFile reports whether two files have the same bytes.
func SameFile(ctx context.Context, a *store.Store, keyA string, b *store.Store, keyB string) (same bool, err error) {
	fa, err := a.Open(ctx, keyA)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, fa.Close()) }()
	fb, err := b.Open(ctx, keyB)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, fb.Close()) }()
	if fa.Size() != fb.Size() {
		return false, nil
	}
	da, err := payload.Digest(ctx, fa)
	if err != nil {
		return false, err
	}
	db, err := payload.Digest(ctx, fb)
	return da == db, err
}
