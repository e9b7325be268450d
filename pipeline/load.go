package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
)

// loadTries is how often a load begins again because the payload was replaced
// meanwhile.
const loadTries = 8

// load reads the payload from the first folder that has a fresh one, and holds it.
func (s *Step[P, V]) load(ctx context.Context, ses *session, warnIfInvalid bool) error {
	var first error
	for layer := range s.c.store.layers {
		r, v, err := s.loadFrom(ctx, layer, ses)
		if err == nil {
			return s.accept(ctx, layer, r, v, warnIfInvalid)
		}
		if !missing(err) {
			return err
		}
		if first == nil || errors.Is(first, artifacts.ErrNotFound) {
			first = err
		}
	}
	return first
}

func (s *Step[P, V]) loadFrom(ctx context.Context, layer int, ses *session) (*Record, *V, error) {
	var before []byte
	var broken error // why the payload that the record named could not be read
	for range loadTries {
		r, text, err := s.c.record(ctx, layer)
		if err != nil {
			return nil, nil, err
		}
		if bytes.Equal(text, before) {
			break // it names that payload still
		}
		before = text
		if err := ses.fresh(ctx, s.c, r); err != nil {
			return nil, nil, err
		}
		v := new(V)
		if broken = s.c.decode(ctx, layer, r, v); broken == nil {
			return r, v, nil
		}
		if !missing(broken) {
			return nil, nil, broken
		}
	}
	return nil, nil, broken
}

// decode reads a payload and compares it with its record.
func (c *core) decode(ctx context.Context, layer int, r *Record, target any) (err error) {
	f := c.codec.Format()
	if r.Payload.Handler != f.Alias || r.Payload.Several != c.codec.Several() {
		return fmt.Errorf("%w: it was stored by handler %q, and the step's is %q", ErrStale, r.Payload.Handler, f.Alias)
	}
	from := c.store.reader(ctx, layer, r.Payload)
	defer func() { err = errors.Join(err, from.Close()) }()
	err = c.codec.Decode(ctx, from, target)
	if err == nil {
		return nil
	}
	if !missing(err) && ctx.Err() == nil {
		// A handler may take what is damaged for something else.
		if damage := c.store.intact(ctx, layer, r.Payload); damage != nil {
			err = damage
		}
	}
	return fmt.Errorf("load %q into a %T with handler %q: %w", c.store.layers[layer].URL(r.Payload.Key), target, f.Alias, err)
}

// reader returns what reads the files of a payload.
func (s *Store) reader(ctx context.Context, layer int, p Payload) *parts.Reader {
	return parts.NewReader(ctx, s.place(layer, p), p.Files, p.Environment, nil)
}

func (s *Store) place(layer int, p Payload) parts.Place {
	return parts.Place{Store: s.layers[layer], Key: p.Key, Several: p.Several}
}

// accept holds a payload that was loaded.
func (s *Step[P, V]) accept(ctx context.Context, layer int, r *Record, v *V, warnIfInvalid bool) error {
	if err := s.check(*v); err != nil {
		if !warnIfInvalid {
			return err
		}
		s.c.logger.WarnContext(ctx, "took a payload that is not valid", "step", s.Name(), "hash", s.Hash(), "error", err)
	}
	s.held, s.digest, s.made, s.fresh, s.owed = v, r.Payload.Digest, nil, false, false
	if layer > 0 {
		err := s.locked(ctx, func(ctx context.Context) error { return s.c.fetch(ctx, layer, r) })
		if err != nil {
			s.c.logger.WarnContext(ctx, "cannot copy a payload to the first store", "step", s.Name(), "hash", s.Hash(), "error", err)
		}
	}
	return s.after(ctx, "PostLoad", s.spec.PostLoad)
}
