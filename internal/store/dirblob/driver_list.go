package dirblob

import (
	"context"
	"strings"
	"sync"

	"gocloud.dev/blob/driver"
)

const (
	// defaultPage bounds a page when the caller does not: about a megabyte.
	defaultPage = 10_000

	// maxWalks bounds the listings that are remembered between two pages. A
	// listing that was dropped begins anew, which costs time only.
	maxWalks = 8
)

func (b *bucket) ListPaged(ctx context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	if err := before(o.BeforeList); err != nil {
		return nil, err
	}
	at := cursor{o.Prefix, o.Delimiter, string(o.PageToken)}
	w := b.walks.take(at)
	if w == nil {
		w = b.d.newWalk(at.prefix, at.after)
	}
	size := o.PageSize
	if size == 0 {
		size = defaultPage
	}
	page := &driver.ListPage{}
	for {
		e, ok, err := w.next(ctx)
		if err != nil {
			return nil, err
		}
		if !ok {
			return page, nil
		}
		obj := &driver.ListObject{Key: e.Name, ModTime: e.Info.ModTime(), Size: e.Info.Size()}
		if o.Delimiter != "" {
			if i := strings.Index(e.Name[len(o.Prefix):], o.Delimiter); i >= 0 {
				obj = &driver.ListObject{Key: e.Name[:len(o.Prefix)+i+len(o.Delimiter)], IsDir: true}
			}
		}
		if obj.Key <= at.after {
			continue // in a "directory" that is listed already
		}
		if len(page.Objects) == size {
			w.unread(e)
			page.NextPageToken = []byte(at.after)
			b.walks.put(at, w)
			return page, nil
		}
		page.Objects = append(page.Objects, obj)
		at.after = obj.Key
		if obj.IsDir && o.Delimiter == "/" {
			w.skip(obj.Key)
		}
	}
}

// cursor says where a listing goes on.
type cursor struct{ prefix, delimiter, after string }

// walks are listings between two pages. Without them each page would read the
// folder again up to its first name.
type walks struct {
	mu    sync.Mutex
	at    []cursor // oldest first
	walks []*walk
}

func (s *walks) put(at cursor, w *walk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.at) == maxWalks {
		s.at, s.walks = s.at[1:], s.walks[1:]
	}
	s.at, s.walks = append(s.at, at), append(s.walks, w)
}

// take returns the listing and forgets it: it can go on only once.
func (s *walks) take(at cursor) *walk {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.at {
		if s.at[i] == at {
			w := s.walks[i]
			s.at, s.walks = append(s.at[:i:i], s.at[i+1:]...), append(s.walks[:i:i], s.walks[i+1:]...)
			return w
		}
	}
	return nil
}
