package segment

import (
	"context"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A Listing is what lies in the folder of a manifest's segments.
type Listing struct {
	Segments []store.Info // in the order they were written in
	Folded   bool         // there is a folder of what was folded
}

// List lists a manifest's segments without reading them. Files with other names
// are nobody's business here.
func List(ctx context.Context, s *store.Store, manifest string) (Listing, error) {
	var l Listing
	dir := Dir(manifest)
	for info, err := range s.Folder(ctx, dir) {
		if err != nil {
			return Listing{}, err
		}
		switch base := strings.TrimPrefix(info.Key, dir); {
		case base == foldedFolder:
			l.Folded = true
		case textName().MatchString(base):
			l.Segments = append(l.Segments, info)
		}
	}
	sortByKey(l.Segments)
	return l, nil
}

func sortByKey(list []store.Info) {
	slices.SortFunc(list, func(a, b store.Info) int { return strings.Compare(a.Key, b.Key) })
}
