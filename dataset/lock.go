package dataset

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/keylock"
)

// ErrBusy says that somebody else had a lock for longer than Options.Timeout.
var ErrBusy = errors.New("somebody else has the lock")

// A Lock is a lock on a key that this process has.
type Lock struct{ held *keylock.Held }

// Context ends when the lock is released or lost; see [DataSet.Lock].
func (l *Lock) Context() context.Context { return l.held.Context() }

// Release gives the lock back. An error says that it was lost before, or that
// others will have to wait until it has run out. Releasing again returns the
// same.
func (l *Lock) Release() error { return l.held.Release() }

// Lock takes the lock of a key, which need not exist, and waits for it for
// Options.Timeout; then the error is [ErrBusy]. It keeps out other Locks of the
// key and nothing else, so that whoever wants to do something long with an item
// does not do it twice. Neither reading nor [DataSet.Put] and [Update] wait for
// it, and they do not need it: writes never get lost.
//
// On the local disk the lock ends with the process, however it ends, and when
// nobody can reach it any more: the garbage collector closes its file. In a cloud
// it is a lease, which others take over half a minute after its holder died; one
// that was lost to others, because the machine slept, ends [Lock.Context].
func (d *DataSet) Lock(ctx context.Context, key string) (*Lock, error) {
	var l *Lock
	err := d.onItem("lock", key, d.writing, func() error {
		held, err := d.hold(ctx, recordFile(key))
		if err == nil {
			l = &Lock{held}
		}
		return err
	})
	return l, err
}

// hold takes a lock and waits no longer than the timeout. What is done under the
// lock may take longer.
func (d *DataSet) hold(ctx context.Context, key string) (*keylock.Held, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	wait := d.patience()
	busy := fmt.Errorf("%w (waited %v; see Options.Timeout)", ErrBusy, wait)
	waited := time.AfterFunc(wait, func() { cancel(busy) })
	held, err := keylock.Lock(ctx, d.store, key, &keylock.Options{Logger: d.opts.Logger})
	waited.Stop()
	if err == nil && ctx.Err() != nil {
		err = errors.Join(context.Cause(ctx), held.Release())
	}
	if err != nil {
		if context.Cause(ctx) == busy && !errors.Is(err, busy) { // which else says who has it
			err = busy
		}
		cancel(nil)
		return nil, err
	}
	context.AfterFunc(held.Context(), func() { cancel(nil) })
	return held, nil
}

// patience returns how long locks are waited for. A lock that is free has to be
// taken in that time, by requests where the storage has no locks of its own.
func (d *DataSet) patience() time.Duration {
	switch {
	case d.opts.Timeout >= 0:
		return d.opts.Timeout
	case d.store.Locks():
		return 300 * time.Millisecond
	}
	return 2 * time.Second
}

// enter takes the dataset for this session, or waits until nobody has it so.
func (d *DataSet) enter(ctx context.Context) error {
	held, err := d.hold(ctx, marker)
	if errors.Is(err, ErrBusy) {
		return fmt.Errorf("another session has it for itself: %w", err)
	}
	if err != nil {
		return err
	}
	if !d.opts.Exclusive {
		return held.Release()
	}
	d.exclusive = held
	return nil
}

// leave gives back what enter took.
func (d *DataSet) leave() error {
	if d.exclusive == nil {
		return nil
	}
	return d.exclusive.Release()
}
