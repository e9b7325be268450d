package repository

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	metadata "github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
)

// A failure is a version whose value could not be encoded.
type failure struct {
	e   *entry
	err ArtifactError
}

// incomplete is the error of the save, nil if no value failed.
func (s *session) incomplete() error {
	errs := make([]error, len(s.failed))
	for i, f := range s.failed {
		errs[i] = &f.err
	}
	return saving.Incomplete(errs, s.r.opts.AllOrNothing)
}

// rescue keeps the values that failed and are still to be saved, and says in
// their errors where.
func (s *session) rescue(ctx context.Context) {
	r := s.r
	r.mu.Lock()
	s.failed = slices.DeleteFunc(s.failed, func(f *failure) bool { return f.e.state != fresh })
	r.mu.Unlock()
	for _, f := range s.failed {
		f.err.Kept = r.rescues.Keep(ctx, artifacts.Rescued{Project: r.url, Artifact: f.e.meta, RescuedAt: r.now()}, f.e.value, f.err.Err)
	}
}

// waitingValues returns the values of versions that are still to be saved.
func (r *Repository) waitingValues() map[*payload.Value]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	values := map[*payload.Value]bool{}
	for _, e := range r.added {
		values[e.value] = true
	}
	return values
}

// adopt finds versions of this session whose value was kept, and of which
// another program made the file meanwhile. The lock is held.
func (s *session) adopt() error {
	r := s.r
	var errs []error
	for _, it := range s.items {
		e := it.e
		if e.state != fresh || it.broken || !r.rescues.Has(e.value) {
			continue
		}
		at := slices.IndexFunc(r.manifest, func(theirs *entry) bool {
			return theirs.isSaved(e.meta, it.file.SHA256)
		})
		if at < 0 {
			continue
		}
		how := &attempt{meta: r.manifest[at].meta}
		r.manifest = slices.Clone(r.manifest)
		errs = append(errs, link{e, at, how}.relink(r.manifest))
		r.added = slices.DeleteFunc(r.added, func(x *entry) bool { return x == e })
		r.names = nil
	}
	return errors.Join(errs...)
}

// isSaved reports whether an entry is the version of a value that was kept, with
// the file of that digest, whatever its number. Other programs may have logged
// another value under the same name in the same second, which may have taken the
// file's name too. Not all writers record digests; then the names have to do.
func (e *entry) isSaved(a artifacts.Artifact, digest string) bool {
	if e.err != nil {
		return false
	}
	theirs := e.meta
	if theirs.SHA256 == "" {
		return metadata.Same(theirs, a)
	}
	theirs.FileName = a.FileName
	return metadata.Same(theirs, a) && strings.EqualFold(theirs.SHA256, digest)
}
