package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// A Step is a payload of type V and the parameters of type P it is made with.
type Step[P, V any] struct {
	c    *core
	spec Spec[P, V]

	busy   chan struct{} // full while somebody works on what follows
	held   *V            // nil: no payload is held
	digest string        // of what is stored of it, "" if nothing is
	made   *making       // how it was made; nil if it was loaded, or is stored
	fresh  bool          // this program has generated it
	owed   bool          // it was to be stored, and could not be
	locks  bool          // who works on it has its lock
}

// Name returns the name of the step.
func (s *Step[P, V]) Name() string { return s.c.name() }

// Hash returns what identifies the step, see [params.Hash].
func (s *Step[P, V]) Hash() string { return s.c.tree.Hash }

// Params returns the parameters that the step was made with.
func (s *Step[P, V]) Params() P { return s.spec.Params }

// ParamsTree returns the step's parameters and those of all it depends on. It
// must not be changed.
func (s *Step[P, V]) ParamsTree() *params.Tree { return s.c.tree }

func (s *Step[P, V]) core() *core {
	if s == nil {
		return nil
	}
	return s.c
}

// With returns a step that differs in its parameters alone, and so has another
// hash and a payload of its own.
func (s *Step[P, V]) With(p P) (*Step[P, V], error) {
	spec := s.spec
	spec.Params = p
	return New(s.c.store, spec)
}

// enter waits until nobody else works on the payload.
func (s *Step[P, V]) enter(ctx context.Context) error {
	select {
	case s.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *Step[P, V]) leave() { <-s.busy }

// Payload returns the payload: the one that is held, or else the one that is
// stored, or else one that it generates and stores; see [Cache] for other ways.
// Stale payloads of steps it depends on are made anew before. A payload that was
// generated and could not be stored is held, and the next call stores it.
func (s *Step[P, V]) Payload(ctx context.Context) (V, error) {
	return s.use(ctx, "get", func(ctx context.Context) error {
		switch {
		case s.held == nil:
			return s.obtain(ctx)
		case s.owed:
			return s.locked(ctx, s.settle)
		}
		return nil
	})
}

// use runs what sees to it that the payload is held, and returns that.
func (s *Step[P, V]) use(ctx context.Context, op string, work func(context.Context) error) (v V, err error) {
	r := running(ctx)
	if err := r.use(s.c); err != nil {
		return v, s.c.fail(op, err)
	}
	if err := s.enter(ctx); err != nil {
		return v, s.c.fail(op, err)
	}
	defer s.leave()
	if err := work(outside(ctx)); err != nil {
		return v, s.c.fail(op, err)
	}
	r.got(s.c, s.digest)
	return *s.held, nil
}

// obtain loads the payload or generates it, as Spec.Cache says.
func (s *Step[P, V]) obtain(ctx context.Context) error {
	switch s.c.cache {
	case CacheRecompute:
		return s.locked(ctx, s.generatePersist)
	case CacheDisable, CacheIgnore:
		return s.generate(ctx)
	}
	return s.loadGenerate(ctx)
}

// produce is what others call who need the payload to be there. once says that
// what this program has generated already will do.
func (s *Step[P, V]) produce(ctx context.Context, once bool) (digest string, err error) {
	if err := s.enter(ctx); err != nil {
		return "", err
	}
	defer s.leave()
	if once && s.fresh && s.digest != "" {
		return s.digest, nil
	}
	err = s.obtain(ctx)
	return s.digest, err
}

// GenerateOptions are the choices of one generation. Nil means all defaults.
type GenerateOptions struct {
	// NoPersist holds the payload without storing it.
	NoPersist bool
}

// Generate makes the payload whatever is held or stored, and stores it unless
// Spec.Cache says otherwise.
func (s *Step[P, V]) Generate(ctx context.Context, o *GenerateOptions) (V, error) {
	return s.use(ctx, "generate", func(ctx context.Context) error {
		if o != nil && o.NoPersist || !s.c.cache.stores() {
			return s.generate(ctx)
		}
		return s.locked(ctx, s.generatePersist)
	})
}

// LoadOptions are the choices of one load. Nil means all defaults.
type LoadOptions struct {
	// WarnIfInvalid takes a payload that Spec.Validate refuses, and only tells the
	// logger.
	WarnIfInvalid bool
}

// Load reads the payload that is stored, also if one is held. It is ErrNotFound
// if there is none and [ErrStale] if it is not to be used; it generates nothing,
// nor do steps it depends on.
func (s *Step[P, V]) Load(ctx context.Context, o *LoadOptions) (V, error) {
	return s.use(ctx, "load", func(ctx context.Context) error {
		return s.load(ctx, &session{}, o != nil && o.WarnIfInvalid)
	})
}

// LoadGenerate is Payload without regard to what is held.
func (s *Step[P, V]) LoadGenerate(ctx context.Context) (V, error) {
	return s.use(ctx, "get", s.obtain)
}

// Persist stores the payload that is held, if it is not stored already.
func (s *Step[P, V]) Persist(ctx context.Context) error {
	_, err := s.use(ctx, "persist", func(ctx context.Context) error {
		switch {
		case s.held == nil:
			return ErrNoPayload
		case s.made == nil:
			return nil // it was loaded
		case s.owed:
			return s.locked(ctx, s.settle)
		}
		return s.locked(ctx, s.persist)
	})
	return err
}

// Validate asks Spec.Validate about the payload that is held.
func (s *Step[P, V]) Validate(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return s.c.fail("validate", err)
	}
	defer s.leave()
	if s.held == nil {
		return s.c.fail("validate", ErrNoPayload)
	}
	return s.c.fail("validate", s.check(*s.held))
}

// ValidateValue asks Spec.Validate about any payload.
func (s *Step[P, V]) ValidateValue(v V) error { return s.c.fail("validate", s.check(v)) }

func (s *Step[P, V]) check(v V) error {
	if s.spec.Validate == nil {
		return nil
	}
	if err := s.spec.Validate(s.spec.Params, v); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalidPayload, err)
	}
	return nil
}

// Reset lets go of the payload that is held: the next use looks for it anew. It
// waits for who works on it.
func (s *Step[P, V]) Reset() {
	s.busy <- struct{}{}
	defer s.leave()
	s.forget()
}

func (s *Step[P, V]) forget() {
	s.held, s.digest, s.made, s.fresh, s.owed = nil, "", nil, false, false
}

// missing reports whether an error of a load means that a payload has to be
// generated. Others, such as that it may not be read, do not.
func missing(err error) bool {
	return errors.Is(err, artifacts.ErrNotFound) || errors.Is(err, ErrStale) || errors.Is(err, artifacts.ErrCorrupt)
}
