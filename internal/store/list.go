package store

import (
	"context"
	"iter"
	"path"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/dirblob"
)

// List yields the files whose keys begin with prefix, which may end in the
// middle of a name, in no particular order. Files that stores keep for
// themselves are left out. Files made or removed meanwhile may or may not be
// among them. An error is the last thing it yields.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return s.listed(prefix, s.backend.list(ctx, prefix), func(info Info) bool {
		return !dirblob.Reserved(info.Key)
	})
}

// Folder yields what is directly in a folder, in no particular order: its files
// but for those stores keep for themselves, and its folders, whose keys end in a
// slash and which say nothing else. dir is "" or ends in a slash. It does not
// look into the folders, so it is cheap where a manifest lies beside much else.
func (s *Store) Folder(ctx context.Context, dir string) iter.Seq2[Info, error] {
	return s.listed(dir, s.backend.folder(ctx, dir), func(info Info) bool {
		return !dirblob.Reserved(strings.TrimSuffix(info.Key, "/"))
	})
}

// leaver is a storage in which writers that die leave hidden files.
type leaver interface {
	leftovers(ctx context.Context) iter.Seq2[Info, error]
	removeLeftover(ctx context.Context, key string) error
}

// Leftovers yields what writers left that seem to have died, if it was last
// written before olderThan: hidden files of the local disk, hidden objects in
// clouds and uploads that were never ended, whose keys are not those of files. A
// lease younger than [LongestLease] may be somebody's, whatever olderThan says.
func (s *Store) Leftovers(ctx context.Context, olderThan time.Time) iter.Seq2[Info, error] {
	l, ok := s.backend.(leaver)
	if !ok {
		return func(func(Info, error) bool) {}
	}
	return s.listed("", l.leftovers(ctx), func(info Info) bool {
		if strings.HasPrefix(info.Key, leasePrefix) && time.Since(info.ModTime) < LongestLease {
			return false
		}
		return info.ModTime.Before(olderThan)
	})
}

// RemoveLeftover removes what Leftovers yielded.
func (s *Store) RemoveLeftover(ctx context.Context, key string) error {
	l, ok := s.backend.(leaver)
	if !ok {
		return s.fail("remove", key, artifacts.ErrNotFound)
	}
	if err := ctx.Err(); err != nil {
		return s.fail("remove", key, err)
	}
	return s.fail("remove", key, l.removeLeftover(ctx, key))
}

// listed filters a listing and shapes its error.
func (s *Store) listed(prefix string, all iter.Seq2[Info, error], keep func(Info) bool) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for info, err := range all {
			if err != nil {
				yield(Info{}, s.fail("list", path.Clean(prefix), err))
				return
			}
			if keep(info) && !yield(info, nil) {
				return
			}
		}
	}
}
