// Package watch has a clock for tests, which stands still until it is set.
package watch

import (
	"sync"
	"time"
)

// A Watch may be used by several goroutines.
type Watch struct {
	mu sync.Mutex
	t  time.Time
}

// New returns a watch that stands at 2025-03-01T10:00:00 UTC.
func New() *Watch { return &Watch{t: time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC)} }

// Now returns the time it stands at.
func (w *Watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.t
}

// Set sets it.
func (w *Watch) Set(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t = t
}

// Advance sets it further on.
func (w *Watch) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t = w.t.Add(d)
}
