package repository

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// A Source has artifacts that can be promoted. An experiment is one.
type Source interface {
	// Artifacts ranges over what is known about them.
	Artifacts() iter.Seq[artifacts.Artifact]

	// WriteArtifact writes the bytes of one's file, or those it would have. It
	// fails if they are not the ones that were recorded.
	WriteArtifact(ctx context.Context, name string, w io.Writer) error
}

// Promote adds an artifact of an experiment as the newest version of its name.
// Format, times, environment and the name of its file, folders included, are
// kept; the number is one more than the highest there is. Like any version it is
// pending until [Repository.Save].
//
// It must be newer than the latest version, or [ErrNotNewer] is returned:
// created in a later second, or in the same one with other content. If there are
// versions and all have expired the error is a [*VersionError].
//
// The bytes are compared with the recorded digest on their way. Where none is
// recorded, because the project was not saved yet or was saved by Python, they
// are read here; otherwise by Save, and the source must be open until then.
//
// Other errors: [artifacts.ErrNotFound] (no such artifact, or it was purged),
// [artifacts.ErrReadOnly], [artifacts.ErrUnsafePath], [artifacts.ErrCorrupt].
func (r *Repository) Promote(ctx context.Context, from Source, name string) (artifacts.Artifact, error) {
	a, err := r.promote(ctx, from, name)
	if err != nil {
		return artifacts.Artifact{}, fmt.Errorf("promote artifact %q: %w", name, err)
	}
	return a, nil
}

func (r *Repository) promote(ctx context.Context, from Source, name string) (artifacts.Artifact, error) {
	meta, err := described(from, name)
	if err != nil {
		return meta, err
	}
	if meta.FileName, err = r.fileName(meta); err != nil {
		return meta, err
	}
	if err := r.mayAdd(meta); err != nil {
		return meta, err
	}
	if err := r.olderThan(meta); err != nil {
		return meta, err
	}
	v, err := payload.New(ctx, nil, "", nil, &artifacts.LogOptions{Handler: transfer{from, name}, Now: meta.SHA256 == ""})
	if err != nil {
		return meta, err
	}
	err = r.differs(ctx, meta, v)
	if err == nil {
		meta, err = r.add(meta, v)
	}
	if err != nil {
		_ = v.Close() // only a temporary copy is lost
	}
	return meta, err
}

// described finds the first artifact of a name.
func described(from Source, name string) (artifacts.Artifact, error) {
	for a := range from.Artifacts() {
		if a.Name == name {
			return a, purged(a)
		}
	}
	return artifacts.Artifact{}, fmt.Errorf("the experiment has none of this name: %w", artifacts.ErrNotFound)
}

// olderThan returns an error unless the latest version is older than a, or of
// the same second.
func (r *Repository) olderThan(a artifacts.Artifact) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.index().known(a.Name); !ok {
		return nil
	}
	e, err := r.find(a.Name, Latest())
	if err != nil {
		return err
	}
	if pytime.Seconds(a.CreatedAt).Before(pytime.Seconds(e.meta.CreatedAt)) {
		return fmt.Errorf("%w: created %s, version %d %s", ErrNotNewer, pytime.Format(a.CreatedAt), e.meta.Version, pytime.Format(e.meta.CreatedAt))
	}
	return nil
}

// differs returns an error if a version of the same second has the same content.
func (r *Repository) differs(ctx context.Context, a artifacts.Artifact, v *payload.Value) error {
	mine := ""
	for other := range r.Versions(a.Name) {
		if !pytime.Seconds(other.CreatedAt).Equal(pytime.Seconds(a.CreatedAt)) {
			continue
		}
		var err error
		if mine == "" {
			if mine, err = digestOf(a, func(w io.Writer) error { return v.WriteTo(ctx, w) }); err != nil {
				return err
			}
		}
		theirs, err := digestOf(other, func(w io.Writer) error { return r.writeVersion(ctx, other, w) })
		switch {
		case errors.Is(err, artifacts.ErrNotFound): // nobody can say any more what it was
		case err != nil:
			return err
		case strings.EqualFold(mine, theirs):
			return fmt.Errorf("%w: version %d is of the same second, with the same content", ErrNotNewer, other.Version)
		}
	}
	return nil
}

// digestOf returns the recorded digest of an artifact, or computes it.
func digestOf(a artifacts.Artifact, write func(io.Writer) error) (string, error) {
	if a.SHA256 != "" {
		return a.SHA256, nil
	}
	h := hashing.New()
	if err := write(h); err != nil {
		return "", err
	}
	return h.Sum(), nil
}

// writeVersion writes the bytes of a version, saved or not.
func (r *Repository) writeVersion(ctx context.Context, a artifacts.Artifact, w io.Writer) (err error) {
	if v := r.waiting(a); v != nil {
		return v.WriteTo(ctx, w)
	}
	f, err := r.open(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(w, payload.Cancelable(ctx, f))
	return err
}

// waiting returns the value of a version that is not saved yet.
func (r *Repository) waiting(a artifacts.Artifact) *payload.Value {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.added {
		if handleOf(e.meta) == handleOf(a) {
			return e.value
		}
	}
	return nil
}

// transfer is the handler of promoted artifacts: it encodes what its source has
// encoded already.
type transfer struct {
	from Source
	name string
}

func (transfer) Format() artifacts.Format { return artifacts.Format{Alias: "promoted", Binary: true} }

func (t transfer) Encode(ctx context.Context, w io.Writer, _ any) error {
	return t.from.WriteArtifact(ctx, t.name, w)
}

func (transfer) Decode(context.Context, io.Reader, any) error { return artifacts.ErrOutputOnly }
