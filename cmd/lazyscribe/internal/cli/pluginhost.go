package cli

import (
	"fmt"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// A pluginHost is the host of the user's plugins. The trust file is read when
// somebody wants a handler that is not built in, and a plugin is started when its
// handler is used: most commands do neither.
type pluginHost struct {
	options func() plugins.Options

	mu     sync.Mutex
	host   *plugins.Host
	err    error
	opened bool
}

// open returns the host, and the same one at each call.
func (p *pluginHost) open() (*plugins.Host, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.opened {
		options := p.options()
		p.host, p.err = plugins.Open(&options)
		p.opened = true
	}
	return p.host, p.err
}

// close stops all plugins that were started.
func (p *pluginHost) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.host == nil {
		return nil
	}
	return p.host.Close()
}

// pluginOptions are the choices the environment makes about plugins.
func (a *app) pluginOptions() plugins.Options {
	return plugins.Options{
		Logger:       a.logger,
		StartTimeout: a.duration("LAZYSCRIBE_PLUGIN_START"),
		StallTimeout: a.duration("LAZYSCRIBE_PLUGIN_STALL"),
	}
}

// duration reads a time-out of the environment; 0 leaves it as it is.
func (a *app) duration(name string) time.Duration {
	text := a.getenv(name)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		a.say("lazyscribe: $%s is %q, want a duration such as 90s; it is left out of account", name, text)
		return 0
	}
	return d
}

// registry returns the handlers that are built in, and those of plugins from the
// moment they are wanted.
func (a *app) registry() *artifacts.Registry {
	r := artifacts.Default().Clone()
	// The error says what is known, and a line of its own what to do.
	r.Hint(func(alias string) string {
		if hint := plugins.Hint(alias, nil); hint != "" {
			a.handlerHint.Store(&hint)
		}
		return ""
	})
	if plugins.Off() {
		return r
	}
	r.Supply(func() {
		host, err := a.plugins.open()
		if err == nil {
			err = host.AddTo(r)
		}
		if err != nil {
			// What was asked for may be unknown for another reason; who knows will
			// look at both.
			a.say("lazyscribe: plugins are left out: %v", err)
		}
	})
	return r
}

// errPluginsOff is the error of commands that would start one.
func errPluginsOff(command string) error {
	return withHint(fmt.Errorf("%s: %w", command, plugins.ErrOff), "unset %s to use plugins", plugins.EnvPlugins)
}
