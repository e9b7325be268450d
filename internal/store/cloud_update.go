package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// patience is how long an update asks what became of a write whose answer was
// lost: longer than a server takes to start again.
const patience = 30 * time.Second

func (c *cloud) update(ctx context.Context, key string, base Text, edit Edit) error {
	leave, err := c.gates.enter(ctx, c.prefix+key)
	if err != nil {
		return err
	}
	defer leave()
	last := "" // our last write, which met a change
	for pause := (backoff{}); ; {
		now, was, err := c.read(ctx, key)
		exists := err == nil
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if was.writes.has(last) {
			return nil // somebody in between sent our request twice: the change was ours
		}
		same := exists && base != nil && base.equals(now)
		if same {
			now = nil
		}
		text, err := edit(ctx, now, same, exists)
		if err != nil || text == nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		last = newWrite()
		if err := c.swap(ctx, key, was, text, last); !errors.Is(err, errConflict) {
			return err
		}
		c.log.DebugContext(ctx, "manifest changed meanwhile, trying again", "path", c.url(key))
		if err := pause.wait(ctx); err != nil {
			return err
		}
	}
}

// swap puts text in the place of the state was, as the write id. The error is
// errConflict if another write came first.
func (c *cloud) swap(ctx context.Context, key string, was state, text Text, id string) error {
	condition, err := c.condition(ctx, key, was)
	if err != nil {
		return err
	}
	if err := c.hook("commit", key); err != nil {
		return err
	}
	return c.write(ctx, key, was, text.Bytes(), condition, id)
}

// write writes an object in place of the state was, as the write id, and makes
// sure of it: the error is errConflict if the condition does not hold.
func (c *cloud) write(ctx context.Context, key string, was state, data []byte, condition Condition, id string) error {
	condition.Writes, condition.JSON = was.after(id).String(), true
	put := func() (Answer, error) {
		return c.answer(c.account.cloud.Put(ctx, c.prefix+key, data, condition))
	}
	answer, err := put()
	switch {
	case err == nil:
		return nil
	case answer == Changed, answer == Missing:
		return errConflict
	case answer == Refused:
		return err
	}
	return c.settle(ctx, key, was, id, err, put)
}

// settle finds out what became of a write whose answer was lost, and does it if
// it was not done. The same write can be sent again and again: it names the
// state it replaces, which is gone once it was done.
func (c *cloud) settle(ctx context.Context, key string, was state, id string, lost error, put func() (Answer, error)) error {
	unknown := fmt.Errorf("%w: %w", artifacts.ErrOutcomeUnknown, lost)
	end := time.Now().Add(patience)
	for pause := (backoff{}); time.Now().Before(end); {
		if err := pause.wait(ctx); err != nil {
			return fmt.Errorf("%w (%w)", unknown, err)
		}
		now, err := c.look(ctx, key)
		if err != nil {
			continue
		}
		switch {
		case now.writes.has(id):
			return nil
		case now.revision == was.revision:
			// Not done yet. It may still be on its way, so the caller must not
			// make another change of it.
			if answer, err := put(); err == nil {
				return nil
			} else if answer == Refused {
				return unknown
			}
		case now.writes.has(was.name()):
			return errConflict // another write replaced what ours was to replace
		default:
			return unknown // written by a program that keeps no record of writes
		}
	}
	return unknown
}

// look returns the present state of an object.
func (c *cloud) look(ctx context.Context, key string) (state, error) {
	o, err := c.account.cloud.Get(ctx, c.prefix+key, "", 0, -1)
	if answer, err := c.answer(err); answer == Missing {
		return state{}, nil
	} else if err != nil {
		return state{}, err
	}
	_ = o.Close() // its content is not wanted
	return stateOf(o), nil
}

func stateOf(o *Object) state {
	return state{revision: o.Revision, writes: parseWrites(o.Metadata), size: o.Size}
}

// condition returns the condition that a write replaces the state was.
func (c *cloud) condition(ctx context.Context, key string, was state) (Condition, error) {
	honest, err := c.account.probe.ask(ctx, c)
	switch {
	case err != nil:
		return Condition{}, err
	case honest:
		return Condition{Revision: was.revision}, nil
	case !c.singleWriter:
		return Condition{}, errDishonest
	}
	now, err := c.look(ctx, key)
	if err == nil && now.revision != was.revision {
		err = errConflict
	}
	return Condition{Always: true}, err
}
