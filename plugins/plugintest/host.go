package plugintest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// hostChecks look at a plugin through the host, as programs do.
var hostChecks = []hostCheck{
	{"L4", "it talks with mutual TLS", checkTLS},
	{"H1", "its handlers keep the contract of handlers", checkHandlers},
}

type hostCheck struct {
	id, name string
	run      func(context.Context, *hosted) error
}

// hosted is a plugin in a place where a host may run it.
type hosted struct {
	facts   plugins.Facts
	samples []Sample
	o       plugins.Options
}

// hosted makes the checks that go through the host.
func (o *Options) hosted(ctx context.Context, path string, samples []Sample) ([]Result, error) {
	ids := o.ids()
	if !slices.ContainsFunc(hostChecks, func(c hostCheck) bool { return slices.Contains(ids, c.id) }) {
		return nil, nil
	}
	folder, err := os.MkdirTemp("", "lsp")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	h := &hosted{samples: samples}
	if o.Host != nil {
		h.o = *o.Host
	}
	h.o.TrustFile = filepath.Join(folder, "plugins.json")
	if h.facts, err = inspect(path, folder); err != nil {
		return nil, err
	}
	var results []Result
	for _, c := range hostChecks {
		switch {
		case !slices.Contains(ids, c.id):
		case plugins.Off():
			results = append(results, Result{ID: c.id, Name: c.name, Skipped: "plugins are switched off by " + plugins.EnvPlugins})
		default:
			results = append(results, Result{ID: c.id, Name: c.name, Err: c.run(ctx, h)})
		}
	}
	return results, nil
}

// inspect looks at a binary. One that is not called as plugins are, such as that
// of a test, is looked at under another name in a folder of the kit's own.
func inspect(path, folder string) (plugins.Facts, error) {
	facts, err := plugins.Inspect(path)
	if err == nil {
		return facts, nil
	}
	named := filepath.Join(folder, "lazyscribe-plugin-tested")
	if strings.EqualFold(filepath.Ext(path), ".exe") {
		named += ".exe"
	}
	if failed := copyFile(named, path); failed != nil {
		return plugins.Facts{}, errors.Join(err, failed)
	}
	return plugins.Inspect(named)
}

func copyFile(to, from string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// with runs a part of a check with the handlers in a host of their own.
func (h *hosted) with(ctx context.Context, o plugins.Options, part func([]artifacts.Handler) error) (err error) {
	host, err := plugins.Open(&o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	handlers, err := host.Use(ctx, h.facts.Path, h.facts.SHA256)
	if err != nil {
		return err
	}
	return part(handlers)
}

func checkTLS(ctx context.Context, h *hosted) error {
	o := h.o
	o.NoTLS = false
	return h.with(ctx, o, func([]artifacts.Handler) error { return nil })
}

func checkHandlers(ctx context.Context, h *hosted) error {
	return h.with(ctx, h.o, func(handlers []artifacts.Handler) error {
		var errs []error
		for _, handler := range handlers {
			alias := handler.Format().Alias
			var cases []artifacttest.Case
			for i, s := range h.samples {
				if s.Alias == alias || s.Alias == "" && len(handlers) == 1 {
					cases = append(cases, s.handlerCase(i))
				}
			}
			for _, err := range artifacttest.Check(ctx, handler, cases...) {
				errs = append(errs, fmt.Errorf("handler %q: %w", alias, err))
			}
		}
		return errors.Join(errs...)
	})
}
