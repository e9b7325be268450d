package shelf

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Join returns the URL of what has a name in the folder at a URL, such as an
// [Item]: parameters behind a '?' stay at the end.
func Join(url, name string) string { return store.Join(url, name) }

// An Item is something in a folder.
type Item struct {
	Name     string    // in the folder
	Manifest bool      // a manifest says what it is: see [Shelf.Stat]
	Folder   bool      // a folder, of several files if Manifest is set
	Size     int64     // of a file, in bytes
	ModTime  time.Time // of a file, or else of the manifest
}

// List returns what is directly in the folder at a URL, sorted by name. It reads
// no manifests, so it costs as much as two listings.
func (s *Shelf) List(ctx context.Context, url string) ([]Item, error) {
	st, err := s.openFolder(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	items, err := list(ctx, st)
	if err = errors.Join(err, st.Close()); err != nil {
		return nil, err
	}
	return items, nil
}

func list(ctx context.Context, st *store.Store) ([]Item, error) {
	byName := map[string]Item{}
	for info, err := range st.Folder(ctx, "") {
		if err != nil {
			return nil, err
		}
		name, folder := strings.CutSuffix(info.Key, "/")
		if name != recordFolder {
			byName[name] = Item{Name: name, Folder: folder, Size: info.Size, ModTime: info.ModTime}
		}
	}
	for info, err := range st.Folder(ctx, recordFolder+"/") {
		if err != nil {
			return nil, err
		}
		name, ok := strings.CutSuffix(strings.TrimPrefix(info.Key, recordFolder+"/"), recordSuffix)
		item, there := byName[name]
		if !ok || !there {
			continue // no manifest, or one whose file is not there yet
		}
		item.Manifest = true
		if item.Folder {
			item.ModTime = info.ModTime
		}
		byName[name] = item
	}
	return slices.SortedFunc(maps.Values(byName), func(a, b Item) int { return strings.Compare(a.Name, b.Name) }), nil
}
