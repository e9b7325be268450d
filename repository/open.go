package repository

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	"gocloud.dev/blob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Open opens the repository whose manifest is at url: a path, file://path, or
// mem://name/key for a store that lives as long as the process. A manifest that
// is not there is an empty repository, in every mode; the first save makes it,
// and its folder.
//
// A manifest that is no JSON list is an error that holds a [*SyntaxError];
// mistakes within one entry are set aside, see [Repository.Problems].
func Open(ctx context.Context, url string, opts *Options) (*Repository, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open repository %q: %w", url, err)
	}
	s, key, err := store.Open(ctx, url, o.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("open repository %q: %w", url, err)
	}
	r, err := open(ctx, s, key, url, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open repository %q: %w", url, err), s.Close())
	}
	return r, nil
}

// OpenBucket opens the repository whose manifest is the object key of a bucket.
// The bucket stays open when the repository is closed.
//
// gocloud.dev has no way to replace an object only if nobody else did, so a
// plain bucket is for one writer at a time: SingleWriter reports it and the
// logger is told when the bucket is opened for writing. A save still notices a
// writer who came between, if not one who comes in the same instant.
func OpenBucket(ctx context.Context, b *blob.Bucket, key string, opts *Options) (*Repository, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open repository %q: %w", key, err)
	}
	s, err := store.OpenBucket(b, o.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("open repository %q: %w", key, err)
	}
	r, err := open(ctx, s, key, key, o)
	if err != nil {
		return nil, fmt.Errorf("open repository %q: %w", key, err)
	}
	return r, nil
}

func open(ctx context.Context, s *store.Store, key, url string, o Options) (*Repository, error) {
	r := newRepository(s, key, url, o)
	if s.SingleWriter() && o.Mode != ReadOnly && !o.AssumeSingleWriter {
		o.Logger.LogAttrs(ctx, slog.LevelWarn, "storage has no compare-and-swap: let one writer save at a time", slog.String("repository", url))
	}
	data, err := s.ReadText(ctx, key)
	if errors.Is(err, artifacts.ErrNotFound) {
		r.truncate = o.Mode == Truncate
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	r.text, r.exists = store.Text{data}, true
	if o.Mode == Truncate {
		r.truncate, r.opened = true, data // it may be anything: it goes
		return r, nil
	}
	r.manifest, err = parse(data)
	return r, err
}

func newRepository(s *store.Store, key, url string, o Options) *Repository {
	r := &Repository{
		opts: o, url: url, store: s, key: key,
		loader: payload.Loader{Handlers: o.Handlers, Logger: o.Logger},
		users:  new(atomic.Int32), handed: map[handle]*entry{},
	}
	r.rescues.Folder = rescue.Folder{Store: s, Manifest: key}
	r.users.Store(1)
	return r
}

// Refresh reads the manifest again. What this session has not saved stays
// pending; if it changed the entry of a version that another writer changed too,
// Refresh returns a [*ConflictError] and leaves the repository as it was.
func (r *Repository) Refresh(ctx context.Context) error {
	if err := r.refresh(ctx); err != nil {
		return fmt.Errorf("refresh repository %q: %w", r.url, err)
	}
	return nil
}

func (r *Repository) refresh(ctx context.Context) error {
	if r.part {
		return errors.New("it is a part of one, chosen when it was made")
	}
	r.saving.Lock()
	defer r.saving.Unlock()
	data, err := r.store.ReadText(ctx, r.key)
	missing := errors.Is(err, artifacts.ErrNotFound)
	if err != nil && !missing {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return errClosed
	case r.truncate:
		return nil // what is there is not looked at before the first save
	case missing:
		data = nil
	case r.exists:
		if same, err := r.text.Equal(bytes.NewReader(data)); err == nil && same {
			r.concluded()
			return nil
		}
	}
	return r.rebase(data, !missing)
}
