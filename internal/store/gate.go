package store

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// gates lets one goroutine at a time through to each key.
type gates struct {
	mu   sync.Mutex
	keys map[string]chan struct{} // full while somebody is through
}

func newGates() *gates { return &gates{keys: map[string]chan struct{}{}} }

// enter waits until the key is free or ctx ends.
func (g *gates) enter(ctx context.Context, key string) (leave func(), err error) {
	g.mu.Lock()
	gate, ok := g.keys[key]
	if !ok {
		gate = make(chan struct{}, 1)
		g.keys[key] = gate
	}
	g.mu.Unlock()
	select {
	case gate <- struct{}{}:
		return func() { <-gate }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Bounds of the pause after a lost race: the first is about the time a small
// save takes, the last keeps a crowd of writers from drowning a server.
const (
	firstPause   = 5 * time.Millisecond
	longestPause = 2 * time.Second
)

// backoff waits after a lost race, longer each time, and by chance so that the
// losers do not meet again.
type backoff struct{ last time.Duration }

func (b *backoff) wait(ctx context.Context) error {
	b.last = min(max(2*b.last, firstPause), longestPause)
	t := time.NewTimer(b.last/2 + rand.N(b.last/2))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
