package gcs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"

	"google.golang.org/api/googleapi"
	"google.golang.org/api/storage/v1"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Put sends the request once: repeated, a write that was done could come back as
// a conflict with itself.
func (b *bucket) Put(ctx context.Context, key string, data []byte, c store.Condition) error {
	_, err := b.insert(ctx, key, data, c)
	return err
}

// insert writes an object in one request. The server compares the CRC32C before
// it keeps anything.
func (b *bucket) insert(ctx context.Context, key string, data []byte, c store.Condition) (*storage.Object, error) {
	o := object(key, c)
	o.Crc32c = spellSum(crc32.Checksum(data, castagnoli))
	call := b.objects.Insert(b.name, o).Projection("noAcl").
		Media(bytes.NewReader(data), googleapi.ContentType(o.ContentType), googleapi.ChunkSize(0)). // in one piece
		Context(ctx)
	switch generation, conditional, err := condition(c); {
	case err != nil:
		return nil, err
	case conditional:
		call = call.IfGenerationMatch(generation)
	}
	o, err := call.Do()
	if err != nil {
		return nil, inBucket(err)
	}
	return told(o)
}

// told is what an answer tells of an object, which all answers of Google's do with
// its generation. Others, such as {}, do not say that anything was done.
func told(o *storage.Object) (*storage.Object, error) {
	if o.Generation == 0 {
		return nil, fmt.Errorf("%w: it tells of no object", errAnswer)
	}
	return o, nil
}

// object says of an object what is written with it. Google's caches would keep
// what is in a public bucket for an hour, and a manifest of then cannot be replaced.
func object(key string, c store.Condition) *storage.Object {
	return &storage.Object{
		Name:         spell(key),
		ContentType:  c.ContentType(),
		CacheControl: "no-cache",
		Metadata:     map[string]string{store.WritesKey: c.Writes},
	}
}

// condition returns the generation that a write replaces; 0 is that of an object
// that is not there.
func condition(c store.Condition) (generation int64, conditional bool, err error) {
	if c.Always || c.Revision == "" {
		return 0, !c.Always, nil
	}
	generation, err = strconv.ParseInt(c.Revision, 10, 64)
	return generation, true, err
}

// verify compares what the server says to have with what was sent, and removes
// what is not that. A server that takes a chunk twice would make another object
// of them; those of Google do not, and compare checksums besides.
func (b *bucket) verify(ctx context.Context, key string, o *storage.Object, size int64, sum uint32) error {
	if int64(o.Size) == size && (o.Crc32c == "" || o.Crc32c == spellSum(sum)) {
		return nil
	}
	err := fmt.Errorf("%w: it keeps %d bytes with CRC32C %q where %d with %q were sent", errDamaged, o.Size, o.Crc32c, size, spellSum(sum))
	remove := b.objects.Delete(b.name, spell(key)).IfGenerationMatch(o.Generation).Context(ctx)
	return errors.Join(err, b.retry(ctx, func() error { return remove.Do() }))
}
