package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"gocloud.dev/blob"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// Options are the choices of a [Store]. Nil means all defaults.
type Options struct {
	// Types says how payloads are kept by their Go types and by aliases; nil is
	// [shelf.Default].
	Types *shelf.Registry

	// Logger hears what all steps log, besides their log files; nil: nobody.
	Logger *slog.Logger

	// NoLogFiles writes no log files beside the payloads.
	NoLogFiles bool

	Now func() time.Time // nil: time.Now

	// NoSync leaves it to the system when data reaches the disk: faster, and a
	// power cut can undo or tear what was stored.
	NoSync bool

	// AssumeSingleWriter goes on where storage cannot tell two writers apart.
	// The caller promises there is one.
	AssumeSingleWriter bool

	// fault is called before each operation of the storage, which fails with its
	// error. For tests of what happens then.
	fault func(op, key string) error
}

// A Store is a folder of payloads and their records, or several that are looked
// through in order.
type Store struct {
	opts   Options
	layers []*store.Store // written is the first
	owned  bool           // Close closes them
}

// Open returns the store that is the folder at url: a path, file://path,
// mem://name, or s3://, gs:// and azblob:// with parameters behind a '?' if the
// program imports the driver. A folder that is not there is empty; the first
// payload makes it.
func Open(ctx context.Context, url string, o *Options) (*Store, error) {
	s := newStore(o)
	folder, err := store.OpenFolder(ctx, url, s.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("open pipeline store: %w", err)
	}
	s.layers, s.owned = []*store.Store{folder}, true
	return s, nil
}

// OpenBucket returns the store that is a folder of a bucket; "" is the whole. The
// bucket stays open when the store is closed. gocloud.dev has no way to replace
// an object only if nobody else did, so a plain bucket is for one process at a
// time.
func OpenBucket(b *blob.Bucket, folder string, o *Options) (*Store, error) {
	if b == nil {
		return nil, errors.New("open pipeline store: the bucket is nil")
	}
	s := newStore(o)
	layer, err := store.OpenBucketFolder(b, folder, s.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("open pipeline store: %w", err)
	}
	s.layers, s.owned = []*store.Store{layer}, true
	return s, nil
}

// Stores returns a store that looks for payloads in several, in order, and writes
// to the first. What it finds in another one it copies there: a folder of one's
// own over a bucket that is shared. The options are those of the first. The
// stores have to stay open as long as it is used, and closing it does not close
// them. Of nil stores it is nil, which [New] refuses.
func Stores(first *Store, others ...*Store) *Store {
	if first == nil || slices.Contains(others, nil) {
		return nil
	}
	s := &Store{opts: first.opts, layers: first.layers[:len(first.layers):len(first.layers)]}
	for _, other := range others {
		s.layers = append(s.layers, other.layers...)
	}
	return s
}

// Close releases the store.
func (s *Store) Close() error {
	if !s.owned {
		return nil
	}
	var errs []error
	for _, layer := range s.layers {
		errs = append(errs, layer.Close())
	}
	return errors.Join(errs...)
}

func newStore(o *Options) *Store {
	s := new(Store)
	if o != nil {
		s.opts = *o
	}
	if s.opts.Types == nil {
		s.opts.Types = shelf.Default()
	}
	if s.opts.Logger == nil {
		s.opts.Logger = slog.New(slog.DiscardHandler)
	}
	if s.opts.Now == nil {
		s.opts.Now = time.Now
	}
	return s
}

func (s *Store) storeOptions() *store.Options {
	o := s.opts
	return &store.Options{NoSync: o.NoSync, AssumeSingleWriter: o.AssumeSingleWriter, Logger: o.Logger, Fault: o.fault}
}

// top is the folder that is written to.
func (s *Store) top() *store.Store { return s.layers[0] }
