package shelf

import (
	"context"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Stat returns what is known of the value at a URL without reading it, unless a
// put that died has left open which value the file is. Of a file without a
// manifest its size is known.
func (s *Shelf) Stat(ctx context.Context, url string) (*Manifest, error) {
	var m *Manifest
	err := s.at(ctx, "stat", url, func(st *store.Store, key string) error {
		return s.find(ctx, url, st, key, true, func(known *found) error {
			if m = known.manifest; m.Handler == "" {
				return known.absent
			}
			if m.Several || known.cached {
				return nil
			}
			_, err := st.Stat(ctx, key) // a manifest may be there before its file
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}
