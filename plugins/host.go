package plugins

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
)

// A Host runs plugins. A process is started when a handler is first used, is
// shared by all calls, and is stopped when nobody used it for a while. If it
// crashes the next call starts another.
//
// A Host's methods and handlers are safe for concurrent use.
type Host struct {
	o      Options
	folder process.Folder // for sockets

	mu      sync.Mutex
	plugins []*Plugin // the trusted ones by name, then those the program named
	closed  bool
}

// Open reads the trust file and starts nothing. The caller closes the Host.
// Where the user has switched plugins off, the Host has none.
func Open(o *Options) (*Host, error) {
	h := &Host{o: o.withDefaults()}
	if Off() {
		return h, nil
	}
	file, err := h.o.trustFile()
	if err != nil {
		return nil, err
	}
	list, err := OpenTrust(file).All()
	if err != nil {
		return nil, err
	}
	attach, err := attachments()
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		h.plugins = append(h.plugins, h.newPlugin(t, t.Verify, attach[t.Name]))
	}
	return h, nil
}

// Register opens a Host and adds the handlers of all trusted plugins to a
// registry, whose errors for unknown aliases then say what the user can do:
//
//	host, err := plugins.Register(artifacts.Default(), nil)
//	if err != nil { ... }
//	defer host.Close()
func Register(r *artifacts.Registry, o *Options) (*Host, error) {
	h, err := Open(o)
	if err != nil {
		return nil, err
	}
	if err := h.AddTo(r); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	r.Hint(func(alias string) string { return Hint(alias, h.o.Paths) })
	return h, nil
}

// Handlers returns the handlers of all trusted plugins, by plugin. If two have
// the same alias, which only a trust file written by hand can lead to, it is the
// handler of the first.
func (h *Host) Handlers() []artifacts.Handler {
	var list []artifacts.Handler
	owner := make(map[string]string)
	for _, p := range h.all() {
		if p.named {
			continue
		}
		for _, handler := range p.Handlers() {
			alias := handler.Format().Alias
			if other, taken := owner[alias]; taken {
				h.o.Logger.Warn("two plugins have the same alias", "alias", alias, "used", other, "left out", p.trusted.Name)
				continue
			}
			owner[alias] = p.trusted.Name
			list = append(list, handler)
		}
	}
	return list
}

// AddTo adds the handlers of all trusted plugins to a registry. One whose alias
// is taken there is left out: the handlers of the program itself come first.
func (h *Host) AddTo(r *artifacts.Registry) error {
	for _, handler := range h.Handlers() {
		err := r.Add(handler)
		if errors.Is(err, artifacts.ErrExists) {
			h.o.Logger.Warn("the alias of a plugin is taken", "alias", handler.Format().Alias)
			continue
		}
		if err != nil {
			return fmt.Errorf("add plugins: %w", err)
		}
	}
	return nil
}

// Preflight starts the plugins that have the aliases, all plugins if there are
// none, and reports what would hinder their use later: at the end of a long run
// it is late to find out. A plugin that no longer offers what it did when it was
// trusted is [ErrChanged]. An alias that no plugin has is left to others.
func (h *Host) Preflight(ctx context.Context, aliases ...string) error {
	var errs []error
	for _, p := range h.all() {
		if len(aliases) > 0 && !slices.ContainsFunc(p.trusted.Aliases(), func(a string) bool { return slices.Contains(aliases, a) }) {
			continue
		}
		if err := p.preflight(ctx); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Plugin returns the plugin of a name: the one the program named last if there
// is such a one, else the trusted one.
func (h *Host) Plugin(name string) (*Plugin, bool) {
	for _, p := range slices.Backward(h.all()) {
		if p.trusted.Name == name {
			return p, true
		}
	}
	return nil, false
}

// Close stops all processes and waits for their end, which takes no longer than
// twice the grace time. Calls under way fail with [ErrClosed], and so do later
// ones. It may be called again.
func (h *Host) Close() error {
	h.mu.Lock()
	h.closed = true
	all := h.plugins
	h.mu.Unlock()
	var stopping sync.WaitGroup
	for _, p := range all {
		stopping.Go(p.runs.Close)
	}
	stopping.Wait()
	if err := h.folder.Close(); err != nil {
		return fmt.Errorf("close plugins: %w", err)
	}
	return nil
}

func (h *Host) all() []*Plugin {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.plugins)
}
