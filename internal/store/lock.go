package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/dirblob"
)

// locker is a storage with locks that end with the process that holds them.
type locker interface {
	lock(ctx context.Context, key string) (unlock func(), err error)
}

// Lock takes a lock on a key, and waits for it until ctx ends. It keeps out other
// Locks of the key and nothing else: neither Update nor Create of the key waits
// for it. On the local disk it is a lock of the kernel's, which frees it when
// the process dies; in memory, and in a bucket that must have one writer, it is
// one of this process.
//
// Where conditions on writes are all there is, in clouds, it fails with
// [errors.ErrUnsupported]: see [Store.UpdateLease]. Package keylock has a lock
// made of either.
func (s *Store) Lock(ctx context.Context, key string) (unlock func(), err error) {
	if err := s.check("lock", key); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, s.fail("lock", key, err)
	}
	l, ok := s.backend.(locker)
	if !ok {
		return nil, s.fail("lock", key, errors.ErrUnsupported)
	}
	unlock, err = l.lock(ctx, key)
	if err != nil {
		return nil, s.fail("lock", key, err)
	}
	return unlock, nil
}

func (l *local) lock(ctx context.Context, key string) (func(), error) {
	at, key := l.route(key)
	return at.dir.Guard(ctx, key)
}

// lock goes through a gate of its own, as updates of the key are not to wait.
func (b *bucket) lock(ctx context.Context, key string) (func(), error) {
	return b.gates.enter(ctx, b.prefix+dirblob.GuardName(key))
}

// lock hides that of the bucket: other processes would not heed it.
func (c *cloud) lock(context.Context, string) (func(), error) { return nil, errors.ErrUnsupported }

// leasePrefix begins the keys of leases. They are hidden, and leftovers if their
// holder died long ago.
const leasePrefix = dirblob.TempPrefix + "lease-"

// LongestLease is how long a lease may last that is not renewed.
const LongestLease = time.Hour

// leaseKey returns where the lease of a key is: leftovers are looked for in the
// store's own folder, so it has no folders.
func leaseKey(key string) string {
	digest := sha256.Sum256([]byte(key))
	return leasePrefix + hex.EncodeToString(digest[:])
}

// UpdateLease replaces the lease of a key as [Store.Update] replaces a manifest.
// A lease is a hidden object that says who works on the key. What it says and
// when it ends is up to package keylock.
func (s *Store) UpdateLease(ctx context.Context, key string, edit Edit) error {
	if err := s.check("lock", key); err != nil {
		return err
	}
	var edited error
	err := s.backend.update(ctx, leaseKey(key), nil, func(ctx context.Context, now []byte, same, exists bool) (Text, error) {
		var text Text
		text, edited = edit(ctx, now, same, exists)
		return text, edited
	})
	if edited != nil {
		return edited
	}
	return s.fail("lock", key, err)
}

// RemoveLease removes the lease of a key; none is no error.
func (s *Store) RemoveLease(ctx context.Context, key string) error {
	err := s.backend.remove(ctx, leaseKey(key))
	if err = s.fail("unlock", key, err); errors.Is(err, artifacts.ErrNotFound) {
		return nil
	}
	return err
}
