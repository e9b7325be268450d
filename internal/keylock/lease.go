package keylock

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	mrand "math/rand/v2"
	"os"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// lease is a lock that is an object.
type lease struct {
	store   *store.Store
	key     string
	says    note
	lasts   time.Duration
	renewed time.Time // before the request that last did it was sent
	log     *slog.Logger
}

// note is what the object says. It is for people, but for the owner, and for how
// long it lasts; that it changes is what keeps it.
type note struct {
	Owner   string  `json:"owner"` // a random text: each lock has its own
	Host    string  `json:"host"`
	Process int     `json:"process"`
	Renewal int     `json:"renewal"`
	Seconds float64 `json:"seconds"` // it lasts
}

func newLease(s *store.Store, key string, o *Options) *lease {
	l := &lease{store: s, key: key, lasts: defaultLease, log: slog.New(slog.DiscardHandler)}
	if o != nil && o.Lease > 0 {
		l.lasts = min(o.Lease, store.LongestLease)
	}
	if o != nil && o.Logger != nil {
		l.log = o.Logger
	}
	host, _ := os.Hostname() // for people
	l.says = note{Owner: rand.Text(), Host: host, Process: os.Getpid(), Seconds: l.lasts.Seconds()}
	return l
}

// acquire waits until there is no lease, or one that nobody renews.
func (l *lease) acquire(ctx context.Context) error {
	var seen []byte // the lease of somebody else
	var since time.Time
	for pause := firstPause; ; pause = min(2*pause, longestPause, l.lasts/4) {
		taken, over := false, false
		begun := time.Now()
		err := l.store.UpdateLease(ctx, l.key, func(_ context.Context, now []byte, _, exists bool) (store.Text, error) {
			begun = time.Now()
			same := exists && !since.IsZero() && bytes.Equal(now, seen)
			over = same && time.Since(since) > patience(now, l.lasts)
			if taken = !exists || over; taken {
				return l.text()
			}
			if !same {
				seen, since = now, begun
			}
			return nil, nil
		})
		switch {
		case err != nil && ctx.Err() != nil && seen != nil:
			return l.waited(ctx, seen) // and the time was up during a request
		case err != nil:
			return err
		}
		if taken {
			if over {
				l.log.WarnContext(ctx, "took over a lock that was not renewed", "path", l.store.URL(l.key), "holder", holder(seen))
			}
			l.renewed = begun
			return nil
		}
		if pause >= min(longestPause, l.lasts/4) {
			l.log.DebugContext(ctx, "waiting for a lock", "path", l.store.URL(l.key), "holder", holder(seen))
		}
		select {
		case <-ctx.Done():
			return l.waited(ctx, seen)
		case <-time.After(pause/2 + mrand.N(pause/2+1)):
		}
	}
}

// waited returns the error of a wait that ctx ended.
func (l *lease) waited(ctx context.Context, seen []byte) error {
	return fmt.Errorf("lock %q: %w: %s has it", l.store.URL(l.key), context.Cause(ctx), holder(seen))
}

// Bounds of the pause between two looks at a lease: each look is a request.
const (
	firstPause   = 20 * time.Millisecond
	longestPause = 2 * time.Second
)

// patience is how long a lease must have been seen unchanged: as long as the
// longer of what its holder and who waits believe.
func patience(text []byte, mine time.Duration) time.Duration {
	var n note
	if json.Unmarshal(text, &n) != nil || !(n.Seconds > 0) {
		return mine
	}
	// The note is not trusted to ask for any time.
	return max(mine, time.Duration(min(n.Seconds, store.LongestLease.Seconds())*float64(time.Second)))
}

func holder(text []byte) string {
	var n note
	if json.Unmarshal(text, &n) != nil || n.Owner == "" {
		return "somebody"
	}
	return fmt.Sprintf("process %d on %q", n.Process, n.Host)
}

func (l *lease) text() (store.Text, error) {
	l.says.Renewal++
	text, err := json.Marshal(l.says)
	return store.Text{text}, err
}

// mine reports whether a lease is the one that was taken here.
func (l *lease) mine(text []byte) bool {
	var n note
	return json.Unmarshal(text, &n) == nil && n.Owner == l.says.Owner
}
