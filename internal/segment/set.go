package segment

import (
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A Set is the segments of a manifest at one moment. Nil is the empty one.
type Set struct {
	list []*Segment // by key
}

// Len returns the number of segments, broken ones included.
func (s *Set) Len() int { return len(s.All()) }

// All returns the segments in the order they were written in. The slice must not
// be changed.
func (s *Set) All() []*Segment {
	if s == nil {
		return nil
	}
	return s.list
}

// NewSet returns the set of some segments, which are in order.
func NewSet(list ...*Segment) *Set { return &Set{list} }

// Within returns the sound segments that hold no other slugs than those given.
func (s *Set) Within(slugs map[string]bool) *Set {
	return s.where(func(seg *Segment) bool {
		return seg.Err == nil && !slices.ContainsFunc(seg.Records, func(r Record) bool { return !slugs[r.Slug()] })
	})
}

// Sound returns the segments that are not broken.
func (s *Set) Sound() *Set {
	return s.where(func(seg *Segment) bool { return seg.Err == nil })
}

// Among returns those segments that a listing has.
func (s *Set) Among(infos []store.Info) *Set {
	listed := make(map[string]bool, len(infos))
	for _, info := range infos {
		listed[info.Key] = true
	}
	return s.where(func(seg *Segment) bool { return listed[seg.Key] })
}

// Broken returns the others.
func (s *Set) Broken() *Set {
	return s.where(func(seg *Segment) bool { return seg.Err != nil })
}

// With returns the segments and one more, which was just written.
func (s *Set) With(seg *Segment) *Set {
	list := append(slices.Clone(s.All()), seg)
	slices.SortFunc(list, func(a, b *Segment) int { return strings.Compare(a.Key, b.Key) })
	return &Set{list}
}

func (s *Set) where(keep func(*Segment) bool) *Set {
	kept := &Set{}
	for _, seg := range s.All() {
		if keep(seg) {
			kept.list = append(kept.list, seg)
		}
	}
	return kept
}

// Records returns all records of all segments in their order.
func (s *Set) Records() []Record {
	var all []Record
	for _, seg := range s.All() {
		all = append(all, seg.Records...)
	}
	return all
}

// Same reports whether both sets have the same records for certain. Broken
// segments may have been mended.
func (s *Set) Same(other *Set) bool {
	return slices.EqualFunc(s.All(), other.All(), func(a, b *Segment) bool {
		return a.Key == b.Key && a.Err == nil && b.Err == nil
	})
}

func (s *Set) get(key string) *Segment {
	i, ok := slices.BinarySearchFunc(s.All(), key, func(seg *Segment, key string) int { return strings.Compare(seg.Key, key) })
	if !ok {
		return nil
	}
	return s.list[i]
}
