package keylock

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// keep renews the lease until ctx ends. When it is lost it says so to cancel and
// returns.
func (l *lease) keep(ctx context.Context, cancel context.CancelCauseFunc) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(l.lasts / 3):
		}
		err := l.renew(ctx)
		switch {
		case errors.Is(err, ErrLost) && ctx.Err() == nil:
			l.log.WarnContext(ctx, "lost a lock", "path", l.store.URL(l.key), "error", err)
			cancel(err)
			return
		case err != nil:
			return // released meanwhile
		}
	}
}

// renew writes the lease anew, and tries to until others may take it.
func (l *lease) renew(ctx context.Context) error {
	ctx, cancel := context.WithDeadline(ctx, l.renewed.Add(l.safe()))
	defer cancel()
	begun := time.Now()
	for {
		err := l.store.UpdateLease(ctx, l.key, func(_ context.Context, now []byte, _, exists bool) (store.Text, error) {
			begun = time.Now()
			if !exists || !l.mine(now) {
				return nil, lost(l.store, l.key, fmt.Sprintf("%s has it now", holder(now)))
			}
			return l.text()
		})
		switch {
		case err == nil:
			l.renewed = begun
			return nil
		case errors.Is(err, ErrLost):
			return err
		}
		l.log.DebugContext(ctx, "cannot renew a lock", "path", l.store.URL(l.key), "error", err)
		select {
		case <-ctx.Done():
			return lost(l.store, l.key, err.Error())
		case <-time.After(min(longestPause, l.lasts/10)):
		}
	}
}

// safe is how long after a renewal was begun the lease surely is its holder's.
// Others wait for all of its time, by clocks that may run a little faster.
func (l *lease) safe() time.Duration { return l.lasts - l.lasts/5 }

// release removes the lease if it is still the one that was taken. There is no
// conditional removal everywhere, so it is done only while nobody can have taken
// the lease over: the time that is left bounds the requests.
func (l *lease) release(ctx context.Context) error {
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), l.renewed.Add(l.safe()))
	defer cancel()
	err := l.store.UpdateLease(ctx, l.key, func(_ context.Context, now []byte, _, exists bool) (store.Text, error) {
		if !exists || !l.mine(now) { // the clock stood still while the machine slept
			return nil, lost(l.store, l.key, fmt.Sprintf("%s has it now", holder(now)))
		}
		return nil, nil
	})
	if err == nil {
		err = l.store.RemoveLease(ctx, l.key)
	}
	return err
}
