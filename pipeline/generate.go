package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/keylock"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// making is how a payload was made.
type making struct {
	at   time.Time
	took time.Duration
	used map[string]string
}

// lock takes the lock on the payload among all processes. That it could be lost
// does not matter: then two generate, and the later record counts.
func (c *core) lock(ctx context.Context) (release func(), err error) {
	h, err := keylock.Lock(ctx, c.store.top(), base(c.tree.Name, c.tree.Hash), &keylock.Options{Logger: c.store.opts.Logger})
	if err != nil {
		return nil, err
	}
	return func() {
		if err := h.Release(); err != nil {
			c.logger.WarnContext(ctx, "cannot give a lock back", "step", c.name(), "error", err)
		}
	}, nil
}

// loadGenerate loads the payload, or generates it if nobody else does.
func (s *Step[P, V]) loadGenerate(ctx context.Context) error {
	err := s.load(ctx, &session{renew: true}, false)
	if !missing(err) {
		return err
	}
	return s.locked(ctx, func(ctx context.Context) error {
		err := s.load(ctx, &session{renew: true}, false) // somebody may have stored it meanwhile
		if !missing(err) {
			return err
		}
		if errors.Is(err, artifacts.ErrCorrupt) {
			s.c.logger.WarnContext(ctx, "a stored payload is damaged: it is generated again", "step", s.Name(), "hash", s.Hash(), "error", err)
		}
		return s.generatePersist(ctx)
	})
}

// locked runs what stores the payload under its lock, which a step that has it
// does not wait for.
func (s *Step[P, V]) locked(ctx context.Context, do func(context.Context) error) error {
	if s.locks {
		return do(ctx)
	}
	release, err := s.c.lock(ctx)
	if err != nil {
		return err
	}
	s.locks = true
	defer func() {
		s.locks = false
		release()
	}()
	return do(ctx)
}

// generate makes the payload and holds it.
func (s *Step[P, V]) generate(ctx context.Context) error {
	if err := s.makeHeld(ctx); err != nil {
		return err
	}
	return s.after(ctx, "PostGenerate", s.spec.PostGenerate)
}

// generatePersist makes the payload and stores it. The caller has the lock.
func (s *Step[P, V]) generatePersist(ctx context.Context) error {
	if err := s.makeHeld(ctx); err != nil {
		return err
	}
	s.owed = true
	return s.settle(ctx)
}

// settle stores the payload that is held and was to be stored. If it cannot, the
// payload stays, so that the next use tries again. The caller has the lock.
func (s *Step[P, V]) settle(ctx context.Context) error {
	if err := s.persist(ctx); err != nil {
		return err
	}
	s.owed = false
	return s.after(ctx, "PostGenerate", s.spec.PostGenerate)
}

func (s *Step[P, V]) makeHeld(ctx context.Context) error {
	v, how, err := s.make(ctx)
	if err == nil {
		s.held, s.made, s.digest, s.fresh, s.owed = v, how, "", true, false
	}
	return err
}

// after calls a hook on the payload that is held. One that fails leaves none.
func (s *Step[P, V]) after(ctx context.Context, name string, hook func(context.Context, P, *V) error) error {
	if hook == nil {
		return nil
	}
	r := &run{of: s.c, logger: s.c.logger, used: map[string]string{}}
	if err := hook(within(ctx, r), s.spec.Params, s.held); err != nil {
		s.forget()
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// make calls the functions of the spec.
func (s *Step[P, V]) make(ctx context.Context) (v *V, how *making, err error) {
	if err := s.checkParams(); err != nil {
		return nil, nil, err
	}
	logger, flush := s.c.openLog(ctx)
	defer flush()
	r := &run{of: s.c, logger: logger, used: map[string]string{}}
	ctx = within(ctx, r)
	begun := time.Now()
	how = &making{at: s.c.store.opts.Now()}
	logger.InfoContext(ctx, "generating")
	done := false
	defer func() {
		switch {
		case err != nil:
			logger.ErrorContext(ctx, "not generated", "error", err)
		case done:
			logger.InfoContext(ctx, "generated", "took", how.took)
		default:
			logger.ErrorContext(ctx, "not generated", "error", "Generate panicked")
		}
	}()
	value, err := s.spec.Generate(ctx, s.spec.Params)
	how.took = time.Since(begun)
	used, misused := r.end()
	switch {
	case misused != nil:
		return nil, nil, misused
	case err != nil:
		return nil, nil, err
	}
	if err := s.checkParams(); err != nil {
		return nil, nil, err
	}
	if err := s.check(value); err != nil {
		return nil, nil, err
	}
	how.used, done = used, true
	return &value, how, nil
}

// checkParams finds out whether somebody changed a map or a slice among the
// parameters, so that the hash is not theirs.
func (s *Step[P, V]) checkParams() error {
	set, err := params.Of(s.spec.Params)
	if err != nil {
		return err
	}
	if !bytes.Equal(set.Text, s.c.tree.Text) {
		return fmt.Errorf("%w: they were %s and are %s", ErrParamsChanged, s.c.tree.Text, set.Text)
	}
	return nil
}
