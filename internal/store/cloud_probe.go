package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/dirblob"
)

// errDishonest refuses a bucket in which writers cannot be kept apart.
var errDishonest = errors.New("the bucket's server ignores conditions on writes (If-Match, If-None-Match), " +
	"so writers could lose each other's saves: use a server that heeds them, " +
	"or promise that there is one writer (AssumeSingleWriter)")

// probe knows whether a bucket heeds conditions. Some servers that speak the
// protocol of another ignore them without a word, so it is tried out, once for
// each process, before the first write.
type probe struct{ result atomic.Int32 }

// What a probe has found out.
const (
	unasked = iota
	honest
	dishonest
)

// probeCleanup bounds the removal of what a probe wrote.
const probeCleanup = 10 * time.Second

// ask tells whether the bucket of c heeds conditions.
func (p *probe) ask(ctx context.Context, c *cloud) (bool, error) {
	if known := p.result.Load(); known != unasked {
		return known == honest, nil
	}
	leave, err := c.gates.enter(ctx, "") // no manifest has this key
	if err != nil {
		return false, err
	}
	defer leave()
	if known := p.result.Load(); known != unasked {
		return known == honest, nil
	}
	heeds, err := c.tryConditions(ctx)
	switch {
	case err != nil:
		return false, fmt.Errorf("try whether the bucket heeds conditions on writes: %w", untold{err})
	case heeds:
		p.result.Store(honest)
	default:
		p.result.Store(dishonest)
	}
	return heeds, nil
}

// untold is an error from before anything of the caller's was written, so that
// the outcome of that is known.
type untold struct{ error }

func (e untold) Is(target error) bool {
	return target != artifacts.ErrOutcomeUnknown && errors.Is(e.error, target)
}

func (e untold) As(target any) bool { return errors.As(e.error, target) }

// tryConditions writes a hidden object beside the manifest, replaces it with a
// condition that holds and with ones that do not, and removes it.
func (c *cloud) tryConditions(ctx context.Context) (heeds bool, err error) {
	key := dirblob.TempPrefix + "probe-" + newWrite()
	defer c.removeProbe(ctx, key)
	if err := c.write(ctx, key, state{}, []byte("1"), Condition{}, newWrite()); err != nil {
		return false, err // not even the rights to write, perhaps
	}
	first, err := c.look(ctx, key)
	if err != nil {
		return false, err
	}
	for _, step := range []struct {
		text  string
		was   state
		holds bool
	}{
		{"22", first, true},
		{"333", first, false}, // it was just replaced
		{"4444", state{}, false},
	} {
		err := c.write(ctx, key, step.was, []byte(step.text), Condition{Revision: step.was.revision}, newWrite())
		switch {
		case errors.Is(err, artifacts.ErrOutcomeUnknown):
			return false, err
		case step.holds && err == nil, !step.holds && errors.Is(err, errConflict):
			continue
		}
		c.log.WarnContext(ctx, "the bucket does not heed conditions on writes", "path", c.url(""), "answer", err)
		return false, nil
	}
	return true, nil
}

// removeProbe removes what a probe wrote, even if ctx has ended. If it cannot,
// the object stays as a leftover, which listings do not show.
func (c *cloud) removeProbe(ctx context.Context, key string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeCleanup)
	defer cancel()
	err := c.account.cloud.Bucket().Delete(ctx, c.prefix+key)
	if answer, err := c.answer(err); err != nil && answer != Missing {
		c.log.WarnContext(ctx, "cannot remove the hidden object that tried the bucket", "key", key, "error", err)
	}
}
