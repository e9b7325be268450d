package shelf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// blockSize is the size of the parts in which Block keeps files, in bytes.
const blockSize = 1 << 20

// blockFile is a file of which parts are read, one request each, and kept.
type blockFile struct {
	c     *Cache
	ctx   context.Context // of the get that opened it
	store *store.Store
	key   string
	id    string // of the file in the state it is in
	size  int64
	mod   time.Time

	mu  sync.Mutex
	off int64 // of Read
}

func (c *Cache) blocks(ctx context.Context, known *found, key string, f File) store.File {
	id := known.state(key, f)
	for _, recorded := range known.manifest.Files {
		if recorded.Name == f.Name && recorded.Digest != "" {
			id = recorded.Digest
		}
	}
	return &blockFile{c: c, ctx: ctx, store: known.place.Store, key: key, id: id, size: f.Size, mod: known.manifest.Put}
}

func (f *blockFile) Size() int64        { return f.size }
func (f *blockFile) ModTime() time.Time { return f.mod }
func (f *blockFile) Close() error       { return nil }

func (f *blockFile) Read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	// The rest of the block: the next one is a request of its own.
	n, err := f.ReadAt(p[:min(int64(len(p)), blockSize-f.off%blockSize)], f.off)
	f.off += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// ReadAt may be used by several goroutines at a time.
func (f *blockFile) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("read: negative offset")
	}
	for n < len(p) && off < f.size {
		block, err := f.block(off / blockSize)
		if err != nil {
			return n, err
		}
		m := copy(p[n:], block[off%blockSize:])
		n, off = n+m, off+int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// block returns a part of the file, from the cache or, if it is not kept or
// damaged, from the store.
func (f *blockFile) block(index int64) ([]byte, error) {
	size := min(blockSize, f.size-index*blockSize)
	path := f.c.path("blocks", fmt.Sprintf("%s\x00%d", f.id, index))
	if data, _, ok := f.c.read(path); ok && int64(len(data)) == size {
		return data, nil
	}
	data := make([]byte, size)
	if err := f.store.ReadAt(f.ctx, f.key, data, index*blockSize); err != nil {
		return nil, err
	}
	f.c.write(path, data, time.Now())
	return data, nil
}
