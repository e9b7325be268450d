package process

import (
	"sync"
	"time"
)

// A clock notices that a plugin makes no progress. It stands still while this
// program is the one that is waited for: while it reads what is to be sent, or
// writes what it got.
type clock struct {
	limit time.Duration
	mu    sync.Mutex
	busy  int         // directions in which this program is at work
	timer *time.Timer // nil: no limit
}

// newClock returns a clock that runs, and calls stalled once when it runs out.
func newClock(limit time.Duration, stalled func()) *clock {
	c := &clock{limit: limit}
	if limit > 0 {
		c.timer = time.AfterFunc(limit, stalled)
	}
	return c
}

// work says that this program is at work in one direction, until rest.
func (c *clock) work() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy++
	if c.timer != nil {
		c.timer.Stop()
	}
}

// rest says that the plugin is waited for again, from now on.
func (c *clock) rest() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy--
	if c.timer != nil && c.busy == 0 {
		c.timer.Reset(c.limit)
	}
}

func (c *clock) stop() {
	if c.timer != nil {
		c.timer.Stop()
	}
}
