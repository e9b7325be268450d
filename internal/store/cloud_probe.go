package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

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

const (
	probeTries   = 10               // when answers are lost
	probeCleanup = 10 * time.Second // for the removal of what a probe wrote
)

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
	for pause, try := (backoff{}), 1; ; try++ {
		found, answer, err := c.tryConditions(ctx)
		if err == nil {
			p.result.Store(found)
			return found == honest, nil
		}
		if answer != Unclear || try == probeTries || pause.wait(ctx) != nil {
			return false, fmt.Errorf("try whether the bucket heeds conditions on writes: %w", err)
		}
	}
}

// tryConditions writes a hidden object beside the manifest, replaces it with a
// condition that holds and with ones that do not, and removes it.
func (c *cloud) tryConditions(ctx context.Context) (found int32, answer Answer, err error) {
	key := c.prefix + dirblob.TempPrefix + "probe-" + newWrite()
	put := func(text string, condition Condition) (Answer, error) {
		return c.answer(c.account.cloud.Put(ctx, key, []byte(text), condition))
	}
	defer c.removeProbe(ctx, key)
	if answer, err := put("1", Condition{}); err != nil {
		return unasked, answer, err
	}
	o, err := c.account.cloud.Get(ctx, key, "", 0, -1)
	if answer, err := c.answer(err); err != nil {
		return unasked, answer, err
	}
	_ = o.Close() // its content is known
	first := o.Revision
	for _, step := range []struct {
		condition Condition
		holds     bool
	}{
		{Condition{Revision: first}, true},
		{Condition{Revision: first}, false}, // it was just replaced
		{Condition{}, false},
	} {
		answer, err := put("22", step.condition)
		switch {
		case err != nil && answer == Unclear:
			return unasked, answer, err
		case answer == Refused, step.holds != (err == nil):
			c.log.WarnContext(ctx, "the bucket does not heed conditions on writes", "path", c.url(""), "answer", err)
			return dishonest, answer, nil
		}
	}
	return honest, Unclear, nil
}

// removeProbe removes what a probe wrote, even if ctx has ended. If it cannot,
// the object stays as a leftover, which listings do not show.
func (c *cloud) removeProbe(ctx context.Context, key string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeCleanup)
	defer cancel()
	err := c.account.cloud.Bucket().Delete(ctx, key)
	if answer, err := c.answer(err); err != nil && answer != Missing {
		c.log.WarnContext(ctx, "cannot remove the hidden object that tried the bucket", "key", key, "error", err)
	}
}
