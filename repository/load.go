package repository

import (
	"context"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// LoadOptions are the choices of one load. Nil means all defaults: the latest
// version, by the handler that was recorded.
type LoadOptions struct {
	Version Version
	artifacts.LoadOptions
}

func (o *LoadOptions) parts() (Version, *artifacts.LoadOptions) {
	if o == nil {
		return Latest(), nil
	}
	return o.Version, &o.LoadOptions
}

// LoadArtifact decodes a version into target, which is what its handler
// documents, usually a non-nil pointer. The value is handed out only after the
// file's digest was found right.
//
// Errors: [*VersionError], [artifacts.ErrNotFound] (its file is missing, or was
// purged), [artifacts.ErrNotSaved], [artifacts.ErrCorrupt],
// [artifacts.ErrUnknownHandler], [artifacts.ErrTargetType],
// [artifacts.ErrUnsafePath], [*artifacts.EnvironmentError].
func (r *Repository) LoadArtifact(ctx context.Context, name string, target any, opts *LoadOptions) error {
	v, o := opts.parts()
	meta, err := r.stored(name, v)
	if err == nil {
		err = r.loader.Load(ctx, meta, target, o, func(ctx context.Context) (io.ReadCloser, error) { return r.open(ctx, meta) })
	}
	return inContext("load artifact", name, v, err)
}

// Load loads a version as a T. On error it returns the zero T.
func Load[T any](ctx context.Context, r *Repository, name string, opts *LoadOptions) (T, error) {
	var value T
	if err := r.LoadArtifact(ctx, name, &value, opts); err != nil {
		var zero T
		return zero, err
	}
	return value, nil
}

// OpenArtifact opens the file of a version as it is. Its digest is checked while
// it is read: the last Read, instead of [io.EOF], returns [artifacts.ErrCorrupt]
// if it does not fit.
func (r *Repository) OpenArtifact(ctx context.Context, name string, v Version) (io.ReadCloser, error) {
	f, err := r.openVersion(ctx, name, v)
	if err != nil {
		return nil, inContext("open artifact", name, v, err)
	}
	return f, nil
}

func (r *Repository) openVersion(ctx context.Context, name string, v Version) (io.ReadCloser, error) {
	meta, err := r.stored(name, v)
	if err != nil {
		return nil, err
	}
	f, err := r.open(ctx, meta)
	if err != nil {
		return nil, err
	}
	return payload.Verify(ctx, f, meta), nil
}

// stored finds a version that has a file.
func (r *Repository) stored(name string, v Version) (artifacts.Artifact, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, err := r.find(name, v)
	if err != nil {
		return artifacts.Artifact{}, err
	}
	return e.meta, e.present()
}

// present returns an error if there is no file of the version.
func (e *entry) present() error {
	if e.value != nil {
		return artifacts.ErrNotSaved
	}
	return purged(e.meta)
}

// purged returns an error if the file of an artifact was deleted on request.
func purged(a artifacts.Artifact) error {
	if a.PurgedAt.IsZero() {
		return nil
	}
	return fmt.Errorf("file %w: it had expired and was purged %s", artifacts.ErrNotFound, pytime.Format(a.PurgedAt))
}

func (r *Repository) open(ctx context.Context, meta artifacts.Artifact) (io.ReadCloser, error) {
	key, err := r.locate(meta)
	if err != nil {
		return nil, err
	}
	return r.store.Open(ctx, key)
}

// inContext says which version an error is about, unless it says so itself.
func inContext(op, name string, v Version, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := err.(*VersionError); ok {
		return fmt.Errorf("%s: %w", op, err)
	}
	return fmt.Errorf("%s %q, version %s: %w", op, name, v, err)
}
