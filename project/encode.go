package project

import (
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// encodeShare is how many items one goroutine encodes at a time: a save of one
// experiment needs no second goroutine, and one of thousands keeps all
// processors busy.
const encodeShare = 128

// encode makes the texts of all items. The lock is held; items do not change
// what they share.
func (s *session) encode() error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for share := range slices.Chunk(s.items, encodeShare) {
		g.Go(func() error { return encodeItems(share) })
	}
	return g.Wait()
}

// encodeItems writes items into one buffer, as they will stand in the manifest
// if nothing comes between them.
func encodeItems(items []*item) error {
	buf := &buffer{}
	for i, it := range items {
		if text, ok := it.unchanged(); ok {
			it.at = place{buf: &buffer{data: text, elements: 1}, end: len(text)}
			continue
		}
		if len(buf.data) > 0 {
			buf.data = append(buf.data, separator...)
		}
		start := len(buf.data)
		if err := it.encode(buf); err != nil {
			return fmt.Errorf("experiment %q: %w", it.body.Slug, err)
		}
		it.at = place{buf, start, len(buf.data), buf.elements}
		if buf.elements++; buf.elements == 1 {
			buf.data = slices.Grow(buf.data, (len(items)-i)*len(buf.data)) // the others are as long, more or less
		}
	}
	for _, it := range items {
		it.text = it.at.text()
	}
	return nil
}

// unchanged returns the text of a record that came from another manifest and
// goes into this one as the bytes it was.
func (it *item) unchanged() ([]byte, bool) {
	text := it.rec.Text()
	return text, text != nil && it.body == it.rec.Body() && len(it.plan.Files)+len(it.plan.Skip) == 0
}

func (it *item) encode(buf *buffer) error {
	if err := it.body.Err(); err != nil {
		return fmt.Errorf("it has parts that cannot be read and would be lost: %w", err)
	}
	text, err := it.body.Append(buf.data, &it.plan)
	if err == nil {
		buf.data = text
	}
	return err
}
