package segment

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// filesAtOnce is how many small files are read, or removed, side by side: that
// hides the waiting for a network.
const filesAtOnce = 16

// Read lists and reads a manifest's segments. Those that known has, nil for
// none, are not read again. Segments that vanish meanwhile were folded, and are
// left out. An error is one of the storage.
func Read(ctx context.Context, s *store.Store, manifest string, known *Set) (*Set, error) {
	l, err := List(ctx, s, manifest)
	if err != nil {
		return nil, err
	}
	list, err := readAll(ctx, s, l.Segments, known)
	if err != nil {
		return nil, err
	}
	return &Set{list}, nil
}

func readAll(ctx context.Context, s *store.Store, infos []store.Info, known *Set) ([]*Segment, error) {
	list := make([]*Segment, len(infos))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(filesAtOnce)
	for i, info := range infos {
		if seg := known.get(info.Key); seg != nil && seg.Err == nil {
			list[i] = &Segment{Info: info, Records: seg.Records}
			continue
		}
		g.Go(func() (err error) {
			list[i], err = readOne(ctx, s, info, (*Segment).parse)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(seg *Segment) bool { return seg == nil }), nil
}

// readOne reads a file that holds what take takes from it; nil if it is not there
// any more.
func readOne(ctx context.Context, s *store.Store, info store.Info, take func(seg *Segment, data []byte) error) (*Segment, error) {
	seg := &Segment{Info: info}
	data, err := readText(ctx, s, info)
	switch {
	case err == nil:
		seg.Err = take(seg, data)
	case errors.Is(err, artifacts.ErrNotFound):
		return nil, nil
	case errors.Is(err, errTooLarge), errors.Is(err, artifacts.ErrUnsafePath), errors.Is(err, fs.ErrPermission):
		seg.Err = err // it will not be better the next time, and the others are
	default:
		return nil, err
	}
	return seg, nil
}

// readText reads a file that must not be larger than a segment may be, whatever
// the listing said.
func readText(ctx context.Context, s *store.Store, info store.Info) (data []byte, err error) {
	if info.Size > MaxSize {
		return nil, errTooLarge
	}
	f, err := s.Open(ctx, info.Key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var buf bytes.Buffer
	buf.Grow(int(min(max(info.Size, 0), 1<<20)) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(payload.Cancelable(ctx, f), MaxSize+1))
	if n > MaxSize {
		return nil, errTooLarge
	}
	return buf.Bytes(), err
}
