package shelf

import (
	"context"
	"errors"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Remove removes the value at a URL: the file, or the manifest and then the files
// it names. Other files in a folder stay. Nothing there is
// [artifacts.ErrNotFound].
func (s *Shelf) Remove(ctx context.Context, url string) error {
	return s.at(ctx, "remove", url, func(st *store.Store, key string) error {
		s.opts.Cache.forget(url)
		r, _, err := load(ctx, st, key)
		if err != nil && !errors.Is(err, artifacts.ErrCorrupt) {
			return err
		}
		if r == nil || !r.Puts[0].Several {
			// The file is the value: without it a manifest says nothing.
			gone := st.Remove(ctx, key)
			if gone != nil && !errors.Is(gone, artifacts.ErrNotFound) {
				return gone
			}
			_, dropErr := s.drop(ctx, st, key)
			return errors.Join(gone, dropErr)
		}
		puts, err := s.drop(ctx, st, key)
		if err != nil {
			return err
		}
		var errs []error
		for _, p := range puts {
			errs = append(errs, s.removeFiles(ctx, st, key, p))
		}
		return errors.Join(append(errs, s.sweep(ctx, st, key))...)
	})
}

// drop empties the manifest of a key, in one step, and removes it. It returns what
// it said.
func (s *Shelf) drop(ctx context.Context, st *store.Store, key string) ([]putRecord, error) {
	if _, err := st.Stat(ctx, recordKey(key)); errors.Is(err, artifacts.ErrNotFound) {
		return nil, nil
	}
	var said []putRecord
	err := change(ctx, st, key, func(puts []putRecord) ([]putRecord, error) {
		said = puts
		return []putRecord{}, nil
	})
	if err != nil {
		return nil, err
	}
	return said, ignoreMissing(st.Remove(ctx, recordKey(key)))
}

func ignoreMissing(err error) error {
	if errors.Is(err, artifacts.ErrNotFound) {
		return nil
	}
	return err
}

// removeFiles removes the files of a put of several.
func (s *Shelf) removeFiles(ctx context.Context, st *store.Store, key string, p putRecord) error {
	place := parts.Place{Store: st, Key: key, Several: p.Several, Folder: p.Folder}
	var errs []error
	for _, f := range p.Files {
		errs = append(errs, ignoreMissing(st.Remove(ctx, place.FileKey(f.Name))))
	}
	return errors.Join(errs...)
}

// sweep removes what puts of several files left that died a day ago or more.
func (s *Shelf) sweep(ctx context.Context, st *store.Store, key string) error {
	var old []string
	for info, err := range st.List(ctx, key+"/~") {
		if err != nil {
			return err
		}
		if s.now().Sub(info.ModTime) > pendingAge {
			old = append(old, info.Key)
		}
	}
	var errs []error
	for _, k := range old {
		errs = append(errs, ignoreMissing(st.Remove(ctx, k)))
	}
	return errors.Join(errs...)
}
