package segment

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Folded is what the folder of what was folded holds.
type Folded struct {
	Files   []store.Info // all of its files, in the order they were written in
	Broken  []*Segment   // those that cannot be read
	records []Record
	removed map[string]bool // slugs removed on purpose
	blind   bool            // nor is it known of others
}

// ReadFolded reads the folder of what was folded.
func ReadFolded(ctx context.Context, s *store.Store, manifest string) (*Folded, error) {
	f := &Folded{removed: map[string]bool{}}
	dir := foldedDir(manifest)
	var texts []store.Info
	for info, err := range s.Folder(ctx, dir) {
		if err != nil {
			return nil, err
		}
		base := strings.TrimPrefix(info.Key, dir)
		switch {
		case textName().MatchString(base):
			texts = append(texts, info)
		case noteName().MatchString(base):
			if err := f.readRemoved(ctx, s, info); err != nil {
				return nil, err
			}
		default:
			continue
		}
		f.Files = append(f.Files, info)
	}
	sortByKey(f.Files)
	sortByKey(texts)
	list, err := readAll(ctx, s, texts, nil)
	if err != nil {
		return nil, err
	}
	for _, seg := range list {
		f.records = append(f.records, seg.Records...)
		if seg.Err != nil {
			f.Broken = append(f.Broken, seg)
		}
	}
	return f, nil
}

// Dropped returns the records that were folded once and that has does not know,
// but for those that were removed on purpose: a program that knows no segments
// overwrote the manifest with an older state. Each slug is there once. While a
// note of removals cannot be read there are none.
func (f *Folded) Dropped(has func(slug string) bool) []Record {
	var list []Record
	if f.blind {
		return nil
	}
	seen := map[string]bool{}
	for _, r := range f.records {
		if slug := r.Slug(); !seen[slug] && !f.removed[slug] && !has(slug) {
			list = append(list, r)
			seen[slug] = true
		}
	}
	return list
}

// Slugs returns those of all records that were folded.
func (f *Folded) Slugs() []string {
	list := make([]string, len(f.records))
	for i, r := range f.records {
		list[i] = r.Slug()
	}
	return list
}

// Expired returns the files that are no younger than a time, in the order in
// which they may be removed: a note of removals goes after all records it is
// about, and stays twice the grace time, as somebody may have noted a record once
// more behind it. Else what was removed on purpose would seem to be dropped.
func (f *Folded) Expired(before time.Time, grace time.Duration) []store.Info {
	var texts, notes []store.Info
	for _, info := range f.Files {
		switch note := strings.HasSuffix(info.Key, noteSuffix); {
		case note && !info.ModTime.After(before.Add(-grace)):
			notes = append(notes, info)
		case !note && !info.ModTime.After(before):
			texts = append(texts, info)
		}
	}
	return append(texts, notes...)
}

// NoteRemoved notes, before it happens, that slugs are removed on purpose, so
// that nobody takes them for dropped. It returns the note's key.
func NoteRemoved(ctx context.Context, s *store.Store, manifest string, slugs []string) (key string, err error) {
	text, err := json.Marshal(slugs)
	if err != nil {
		return "", err
	}
	if key, err = newKey(foldedDir(manifest), noteSuffix); err != nil {
		return "", err
	}
	return key, create(ctx, s, key, store.Text{text})
}

// readRemoved takes in a note of slugs. While one cannot be read nobody knows
// what was removed on purpose.
func (f *Folded) readRemoved(ctx context.Context, s *store.Store, info store.Info) error {
	seg, err := readOne(ctx, s, info, func(_ *Segment, data []byte) error {
		var slugs []string
		if err := json.Unmarshal(data, &slugs); err != nil {
			return err
		}
		for _, slug := range slugs {
			f.removed[slug] = true
		}
		return nil
	})
	if seg != nil && seg.Err != nil {
		f.Broken, f.blind = append(f.Broken, seg), true
	}
	return err
}
