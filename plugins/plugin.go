package plugins

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A Plugin is one binary a [Host] may run.
type Plugin struct {
	trusted Trusted
	named   bool // by the program, and not trusted by the user
	runs    *process.Supervisor

	mu   sync.Mutex
	live live
}

// live is what the latest process said about itself.
type live struct {
	info        *pluginpb.DescribeResponse // nil: none was started yet
	description Description
	err         error
}

// newPlugin prepares a plugin. Only one that is trusted may be attached to:
// whoever names a checksum, or agrees to one, means the file.
func (h *Host) newPlugin(t Trusted, verify func() error, attach *wire.Reattach) *Plugin {
	return &Plugin{trusted: t, runs: process.New(process.Config{
		Path:         t.Path,
		Args:         t.Args,
		Env:          process.Environment(os.Environ(), slices.Concat(h.o.Env, t.Env)),
		Verify:       verify,
		NoTLS:        h.o.NoTLS || t.NoTLS,
		Folder:       &h.folder,
		Attach:       attach,
		StartTimeout: h.o.StartTimeout,
		StallTimeout: h.o.StallTimeout,
		IdleTimeout:  h.o.IdleTimeout,
		Grace:        h.o.Grace,
		MaxCrashes:   h.o.MaxCrashes,
		Logger:       h.o.Logger.With("plugin", t.Name),
	})}
}

// Trusted returns what is recorded about the plugin. For one that the program
// named, that is what it said about itself when it was first started.
func (p *Plugin) Trusted() Trusted { return p.trusted }

// Handlers returns the plugin's handlers, in its order.
func (p *Plugin) Handlers() []artifacts.Handler {
	var list []artifacts.Handler
	for i, alias := range p.trusted.Aliases() {
		list = append(list, &handler{p: p, d: p.trusted.Description.Handlers[i], alias: alias})
	}
	return list
}

// Describe starts the plugin unless it runs, and returns what it says about
// itself.
func (p *Plugin) Describe(ctx context.Context) (Description, error) {
	_, info, letGo, err := p.runs.Client(ctx)
	if err != nil {
		return Description{}, p.failed("start", "", err)
	}
	letGo()
	return p.described(info)
}

// described makes a Description of a process's answer, once for each process.
func (p *Plugin) described(info *pluginpb.DescribeResponse) (Description, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live.info != info {
		d, err := describe(info)
		if err != nil {
			err = &Error{Plugin: p.trusted.Name, Op: "describe", Message: err.Error(), Err: err}
		}
		p.live = live{info, d, err}
	}
	return p.live.description, p.live.err
}

// latest returns what the plugin said about itself last.
func (p *Plugin) latest() Description {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live.info != nil && p.live.err == nil {
		return p.live.description
	}
	return p.trusted.Description
}

// preflight starts the plugin and compares what it offers with what was agreed
// to. Values of its environment may differ: a script's libraries may have been
// updated.
func (p *Plugin) preflight(ctx context.Context) error {
	now, err := p.Describe(ctx)
	if err != nil {
		return err
	}
	for _, then := range p.trusted.Description.Handlers {
		if err := p.offers(now, then); err != nil {
			return err
		}
	}
	return nil
}

// offers returns an error if a handler is not what it was.
func (p *Plugin) offers(now Description, then HandlerDescription) error {
	if h, ok := now.handler(then.Alias); ok && h.Format() == then.Format() {
		return nil
	}
	return &Error{Plugin: p.trusted.Name, Alias: then.Alias, Op: "start", Err: ErrChanged,
		Message: fmt.Sprintf("handler %q is not what it was when the plugin was trusted: run lazyscribe plugin trust %s", then.Alias, p.trusted.Name)}
}

func (d Description) handler(alias string) (HandlerDescription, bool) {
	i := slices.IndexFunc(d.Handlers, func(h HandlerDescription) bool { return h.Alias == alias })
	if i < 0 {
		return HandlerDescription{}, false
	}
	return d.Handlers[i], true
}

// Pid returns the number of the running process, 0 if there is none.
func (p *Plugin) Pid() int { return p.runs.Pid() }

// Stop ends the running process, if there is one, and waits for that. Calls that
// use it fail with [ErrClosed]; the next call starts another.
func (p *Plugin) Stop() { p.runs.Stop() }

// Client returns the protocol's client of the running process, for programs that
// test plugins. The process is started unless it runs, and is not stopped as
// idle before letGo was called.
func (p *Plugin) Client(ctx context.Context) (client pluginpb.ArtifactHandlerServiceClient, letGo func(), err error) {
	client, _, letGo, err = p.runs.Client(ctx)
	return client, letGo, p.failed("start", "", err)
}
