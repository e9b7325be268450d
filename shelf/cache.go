package shelf

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// CacheMode says what a [Cache] keeps and when it asks whether that still holds.
type CacheMode int

const (
	// WholeFile keeps files whole. Each get asks for the manifest, or for the
	// state of a file without one, and transfers only files that are not kept.
	WholeFile CacheMode = iota

	// Simple keeps manifests too and asks for nothing where there is one: changes
	// elsewhere are not seen until MaxAge has passed.
	Simple

	// Block keeps the parts of files that were read, of a mebibyte each, for
	// codecs that read here and there in large files. What is read is not
	// compared with the manifest's digest, as that is of the whole.
	Block
)

// A Cache keeps copies of what is got from elsewhere in a folder of the local
// disk. It must not be copied once it is used. Several processes may use one, and all shelves but those of
// [NewBucket], of which each needs its own. What is kept is compared with its own
// digest whenever it is used, and got again if it is damaged. What cannot be kept,
// as the disk is full, is no error.
type Cache struct {
	Dir  string // made when it is needed
	Mode CacheMode

	// MaxBytes is about how large the cache may become: what was not used for the
	// longest time goes first. 0 is no limit.
	MaxBytes int64

	// MaxAge is how long Simple believes a manifest; 0 is for ever.
	MaxAge time.Duration

	grown  atomic.Int64 // bytes that were kept since all that is there was looked at
	looked atomic.Bool  // that was once
}

// manifest returns the manifest of a URL if it need not be asked for.
func (c *Cache) manifest(url string, now time.Time) ([]byte, bool) {
	if c == nil || c.Mode != Simple {
		return nil, false
	}
	text, written, ok := c.read(c.path("manifests", url))
	return text, ok && (c.MaxAge <= 0 || now.Sub(written) <= c.MaxAge)
}

// keepManifest keeps a manifest that was asked for.
func (c *Cache) keepManifest(url string, text []byte, now time.Time) {
	if c != nil && c.Mode == Simple {
		c.write(c.path("manifests", url), text, now)
	}
}

// forget drops the manifest that is kept of a URL.
func (c *Cache) forget(url string) {
	if c != nil && c.Mode == Simple {
		_ = os.Remove(c.path("manifests", url)) // or it was not kept
	}
}

// fetcher returns how the files of a value are opened; nil is from the store.
func (s *Shelf) fetcher(known *found) parts.Fetch {
	c := s.opts.Cache
	switch {
	case known.held != nil:
		return func(context.Context, string, File) (store.File, error) { return unclosed{known.held.kept}, nil }
	case c == nil:
		return nil
	case c.Mode == Block:
		return func(ctx context.Context, key string, f File) (store.File, error) {
			return c.blocks(ctx, known, key, f), nil
		}
	}
	return func(ctx context.Context, key string, f File) (store.File, error) { return c.whole(ctx, known, key, f) }
}
