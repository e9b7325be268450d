package plugins

import (
	"context"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A handler is one handler of a plugin, as artifacts knows handlers. It never
// changes.
type handler struct {
	p        *Plugin
	d        HandlerDescription // when the plugin was trusted
	alias    string             // here
	given    map[string]any     // settings; nil: none
	settings []byte             // the same in CBOR
}

var _ interface {
	artifacts.Handler
	artifacts.Checker
	artifacts.SingleUser
	artifacts.Configurable
	artifacts.EnvironmentReporter
	artifacts.EnvironmentKeyer
	artifacts.EnvironmentValidator
	artifacts.Rescuer
	artifacts.External
} = (*handler)(nil)

// Format returns what the plugin said when it was trusted, under the alias it
// has here.
func (h *handler) Format() artifacts.Format {
	f := h.d.Format()
	f.Alias = h.alias
	return f
}

// Plugin returns what is recorded with each artifact.
func (h *handler) Plugin() artifacts.Plugin {
	d := h.p.latest()
	format := h.d.Version
	if now, ok := d.handler(h.d.Alias); ok {
		format = now.Version
	}
	return artifacts.Plugin{Name: h.p.trusted.Name, Version: d.Version, Format: format, SDK: d.SDK}
}

// Check refuses a value whose type cannot cross, or is not one the handler
// accepts. It starts nothing.
func (h *handler) Check(value any) error {
	if _, err := h.choose(value); err != nil {
		return err
	}
	return wire.CheckKind(value, h.accepts())
}

func (h *handler) accepts() []wire.Kind {
	var kinds []wire.Kind
	for k := wire.KindAny; k <= wire.KindMatrix; k++ {
		if slices.Contains(h.d.Accepts, k.String()) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// SingleUse reports whether a value is a sequence: nobody knows what it does
// when it is iterated over again.
func (h *handler) SingleUse(value any) bool { return isSequence(value) }

// accept refuses a process that does not offer the handler as it was when the
// plugin was trusted: a script says what the libraries of today make it say.
func (h *handler) accept(info *pluginpb.DescribeResponse) error {
	now, err := h.p.described(info)
	if err != nil {
		return err
	}
	return h.p.offers(now, h.d)
}

// failed is for errors of calls.
func (h *handler) failed(op string, err error) error { return h.p.failed(op, h.alias, err) }

// EnvironmentKeys returns the keys the plugin named when it was trusted.
func (h *handler) EnvironmentKeys() []string {
	var keys []string
	for _, e := range h.d.Environment {
		keys = append(keys, e.Key)
	}
	return keys
}

// Environment returns the plugin's entries. It starts the plugin if there are
// any, since they may have changed with a script's libraries: the value that is
// logged is going to be encoded anyway. If it does not start, that is for Encode
// to report.
func (h *handler) Environment(any) artifacts.Environment {
	entries := h.d.Environment
	if len(entries) == 0 {
		return nil
	}
	if now, err := h.now(); err == nil {
		entries = now
	}
	env := make(artifacts.Environment)
	for _, e := range entries {
		env[e.Key] = e.Value
	}
	return env
}

// ValidateEnvironment compares the entries that the plugin says must match, as
// far as they were recorded.
func (h *handler) ValidateEnvironment(recorded artifacts.Environment, _ any) error {
	if !slices.ContainsFunc(h.d.Environment, func(e EnvironmentDescription) bool { return e.MustMatch }) {
		return nil
	}
	entries, err := h.now()
	if err != nil {
		return err
	}
	differ := &artifacts.EnvironmentError{Recorded: artifacts.Environment{}, Current: artifacts.Environment{}}
	for _, e := range entries {
		if was, ok := recorded[e.Key]; ok && e.MustMatch && was != e.Value {
			differ.Recorded[e.Key], differ.Current[e.Key] = was, e.Value
		}
	}
	if len(differ.Recorded) == 0 {
		return nil
	}
	return differ
}

// now returns the entries of the running plugin, which the start-up time limits.
func (h *handler) now() ([]EnvironmentDescription, error) {
	d, err := h.p.Describe(context.Background())
	if err != nil {
		return nil, err
	}
	now, _ := d.handler(h.d.Alias)
	return now.Environment, nil
}
