package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

func sha256Of(digest string) (string, error) { return parts.Hex(digest) }

// Verify generates the payload again and compares its bytes with those stored. If
// they differ the error is [ErrUnstable]: the code changed without another
// Version, or does not make the same each time. What is stored must be fresh and
// whole; it stays as it is, and so does what is held.
func (s *Step[P, V]) Verify(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return s.c.fail("verify", err)
	}
	defer s.leave()
	return s.c.fail("verify", s.verify(outside(ctx)))
}

func (s *Step[P, V]) verify(ctx context.Context) error {
	r, layer, err := s.c.freshRecord(ctx)
	if err != nil {
		return err
	}
	if err := s.c.store.intact(ctx, layer, r.Payload); err != nil {
		return err
	}
	v, _, err := s.make(ctx)
	if err != nil {
		return err
	}
	out := &digester{files: map[string]digestedFile{}, several: r.Payload.Several}
	if err := s.c.codec.Encode(ctx, out, *v); err != nil {
		return err
	}
	if now := out.digest(); now != r.Payload.Digest {
		return fmt.Errorf("%w: %s is stored, now it is %s: change Spec.Version when the code of Generate changes", ErrUnstable, r.Payload.Digest, now)
	}
	return nil
}

// freshRecord returns the first record that is not stale.
func (c *core) freshRecord(ctx context.Context) (*Record, int, error) {
	err := error(artifacts.ErrNotFound)
	for layer := range c.store.layers {
		r, _, e := c.record(ctx, layer)
		if e == nil {
			e = (&session{}).fresh(ctx, c, r)
		}
		if e == nil || !missing(e) {
			return r, layer, e
		}
		if errors.Is(err, artifacts.ErrNotFound) {
			err = e
		}
	}
	return nil, 0, err
}

// digester is an Out that keeps digests only.
type digester struct {
	several bool

	mu    sync.Mutex
	files map[string]digestedFile
}

type digestedFile struct{ *hashing.Writer }

func (d *digester) Create(name string) (io.WriteCloser, error) {
	if !d.several {
		name = ""
	}
	f := digestedFile{hashing.New()}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files[name] = f
	return f, nil
}

func (digestedFile) Close() error { return nil }

// digest returns the digest of all files together.
func (d *digester) digest() string {
	m := &shelf.Manifest{Several: d.several}
	for _, name := range slices.Sorted(maps.Keys(d.files)) {
		f := d.files[name]
		m.Files = append(m.Files, shelf.File{Name: name, Size: f.Size(), Digest: parts.Digest(f.Sum())})
	}
	return m.Digest()
}
