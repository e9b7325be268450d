package shelf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// kept is a file of the cache.
type kept struct {
	*os.File
	size    int64
	modTime time.Time
}

func (k kept) Size() int64        { return k.size }
func (k kept) ModTime() time.Time { return k.modTime }

// whole opens a file from the cache, into which it is brought if it is not there.
// Files are kept by their digests, so that what is equal is kept once; of those
// without a recorded one it is kept which digest the state had that they are in.
func (c *Cache) whole(ctx context.Context, known *found, key string, f File) (store.File, error) {
	digits, err := parts.Hex(f.Digest)
	if err != nil {
		return nil, err
	}
	state := ""
	if digits == "" {
		state = c.path("states", known.state(key, f))
		text, _, _ := c.read(state)
		digits = string(text)
	}
	if digits != "" {
		if k, ok := c.hit(ctx, digits); ok {
			return k, nil
		}
	}
	from, err := known.place.Store.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	k, got, err := c.bring(ctx, from)
	if errors.Is(err, errNotKept) {
		return from, nil // as if there were no cache
	}
	if err = errors.Join(err, from.Close()); err != nil {
		return nil, err
	}
	switch {
	case f.Digest != "" && f.Digest != parts.Digest(got):
		return nil, errors.Join(fmt.Errorf("%w: SHA-256 of %q is %s, recorded was %s", artifacts.ErrCorrupt, known.place.Store.URL(key), got, digits), k.Close())
	case f.Digest == "" && known.unchanged(from):
		c.write(state, []byte(got), time.Now())
	}
	return k, nil
}

// state names the state of a file that has no recorded digest.
func (f *found) state(key string, file File) string {
	return fmt.Sprintf("%s\x00%s\x00%s\x00%d\x00%d", f.url, key, f.etag, file.Size, f.manifest.Put.UnixNano())
}

// unchanged reports whether a file is in the state that was looked at before it
// was opened. Of several files without a manifest that is not known.
func (f *found) unchanged(file store.File) bool {
	m := f.manifest
	return !m.Several && len(m.Files) == 1 && file.Size() == m.Files[0].Size && file.ModTime().Equal(m.Put)
}

func (c *Cache) blob(digits string) string {
	return filepath.Join(c.Dir, "files", digits[:2], digits)
}

// hit opens a file that is kept, if it is what it should be.
func (c *Cache) hit(ctx context.Context, digits string) (kept, bool) {
	if len(digits) != hex.EncodedLen(sha256.Size) {
		return kept{}, false
	}
	path := c.blob(digits)
	f, err := os.Open(path)
	if err != nil {
		return kept{}, false
	}
	sum, err := payload.Digest(ctx, f)
	k, rewindErr := rewound(f)
	if err != nil || rewindErr != nil || sum != digits {
		_ = f.Close() // it was only read
		return kept{}, false
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now) // else it goes earlier than it should
	return k, true
}

// rewound returns a file of the cache, to be read from its beginning.
func rewound(f *os.File) (kept, error) {
	fi, err := f.Stat()
	if err != nil {
		return kept{}, err
	}
	_, err = f.Seek(0, io.SeekStart)
	return kept{f, fi.Size(), fi.ModTime()}, err
}

// errNotKept: the cache cannot take a file, of which nothing was read yet.
var errNotKept = errors.New("the cache cannot take the file")

// bring brings a file into the cache and returns it with its SHA-256.
func (c *Cache) bring(ctx context.Context, from io.Reader) (kept, string, error) {
	f, err := c.temp(c.blob("00new"))
	if err != nil {
		return kept{}, "", errNotKept
	}
	sum := hashing.New()
	_, err = sum.Copy(f, payload.Cancelable(ctx, from))
	k, rewindErr := rewound(f)
	if err = errors.Join(err, rewindErr); err != nil {
		return kept{}, "", errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	digits := sum.Sum()
	if os.MkdirAll(filepath.Dir(c.blob(digits)), 0o700) != nil || !c.publish(f.Name(), c.blob(digits)) {
		_ = os.Remove(f.Name()) // it is read once more, under no name
	}
	return k, digits, nil
}
