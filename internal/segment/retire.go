package segment

import (
	"cmp"
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	manifests "github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// noteSize is how many bytes of records are noted in one file, more or less.
const noteSize = 16 << 20

// Retire takes segments away whose records are all in the manifest; broken ones
// stay. First it notes the records in the folder of what was folded, many in one
// file, so that a fold costs one file and not one for each segment. A segment
// that cannot be removed does not keep the others. After an error some segments
// may be gone, and all they held is noted.
func (s *Set) Retire(ctx context.Context, st *store.Store, manifest string) error {
	sound := s.Sound()
	if sound.Len() == 0 {
		return nil
	}
	if err := note(ctx, st, manifest, sound.Records()); err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(filesAtOnce)
	for _, seg := range sound.All() {
		if ctx.Err() != nil {
			break // or each would fail by itself
		}
		g.Go(func() error {
			if err := st.Remove(ctx, seg.Key); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
				return err
			}
			return nil
		})
	}
	return cmp.Or(g.Wait(), ctx.Err())
}

// note writes records into the folder of what was folded.
func note(ctx context.Context, s *store.Store, manifest string, records []Record) error {
	for len(records) > 0 {
		var places []manifests.Place
		size := 0
		for len(records) > 0 && (len(places) == 0 || size < noteSize) {
			places = append(places, records[0].Place)
			size += len(records[0].Place.Text())
			records = records[1:]
		}
		key, err := newKey(foldedDir(manifest), textSuffix)
		if err != nil {
			return err
		}
		if err := create(ctx, s, key, manifests.Compose(places)); err != nil {
			return err
		}
	}
	return nil
}
