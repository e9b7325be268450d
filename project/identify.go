package project

import (
	"context"
	"errors"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/slug"
)

// identify gives every new record a slug that nobody has, now that nobody can
// take one any more, and moves the files of those that had to be renamed. So it
// does for an edited one that was just found saved under another slug, by a save
// whose outcome was not known. The lock is held.
func (s *session) identify(ctx context.Context) error {
	var added []*item
	for _, it := range s.items {
		if it.e.state == fresh {
			added = append(added, it)
		} else if slug := it.e.rec.Slug(); slug != it.body.Slug {
			if err := s.rename(ctx, it, slug); err != nil {
				return err
			}
		}
	}
	if len(added) == 0 {
		return nil
	}
	taken := slugsOf(s.p.manifest, len(added))
	mine := make(map[string]bool, len(added))
	for _, it := range added {
		name := it.body.Slug
		for taken(name) || mine[name] {
			name = distinct(slug.Stamped(it.body.Name, it.body.CreatedAt))
		}
		mine[name] = true
		if name == it.body.Slug {
			continue
		}
		if err := s.rename(ctx, it, name); err != nil {
			return err
		}
		for _, c := range it.e.cells {
			s.slugs[c] = name
		}
	}
	return nil
}

// slugsOf returns a test for the slugs of those entries of a list that are to
// stay. For a few questions going through the list costs less than an index of it.
func slugsOf(list []*entry, questions int) func(string) bool {
	const few = 8
	if questions <= few {
		return func(slug string) bool { return newest(list, slug) >= 0 }
	}
	set := slugSet(list)
	return func(slug string) bool { return set[slug] }
}

// slugSet returns the slugs of those entries of a list that are to stay.
func slugSet(list []*entry) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, e := range list {
		if e.rec != nil && e.state != gone {
			set[e.rec.Slug()] = true
		}
	}
	return set
}

// rename gives an item another slug and moves the files this save made for it.
func (s *session) rename(ctx context.Context, it *item, name string) error {
	for _, f := range it.files {
		key, err := s.p.home.Key(name, f.test, f.meta)
		if err != nil {
			return err
		}
		if err := s.p.home.Store.Move(ctx, key, f.key); err != nil {
			if !errors.Is(err, artifacts.ErrExists) {
				// It may have either name, or both.
				it.files = append(it.files, &createdFile{key, f.of, f.test, f.meta})
			}
			return err
		}
		f.key = key
	}
	body := *it.body
	body.Slug = name
	it.body = &body
	return nil
}
