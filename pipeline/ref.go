package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Ref says where a payload is, so that it can be passed on without its bytes.
type Ref struct {
	Name    string `json:"name"`
	Hash    string `json:"hash"`
	URL     string `json:"url"`    // of the file, or of the folder of several
	Digest  string `json:"digest"` // "sha256:" and 64 hexadecimal digits, see [shelf.Manifest.Digest]
	Handler string `json:"handler"`
	Size    int64  `json:"size"` // bytes
}

// Ref loads or generates the payload, and says where it is stored. What is never
// stored has no place: the error is ErrNotSaved of package artifacts.
func (s *Step[P, V]) Ref(ctx context.Context) (Ref, error) {
	caller := running(ctx)
	err := caller.use(s.c)
	if err == nil {
		var r *Record
		var layer int
		if r, layer, err = s.c.stored(outside(ctx)); err == nil {
			caller.got(s.c, r.Payload.Digest)
			return s.c.store.ref(layer, r), nil
		}
	}
	return Ref{}, s.c.fail("refer to", err)
}

func (s *Store) ref(layer int, r *Record) Ref {
	p := r.Payload
	return Ref{r.Name, r.Hash, s.layers[layer].URL(p.Key), p.Digest, p.Handler, p.Size()}
}

// stored sees to it that the payload is stored, and returns its record and the
// folder that has it.
func (c *core) stored(ctx context.Context) (*Record, int, error) {
	if !c.cache.stores() {
		return nil, 0, artifacts.ErrNotSaved
	}
	if _, err := (&session{renew: true}).ensure(ctx, c); err != nil {
		return nil, 0, err
	}
	for layer := range c.store.layers {
		r, _, err := c.record(ctx, layer)
		if err == nil || !missing(err) {
			return r, layer, err
		}
	}
	return nil, 0, artifacts.ErrNotFound // removed this instant
}

// ensure returns the digest of a payload that is there.
func (s *session) ensure(ctx context.Context, c *core) (string, error) {
	digest, err := s.digest(ctx, c)
	if err == nil && digest == "" {
		return c.produce(ctx, false)
	}
	return digest, err
}

// A Source offers the stored payload of a step for promotion into a repository,
// as an artifact that has the name of the step.
type Source struct {
	store  *Store
	layer  int
	record *Record
}

// NewSource loads or generates a payload and returns it as a Source. A payload of
// several files cannot be one artifact: that is ErrUnsupportedValue of package
// artifacts.
func NewSource(ctx context.Context, n Node) (*Source, error) {
	c, err := coreOf(n)
	if err != nil {
		return nil, fmt.Errorf("offer: %w", err)
	}
	r, layer, err := c.stored(outside(ctx))
	if err == nil && r.Payload.Several {
		err = errors.Join(artifacts.ErrUnsupportedValue, errors.New("it is several files, and an artifact is one"))
	}
	if err != nil {
		return nil, c.fail("offer", err)
	}
	return &Source{c.store, layer, r}, nil
}

// Artifacts yields the payload.
func (s *Source) Artifacts() iter.Seq[artifacts.Artifact] {
	return func(yield func(artifacts.Artifact) bool) { yield(s.artifact()) }
}

func (s *Source) artifact() artifacts.Artifact {
	p := s.record.Payload
	a := artifacts.Artifact{
		Name: s.record.Name, FileName: p.Key, Handler: p.Handler,
		CreatedAt: s.record.Generated.At, Size: p.Size(), Environment: p.Environment,
	}
	a.SHA256, _ = sha256Of(p.Digest)
	return a
}

// WriteArtifact writes the bytes of the payload, and fails if they are not those
// that were recorded.
func (s *Source) WriteArtifact(ctx context.Context, name string, w io.Writer) error {
	if name != s.record.Name {
		return artifacts.ErrNotFound
	}
	r := s.store.reader(ctx, s.layer, s.record.Payload)
	defer r.Close()
	f, err := r.Open(s.record.Payload.Files[0].Name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, f); err != nil {
		return err
	}
	return r.Verify()
}
