// Package store keeps the files of a project, a repository or an archive:
// artifacts, which are written once, and manifests, which are replaced by
// compare-and-swap so that no writer loses another's change. It is the only
// package that knows gocloud.dev.
//
// A [Store] is one folder, on the local disk, in memory or in a bucket. Its
// keys are slash-separated paths relative to that folder ([io/fs.ValidPath]);
// other keys, and the names that stores keep for themselves (files being
// written, locks), are refused with [artifacts.ErrUnsafePath].
//
// Opening makes nothing: a folder that is not there reads as empty, and the
// first write makes it.
//
// A Store is safe for concurrent use. Slices passed in are not kept and not
// changed; slices handed out belong to the caller, except where a method says
// otherwise. Errors begin with the operation and the path as a user would type
// it and wrap the sentinels of package artifacts; what is missing is also
// [io/fs.ErrNotExist].
package store

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"gocloud.dev/blob"
)

// Options change how a [Store] works. The zero value, like nil, is safe and
// durable.
type Options struct {
	// NoSync leaves flushing to the operating system: faster, but a power cut
	// may lose or truncate what was acknowledged. For scratch work.
	NoSync bool

	// AllowLinks follows links from the folder to folders elsewhere, as when
	// the artifacts of an experiment are kept on another disk.
	AllowLinks bool

	// AssumeSingleWriter goes on where the storage cannot keep two writers
	// apart: the caller promises that there is one.
	AssumeSingleWriter bool

	// Logger hears of waits and of safeguards that are missing; nil is silent.
	Logger *slog.Logger

	// Fault, when set, is called before each elementary operation of the
	// storage; an error makes the operation fail with it. It exists for tests
	// of what happens then: package storetest has one. On the local disk the
	// operations are those of [dirblob.Options]; elsewhere they are open, stat,
	// create, write, commit, remove and list.
	Fault func(op, key string) error
}

// A Store is a folder of artifacts and manifests.
type Store struct {
	backend backend
}

// backend is what one kind of storage does. Its keys are checked; its errors
// are shaped by the Store.
type backend interface {
	url(key string) string
	where(key string) (storage any, path string)
	locks() bool
	unguarded() bool // does not keep writers apart
	open(ctx context.Context, key string) (File, error)
	stat(ctx context.Context, key string) (Info, error)
	create(ctx context.Context, key, mediaType string) (pending, error)
	replace(ctx context.Context, key, mediaType string) (pending, error)
	update(ctx context.Context, key string, base Text, edit Edit) error
	remove(ctx context.Context, key string) error
	list(ctx context.Context, prefix string) iter.Seq2[Info, error]
	folder(ctx context.Context, dir string) iter.Seq2[Info, error]
	close() error
}

// pending is a file that is being written. It has no name until it is
// committed; it must be either committed or aborted.
type pending interface {
	Write(p []byte) (int, error)
	commit(ctx context.Context) error
	abort()
}

// Info is what is known of a stored file.
type Info struct {
	Key     string
	Size    int64     // bytes
	ModTime time.Time // zero in what Create, Copy and a Writer return
	SHA256  string    // hex; only in what Create, Copy and a Writer return, else ""
	ETag    string    // tells states of one file apart, as the storage does; only in what Stat returns
}

// OpenBucket returns the store of a whole bucket. A bucket has no
// compare-and-swap of its own: changes that go through this Store are kept
// apart, those of others are noticed only if they came before the last look, so
// there must be one writer. Closing the Store does not close the bucket.
func OpenBucket(b *blob.Bucket, o *Options) (*Store, error) {
	o = o.orDefault()
	return &Store{&bucket{
		objects: objects{bucket: b, fault: o.Fault},
		name:    func(key string) string { return key },
		gates:   newGates(),
		log:     o.Logger,
	}}, nil
}

// orDefault returns a copy of o that can be used without a test for nil.
func (o *Options) orDefault() *Options {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &c
}

// Close releases the store. Files that are open stay usable. Stores in memory
// keep their content.
func (s *Store) Close() error { return s.backend.close() }

// Locks reports whether an update holds a lock while its edit runs, so that the
// edit sees the one state that is going to be replaced.
func (s *Store) Locks() bool { return s.backend.locks() }

// SingleWriter reports whether the storage cannot keep writers of different
// processes apart, so that the caller must promise that there is one.
//
// Of a bucket in a cloud this is known after the first write.
func (s *Store) SingleWriter() bool { return s.backend.unguarded() }

// Same reports whether a key of this store and one of another are one file, as
// far as that is known without looking: stores may have it by names of which
// nobody knows that they lead to one place. URLs do not tell, as two servers may
// have buckets of one name.
func (s *Store) Same(key string, other *Store, otherKey string) bool {
	storage, path := s.backend.where(key)
	others, otherPath := other.backend.where(otherKey)
	return storage == others && path == otherPath
}

// URL returns the path of key as the user would type it, for messages.
func (s *Store) URL(key string) string { return s.backend.url(key) }
