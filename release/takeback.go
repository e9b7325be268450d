package release

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// takeBackTime bounds the taking back of a release, which goes on when the
// caller's context has ended already.
const takeBackTime = 30 * time.Second

// takeBack removes what the last save added, as far as it is there.
func (l *List) takeBack(ctx context.Context) error {
	l.mu.Lock()
	saved := l.saved
	l.mu.Unlock()
	if len(saved) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeBackTime)
	defer cancel()
	err := l.store.Update(ctx, l.key, nil, func(_ context.Context, now []byte, _, exists bool) (store.Text, error) {
		if !exists {
			return nil, nil
		}
		list, err := parse(now)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(e entry) bool {
			return slices.ContainsFunc(saved, func(s entry) bool { return bytes.Equal(s.place.Text(), e.place.Text()) })
		})
		return manifest.Compose(placesOf(list)), nil
	})
	if err != nil {
		return fmt.Errorf("take back releases %q: %w", l.url, err)
	}
	return nil
}

func placesOf(list []entry) []manifest.Place {
	places := make([]manifest.Place, len(list))
	for i, e := range list {
		places[i] = e.place
	}
	return places
}
