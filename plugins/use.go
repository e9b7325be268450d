package plugins

import (
	"context"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Use runs a plugin that the program itself names with its checksum (SHA-256 in
// hexadecimal digits), whatever the trust file says. It starts the plugin and
// returns its handlers, for a registry or for LogOptions.Handler; they are not
// among those of [Host.Handlers].
//
// The file must be called lazyscribe-plugin-NAME and be safe from others, see
// [Facts]. Another checksum is [ErrChanged].
func (h *Host) Use(ctx context.Context, path, sha256 string) ([]artifacts.Handler, error) {
	p, err := h.use(ctx, path, strings.ToLower(sha256))
	if err != nil {
		return nil, fmt.Errorf("use plugin %s: %w", quote(path), err)
	}
	return p.Handlers(), nil
}

func (h *Host) use(ctx context.Context, path, sha256 string) (*Plugin, error) {
	if Off() {
		return nil, fmt.Errorf("%w by %s", ErrOff, EnvPlugins)
	}
	facts, err := pinned(path, sha256)
	if err != nil {
		return nil, err
	}
	t := Trusted{Name: facts.Name, Path: facts.Path, SHA256: facts.SHA256, Size: facts.Size}
	p := h.newPlugin(t, func() error {
		_, err := pinned(facts.Path, sha256)
		return err
	}, nil)
	p.named = true
	if p.trusted.Description, err = p.Describe(ctx); err != nil {
		p.runs.Close()
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		p.runs.Close()
		return nil, ErrClosed
	}
	h.plugins = append(h.plugins, p)
	return p, nil
}

// pinned looks at a file that must have a checksum.
func pinned(path, sha256 string) (Facts, error) {
	facts, err := inspect(path)
	switch {
	case err != nil:
		return Facts{}, err
	case facts.Unsafe != nil:
		return Facts{}, fmt.Errorf("%w: %w", ErrUntrusted, facts.Unsafe)
	case facts.SHA256 != sha256:
		return Facts{}, fmt.Errorf("%w: the SHA-256 of %s is %s, the program wants %s", ErrChanged, quote(path), facts.SHA256, quote(sha256))
	}
	return facts, nil
}
