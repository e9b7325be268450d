package repository

import (
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// edit makes the text of the new manifest. It runs again if another writer came
// first. No other writer can while it runs, where storage has locks.
func (s *session) edit(ctx context.Context, now []byte, same, exists bool) (store.Text, error) {
	r := s.r
	r.mu.Lock()
	defer r.mu.Unlock()
	if !same {
		var err error
		if r.truncate {
			err = r.keepLater(now, exists)
		} else {
			err = r.rebase(now, exists)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := s.adopt(); err != nil {
		return nil, err
	}
	s.drop()
	if err := s.number(ctx); err != nil {
		return nil, err
	}
	if err := s.encode(); err != nil {
		return nil, err
	}
	s.arrange()
	s.text = manifest.Compose(s.places)
	return s.text, nil
}

// drop forgets items that were found saved already, and new versions whose value
// could not be encoded.
func (s *session) drop() {
	kept := s.items[:0:0]
	for _, it := range s.items {
		if it.e.state != fresh && it.key != "" { // a file for what is there already
			s.dropped = append(s.dropped, &item{key: it.key})
			it.key = ""
		}
		if it.e.state == edited || it.e.state == fresh && !it.broken {
			kept = append(kept, it)
		}
	}
	s.items = kept
}

// number settles what the items are going to be saved as: new versions get
// numbers nobody has, now that nobody can take one any more.
func (s *session) number(ctx context.Context) error {
	taken := index{}
	for _, e := range s.r.manifest {
		taken.add(e)
	}
	for _, it := range s.items {
		it.meta, it.changes = it.e.meta, it.e.changes
		if it.e.state != fresh {
			continue
		}
		it.meta.FileName, it.meta.SHA256, it.meta.Size = it.file.FileName, it.file.SHA256, it.file.Size
		others := taken[it.meta.Name]
		if others.hasNumber(it.meta.Version) {
			var err error
			if it.meta.Version, err = taken.next(it.meta.Name); err != nil {
				return fmt.Errorf("artifact %q: %w", it.meta.Name, err)
			}
		}
		if others.hasFile(it.meta.FileName) {
			if err := s.rename(ctx, it); err != nil {
				return err
			}
		}
		taken.add(&entry{meta: it.meta})
	}
	return nil
}

// rename gives the file this save made for an item another name: that of a
// version whose file is not there any more.
func (s *session) rename(ctx context.Context, it *item) error {
	meta := it.meta
	meta.FileName = saving.DistinctFile(meta.FileName)
	key, err := s.r.locate(meta)
	if err != nil {
		return err
	}
	if err := s.r.store.Move(ctx, key, it.key); err != nil {
		if !errors.Is(err, artifacts.ErrExists) { // it may have either name, or both
			s.dropped = append(s.dropped, &item{key: key})
		}
		return err
	}
	it.key, it.meta, it.file.FileName = key, meta, meta.FileName
	return nil
}

// encode makes the texts of all items.
func (s *session) encode() error {
	buf := &manifest.Buffer{}
	for _, it := range s.items {
		var was []byte
		if it.e.state == edited {
			was = it.e.place.Text()
		}
		var err error
		it.at, err = buf.Append(func(dst []byte) ([]byte, error) { return encode(dst, it.meta, was) })
		if err != nil {
			return fmt.Errorf("version %d of artifact %q: %w", it.meta.Version, it.meta.Name, err)
		}
	}
	for _, it := range s.items {
		it.text = it.at.Text()
	}
	return nil
}

// arrange lists the entries of the new manifest and their places: those of the
// present one in their order, new ones behind them.
func (s *session) arrange() {
	base := s.r.manifest
	s.next, s.places = make([]*entry, 0, len(base)+len(s.items)), make([]manifest.Place, 0, len(base)+len(s.items))
	replaced := make(map[*entry]manifest.Place, len(s.items))
	for _, it := range s.items {
		replaced[it.e] = it.at
	}
	for _, e := range base {
		at, ok := replaced[e]
		if !ok {
			at = e.place
		}
		s.next, s.places = append(s.next, e), append(s.places, at)
	}
	for _, it := range s.items {
		if it.e.state == fresh {
			s.next, s.places = append(s.next, it.e), append(s.places, it.at)
		}
	}
}
