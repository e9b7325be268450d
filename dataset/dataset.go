package dataset

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"gocloud.dev/blob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/keylock"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A DataSet is a folder of items that are read when they are asked for and
// written at once. It is safe for concurrent use, by processes too.
type DataSet struct {
	opts  Options
	store *store.Store
	url   string // as the user gave it, without parameters
	pkg   string // name of the Go package; "": there is none

	exclusive *keylock.Held // nil unless Options.Exclusive
	cache     cache

	mu     sync.Mutex
	closed bool
	users  sync.WaitGroup // calls under way
}

// Open opens the dataset in the folder at url: a path, file://path, s3://, gs://
// or azblob:// if the program imports the driver, or mem://name/folder for one
// that lives as long as the process. It reads whether it is a dataset and nothing
// else.
//
// With [ReadOnly] a folder that is not there is [artifacts.ErrNotFound]; with
// [ReadWrite] it is made. A folder that has other things in it and is not a
// dataset is [ErrNotDataSet].
func Open(ctx context.Context, url string, opts *Options) (*DataSet, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open dataset %q: %w", store.WithoutParameters(url), err)
	}
	s, err := store.OpenFolder(ctx, url, o.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("open dataset %q: %w", store.WithoutParameters(url), err)
	}
	return open(ctx, s, url, o)
}

// OpenBucket opens the dataset in a folder of a bucket; "" is the whole bucket.
// The bucket stays open when the dataset is closed.
//
// gocloud.dev has no way to replace an object only if nobody else did, so a plain
// bucket is for one writer at a time: the logger is told when it is opened for
// writing.
func OpenBucket(ctx context.Context, b *blob.Bucket, folder string, opts *Options) (*DataSet, error) {
	o, err := opts.withDefaults()
	if err == nil && b == nil {
		err = errors.New("the bucket is nil")
	}
	if err != nil {
		return nil, fmt.Errorf("open dataset %q: %w", folder, err)
	}
	s, err := store.OpenBucketFolder(b, folder, o.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("open dataset %q: %w", folder, err)
	}
	return open(ctx, s, folder, o)
}

func open(ctx context.Context, s *store.Store, url string, o Options) (*DataSet, error) {
	d := &DataSet{opts: o, store: s, url: store.WithoutParameters(url)}
	if err := d.begin(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open dataset %q: %w", d.url, err), s.Close())
	}
	return d, nil
}

func (d *DataSet) begin(ctx context.Context) error {
	if d.opts.Mode == ReadOnly {
		return d.recognise(ctx)
	}
	if d.store.SingleWriter() && !d.opts.SingleWriter {
		d.opts.Logger.LogAttrs(ctx, slog.LevelWarn, "storage has no compare-and-swap: let one writer write at a time", slog.String("dataset", d.url))
	}
	if err := d.establish(ctx); err != nil {
		return err
	}
	if err := d.choosePackage(ctx, d.url); err != nil {
		return err
	}
	if err := d.enter(ctx); err != nil {
		return err
	}
	if err := d.repairViews(ctx, false); err != nil {
		return errors.Join(err, d.leave())
	}
	return nil
}

// URL returns the dataset's URL without parameters.
func (d *DataSet) URL() string { return d.url }

// Close ends the session. It waits for calls that are under way; later ones fail
// with [ErrClosed]. Closing again does nothing.
func (d *DataSet) Close() error {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return nil
	}
	d.closed = true
	d.mu.Unlock()
	d.users.Wait()
	d.keepCache()
	if err := errors.Join(d.leave(), d.store.Close()); err != nil {
		return fmt.Errorf("close dataset %q: %w", d.url, err)
	}
	return nil
}

// reading registers a call. Until done is called the storage stays open.
func (d *DataSet) reading() (done func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, ErrClosed
	}
	d.users.Add(1)
	return d.users.Done, nil
}

// writing is reading for calls that change something.
func (d *DataSet) writing() (done func(), err error) {
	if d.opts.Mode == ReadOnly {
		return nil, fmt.Errorf("%w: the dataset was opened for reading", artifacts.ErrReadOnly)
	}
	return d.reading()
}

// onItem registers a call about a key and gives errors their beginning.
func (d *DataSet) onItem(op, key string, begin func() (func(), error), do func() error) error {
	err := checkKey(key)
	if err == nil {
		var done func()
		if done, err = begin(); err == nil {
			defer done()
			err = do()
		}
	}
	if err != nil {
		return fmt.Errorf("%s item %q: %w", op, key, err)
	}
	return nil
}
