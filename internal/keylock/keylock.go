// Package keylock has locks on the keys of a store: one process at a time works
// on what a key names, so that eight that want the same result make it once.
//
// On the local disk a lock is the kernel's, on a hidden file, and is free at once
// when its holder dies. In memory it is one of the process. In a cloud it is a
// lease: a hidden object that its holder writes anew again and again. Whoever
// waits takes the lease over when he has seen it unchanged for as long as it
// lasts by his own clock; nobody compares clocks. A holder that cannot renew its
// lease in time, because it slept or lost its connection, is told so by the end
// of [Held.Context].
//
// A lease is no proof: a holder that stops in the middle of a request may go on
// after it lost the lease. What must not be done twice has to rest on conditional
// writes ([store.Store.Create], [store.Store.Update]); the lock spares work.
//
// A lock cannot be taken again by its holder. Whoever drops a [Held] without
// releasing it gives a lock on the local disk back at some time: the garbage
// collector closes its file. A [Held] is safe for concurrent
// use.
package keylock

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// ErrLost is why the context of a [Held] ended, if its lease ran out or was taken
// by somebody else.
var ErrLost = errors.New("the lock was lost: it could not be renewed in time")

// Options change how a lock is taken. The zero value, like nil, is sensible.
type Options struct {
	// Lease is how long a lease lasts when it is not renewed, and so how long
	// others wait after its holder died; 0: 30 seconds. It is renewed three times
	// in that time, so it should be many times as long as a request takes. Locks
	// on the local disk and in memory have none.
	Lease time.Duration

	// Logger hears of long waits, of leases taken over and of lost ones; nil is
	// silent.
	Logger *slog.Logger
}

const defaultLease = 30 * time.Second

// A Held is a lock that was taken.
type Held struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	release func() error
}

// Lock takes the lock on a key of a store and waits for it until ctx ends; a
// deadline of ctx also ends what is done under the lock, as far as it uses
// [Held.Context]. The key need not exist, and neither reads nor writes of it wait
// for the lock.
func Lock(ctx context.Context, s *store.Store, key string, o *Options) (*Held, error) {
	unlock, err := s.Lock(ctx, key)
	if err == nil {
		return newHeld(ctx, func() error { unlock(); return nil }), nil
	}
	if !errors.Is(err, errors.ErrUnsupported) {
		return nil, err
	}
	l := newLease(s, key, o)
	if err := l.acquire(ctx); err != nil {
		return nil, err
	}
	// What is done under the lock may wind up after ctx has ended, and is still
	// kept apart from others.
	renewals, stop := context.WithCancel(context.WithoutCancel(ctx))
	var renewing sync.WaitGroup
	h := newHeld(ctx, func() error {
		stop()
		renewing.Wait()
		return l.release(renewals)
	})
	renewing.Go(func() { l.keep(renewals, h.cancel) })
	return h, nil
}

func newHeld(ctx context.Context, release func() error) *Held {
	ctx, cancel := context.WithCancelCause(ctx)
	return &Held{ctx, cancel, sync.OnceValue(release)}
}

// Context returns the context given to [Lock], which also ends when the lock is
// released, and with [ErrLost] as its cause when the lock is lost.
func (h *Held) Context() context.Context { return h.ctx }

// Release gives the lock back. It fails with [ErrLost] if the lock was lost
// before, and so somebody else may have it; and with another error if a lease
// could not be removed, so that others wait until it has run out. Releasing again
// returns the same.
func (h *Held) Release() error {
	err := h.release()
	if cause := context.Cause(h.ctx); errors.Is(cause, ErrLost) {
		err = cause
	}
	h.cancel(nil)
	return err
}

// lost returns the error of a lease that is no longer its holder's.
func lost(s *store.Store, key, why string) error {
	return fmt.Errorf("lock %q: %w: %s", s.URL(key), ErrLost, why)
}
