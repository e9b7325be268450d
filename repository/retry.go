package repository

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	metadata "github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue"
)

// Rescued lists the values that saves kept, of this session and of others,
// because they could not be encoded; see [Repository.Save]. Files that cannot be
// read are listed with the reason.
func (r *Repository) Rescued(ctx context.Context) ([]artifacts.Rescued, error) {
	list, err := r.rescues.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("list rescued values of repository %q: %w", r.url, err)
	}
	return list, nil
}

// Retry encodes a value that was kept, with the handler of today, adds the
// version with the file name and the times it was logged with, and saves the
// repository. It returns the version as it was saved, with the next number of
// its name. Then the kept value is removed; if a version of the same description
// and content is there already, that is all there is to do.
//
// Errors are those of LogArtifact and Save, and [artifacts.ErrNotFound],
// [artifacts.ErrCorrupt] for the kept value. If only the Save failed, the version
// is pending as after LogArtifact. Versions are not replaced, so Replace must not
// be set.
func (r *Repository) Retry(ctx context.Context, id string, o *artifacts.RetryOptions) (artifacts.Artifact, error) {
	a, err := r.retry(ctx, id, o)
	if err != nil {
		return artifacts.Artifact{}, fmt.Errorf("retry rescued value %q: %w", id, err)
	}
	return a, nil
}

func (r *Repository) retry(ctx context.Context, id string, o *artifacts.RetryOptions) (a artifacts.Artifact, err error) {
	if o != nil && o.Replace {
		return a, errors.New("versions are added and not replaced: Replace has no meaning")
	}
	file, err := r.rescues.Open(ctx, id)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if file.About.Experiment != "" {
		return a, errors.New("it was kept by a project")
	}
	if err := r.mayAdd(file.About.Artifact); err != nil {
		return a, fmt.Errorf("artifact %q: %w", file.About.Artifact.Name, err)
	}
	a, there, err := r.restore(ctx, id, file, o)
	if err != nil {
		return a, fmt.Errorf("artifact %q: %w", file.About.Artifact.Name, err)
	}
	if err := r.Save(ctx); err != nil {
		return a, err
	}
	if there {
		if err := r.rescues.Remove(ctx, id); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			return a, err
		}
	}
	return r.Current(a)
}

// restore encodes a value and adds its version, to be saved, unless it is there.
func (r *Repository) restore(ctx context.Context, id string, file *rescue.File, o *artifacts.RetryOptions) (a artifacts.Artifact, there bool, err error) {
	meta := file.About.Artifact
	v, err := payload.Restore(ctx, file, &file.About, r.opts.Handlers, o)
	if err != nil {
		return meta, false, err
	}
	hash := hashing.New()
	if err := v.WriteTo(ctx, hash); err != nil {
		return meta, false, errors.Join(err, v.Close())
	}
	v.Describe(&meta)
	if meta.FileName == "" {
		meta.FileName = metadata.FileName(meta, v.Format())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if a, there = r.holds(id, file.About.Artifact, hash.Sum()); !there {
		a, err = r.addLocked(meta, v)
	}
	if there || err != nil {
		_ = v.Close() // only a temporary copy is lost
		return a, there, err
	}
	r.rescues.Note(v, id)
	return a, false, nil
}

// holds finds the version of a value that was kept, saved or not. The lock is
// held.
func (r *Repository) holds(id string, a artifacts.Artifact, digest string) (artifacts.Artifact, bool) {
	for e := range r.entries() {
		if e.value == nil && e.isSaved(a, digest) || e.value != nil && r.rescues.Holds(e.value, id) {
			return e.meta.Clone(), true
		}
	}
	return a, false
}

// OpenRescued opens a value that was kept, in the spelling of its handler.
func (r *Repository) OpenRescued(ctx context.Context, id string) (io.ReadCloser, error) {
	file, err := r.rescues.Open(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("open rescued value %q: %w", id, err)
	}
	return file, nil
}

// DropRescued removes a value that was kept, for good, whether it can be read or
// not.
func (r *Repository) DropRescued(ctx context.Context, id string) error {
	err := error(artifacts.ErrReadOnly)
	if r.opts.Mode != ReadOnly {
		err = r.rescues.Remove(ctx, id)
	}
	if err != nil {
		return fmt.Errorf("drop rescued value %q: %w", id, err)
	}
	return nil
}
