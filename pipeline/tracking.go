package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
)

// run is a call of a step's Generate.
type run struct {
	of     *core
	logger *slog.Logger

	mu      sync.Mutex
	used    map[string]string // digests of the payloads it got, by the names of their steps; "": not stored
	misused error             // what it used without tracking it
}

type runKey struct{}

// running returns the run that a context belongs to, nil if none.
func running(ctx context.Context) *run {
	r, _ := ctx.Value(runKey{}).(*run)
	return r
}

func within(ctx context.Context, r *run) context.Context { return context.WithValue(ctx, runKey{}, r) }

// outside returns a context for what a step does on its own account.
func outside(ctx context.Context) context.Context {
	if running(ctx) == nil {
		return ctx
	}
	return within(ctx, nil)
}

// use asks whether a run may use the payload of a step. Even if Generate does not
// pass the error on, its payload is not taken.
func (r *run) use(c *core) error {
	if r == nil || r.of.tracked[c.tree.Hash] {
		return nil
	}
	do := "name it in Spec.DependsOn"
	if c.tree.Hash == r.of.tree.Hash {
		do = "it is what is being generated"
	}
	err := fmt.Errorf("%s uses %s (%.8s): %w: %s", r.of.name(), c.name(), c.tree.Hash, ErrUntracked, do)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.misused == nil {
		r.misused = err
	}
	return err
}

// got notes that the run has got a payload.
func (r *run) got(c *core, digest string) {
	if r == nil || c.cache == CacheIgnore {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[c.name()] = digest
}

// end returns what was used.
func (r *run) end() (map[string]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.used), r.misused // goroutines that Generate left may go on
}

// Logger returns the logger of the step that is being generated: its lines go to
// the step's log file, and to the loggers of the options and of the spec. Outside
// of a Generate it is silent.
func Logger(ctx context.Context) *slog.Logger {
	if r := running(ctx); r != nil {
		return r.logger
	}
	return slog.New(slog.DiscardHandler)
}

type untrackedKey struct{ name string }

// WithUntracked passes a value to Generate that plays no part in what is made,
// and so is neither hashed nor recorded: how much to print, a progress bar.
func WithUntracked(ctx context.Context, name string, v any) context.Context {
	return context.WithValue(ctx, untrackedKey{name}, v)
}

// Untracked returns a value that [WithUntracked] passed, and whether there is one
// of that type.
func Untracked[T any](ctx context.Context, name string) (T, bool) {
	v, ok := ctx.Value(untrackedKey{name}).(T)
	return v, ok
}
