package release

import (
	"fmt"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A Query says which release is meant. The zero Query is [Latest].
type Query struct {
	kind queryKind
	tag  string
	at   time.Time // UTC
}

type queryKind uint8

const (
	latest queryKind = iota
	tag
	at
	asOf
)

// Latest is the release created last.
func Latest() Query { return Query{} }

// Tag is the release with this tag; of several, the one created first.
func Tag(s string) Query { return Query{kind: tag, tag: s} }

// At is the release created at this time, to the second; of several, the first.
func At(t time.Time) Query { return Query{kind: at, at: pytime.Seconds(t)} }

// AsOf is the release created last until this time, itself included.
func AsOf(t time.Time) Query { return Query{kind: asOf, at: t.UTC().Round(0)} }

// Find returns the release that is meant, of those in a list. Releases of one
// time count in the order of the list. If there is none the error is
// [repository.ErrVersionNotFound].
func Find(list []Release, q Query) (Release, error) {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b Release) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if len(sorted) == 0 {
		return Release{}, fmt.Errorf("find release: there are no releases: %w", repository.ErrVersionNotFound)
	}
	i := q.place(sorted)
	if i >= 0 {
		return sorted[i], nil
	}
	switch q.kind {
	case tag:
		return Release{}, fmt.Errorf("find release %q: %w", q.tag, repository.ErrVersionNotFound)
	case asOf:
		return Release{}, fmt.Errorf("find release as of %s: none yet, the first one, %q, was created %s: %w",
			pytime.Format(q.at), sorted[0].Tag, pytime.Format(sorted[0].CreatedAt), repository.ErrVersionNotFound)
	}
	return Release{}, fmt.Errorf("find release created at %s: %w", pytime.Format(q.at), repository.ErrVersionNotFound)
}

// place returns the index of the release that is meant, -1 without one.
func (q Query) place(sorted []Release) int {
	switch q.kind {
	case tag:
		return slices.IndexFunc(sorted, func(r Release) bool { return r.Tag == q.tag })
	case at:
		return slices.IndexFunc(sorted, func(r Release) bool { return pytime.Seconds(r.CreatedAt).Equal(q.at) })
	case asOf:
		later := slices.IndexFunc(sorted, func(r Release) bool { return r.CreatedAt.After(q.at) })
		if later >= 0 {
			return later - 1
		}
	}
	return len(sorted) - 1
}
