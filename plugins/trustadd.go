package plugins

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/conform"
)

// TrustOptions say what the user agreed to.
type TrustOptions struct {
	// SHA256 is what the file must have, in lower-case hexadecimal digits: that of
	// the [Facts] the user saw, or one that came with the plugin. It is required.
	SHA256 string

	Rename map[string]string // see [Trusted]
	Env    []string          // see [Trusted]
	NoTLS  bool              // see [Trusted]

	// Handlers are those whose aliases no plugin may take; nil: those of
	// [artifacts.Default]. Handlers of plugins among them do not count: the trust
	// file keeps plugins apart.
	Handlers *artifacts.Registry
}

// Trust records that a plugin may run from now on. It starts the plugin, so the
// user has to agree before it is called. The plugin must describe itself, keep to
// the protocol in a few checks, among them that it ends with its host, work with
// mutual TLS unless that is switched off, and have no alias that is taken
// ([artifacts.ErrExists]). If anything is wrong nothing is recorded.
//
// A file with another checksum is [ErrChanged] and does not run. The Host's own
// handlers stay as they are: who opens another Host gets the plugin's.
func (h *Host) Trust(ctx context.Context, path string, o TrustOptions) (Trusted, error) {
	t, err := h.examine(ctx, path, o)
	if err != nil {
		return Trusted{}, fmt.Errorf("trust plugin %s: %w", quote(path), err)
	}
	file, err := h.o.trustFile()
	if err != nil {
		return Trusted{}, err
	}
	return t, OpenTrust(file).Put(t)
}

// examine finds out everything that is recorded about a plugin.
func (h *Host) examine(ctx context.Context, path string, o TrustOptions) (Trusted, error) {
	if Off() {
		return Trusted{}, fmt.Errorf("%w by %s", ErrOff, EnvPlugins)
	}
	facts, err := pinned(path, o.SHA256)
	if err != nil {
		return Trusted{}, err
	}
	t := Trusted{
		Name: facts.Name, Path: facts.Path, SHA256: facts.SHA256, Size: facts.Size,
		Env: o.Env, NoTLS: o.NoTLS, Rename: o.Rename, TrustedAt: time.Now().UTC().Truncate(time.Second),
	}
	if t.Description, err = h.describeOnce(ctx, t); err != nil {
		return Trusted{}, err
	}
	if t.Description.Name != t.Name {
		return Trusted{}, fmt.Errorf("%w: it calls itself %s", ErrProtocol, quote(t.Description.Name))
	}
	if err := t.checkAliases(); err != nil {
		return Trusted{}, err
	}
	if o.Handlers == nil {
		o.Handlers = artifacts.Default()
	}
	if err := t.clash(func(alias string) string { return ownerIn(o.Handlers, alias) }); err != nil {
		return Trusted{}, err
	}
	return t, conforms(ctx, t)
}

// ownerIn says whose an alias is, "" if nobody's but perhaps a plugin's.
func ownerIn(r *artifacts.Registry, alias string) string {
	for h := range r.All() {
		if _, external := h.(artifacts.External); !external && h.Format().Alias == alias {
			return "a handler that is built in"
		}
	}
	return ""
}

// conforms makes the short checks of the conformance kit.
func conforms(ctx context.Context, t Trusted) error {
	subject := conform.Subject{Path: t.Path}
	for _, name := range t.Env {
		if value, ok := os.LookupEnv(name); ok {
			subject.Env = append(subject.Env, name+"="+value)
		}
	}
	results, err := conform.Run(ctx, subject, nil, conform.Short...)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStart, err)
	}
	var errs []error
	for _, r := range results {
		if r.Err != nil {
			errs = append(errs, fmt.Errorf("%s (%s): %w", r.ID, r.Name, r.Err))
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("%w: %w", ErrProtocol, errors.Join(errs...))
	}
	return nil
}

// describeOnce starts the plugin as it will be started later, and asks what it
// offers. If it starts without mutual TLS only, the error says so: that is for
// the user to decide.
func (h *Host) describeOnce(ctx context.Context, t Trusted) (Description, error) {
	d, err := h.ask(ctx, t)
	if err == nil || t.NoTLS || ctx.Err() != nil {
		return d, err
	}
	t.NoTLS = true
	if _, errWithout := h.ask(ctx, t); errWithout != nil {
		return Description{}, err
	}
	return Description{}, fmt.Errorf("%w; without mutual TLS, which --no-mtls switches off, it does", err)
}

func (h *Host) ask(ctx context.Context, t Trusted) (Description, error) {
	p := h.newPlugin(t, func() error {
		_, err := pinned(t.Path, t.SHA256)
		return err
	}, nil)
	defer p.runs.Close()
	return p.Describe(ctx)
}
