package project

import (
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
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
	buf := &manifest.Buffer{}
	for i, it := range items {
		if text, ok := it.unchanged(); ok {
			it.at = manifest.Alone(text)
			continue
		}
		first := buf.Len() == 0
		var err error
		if it.at, err = buf.Append(it.encode); err != nil {
			return fmt.Errorf("experiment %q: %w", it.body.Slug, err)
		}
		if first {
			buf.Grow((len(items) - i) * buf.Len()) // the others are as long, more or less
		}
	}
	for _, it := range items {
		it.text = it.at.Text()
	}
	return nil
}

// unchanged returns the text of a record that came from another manifest and
// goes into this one as the bytes it was.
func (it *item) unchanged() ([]byte, bool) {
	text := it.rec.Text()
	return text, text != nil && it.body == it.rec.Body() && len(it.plan.Files)+len(it.plan.Skip) == 0
}

func (it *item) encode(dst []byte) ([]byte, error) {
	if err := it.body.Err(); err != nil {
		return nil, fmt.Errorf("it has parts that cannot be read and would be lost: %w", err)
	}
	return it.body.Append(dst, &it.plan)
}
