package sdk

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// version of this package, as plugins report it.
const version = "go/1.0.0"

// describe puts together what a plugin says about itself. An error is a mistake
// of its author, which shows before anything is served.
func describe(name, pluginVersion string, handlers []artifacts.Handler) (*pluginpb.DescribeResponse, error) {
	if err := artifacts.CheckFormat(artifacts.Format{Alias: name}); err != nil {
		return nil, fmt.Errorf("the plugin's name is no name of a handler either: %w", err)
	}
	if len(handlers) == 0 {
		return nil, errors.New("no handlers are served")
	}
	description := &pluginpb.DescribeResponse{
		Name:          name,
		Version:       pluginVersion,
		Sdk:           version,
		ProtocolMinor: wire.ProtocolMinor,
	}
	seen := make(map[string]bool)
	for i, h := range handlers {
		if h == nil {
			return nil, fmt.Errorf("handler %d is nil", i)
		}
		info, err := describeHandler(h)
		if err != nil {
			return nil, fmt.Errorf("handler %q: %w", h.Format().Alias, err)
		}
		if seen[info.Alias] {
			return nil, fmt.Errorf("handler %q is served twice", info.Alias)
		}
		seen[info.Alias] = true
		description.Handlers = append(description.Handlers, info)
	}
	return description, nil
}

func describeHandler(h artifacts.Handler) (*pluginpb.HandlerInfo, error) {
	format := h.Format()
	if err := artifacts.CheckFormat(format); err != nil {
		return nil, err
	}
	var facts Facts
	if d, ok := h.(Describer); ok {
		facts = d.Describe()
	}
	if len(facts.SettingsSchema) > 0 && !json.Valid(facts.SettingsSchema) {
		return nil, errors.New("the schema of its settings is not JSON")
	}
	typ := valueType(h)
	if err := checkValueType(typ); err != nil {
		return nil, err
	}
	environment, err := describeEnvironment(h, facts.MustMatch)
	if err != nil {
		return nil, err
	}
	info := &pluginpb.HandlerInfo{
		Alias:          format.Alias,
		Suffix:         format.Suffix,
		Binary:         format.Binary,
		OutputOnly:     format.OutputOnly,
		MediaType:      facts.MediaType,
		Version:        facts.Version,
		Summary:        facts.Summary,
		SettingsSchema: settingsSchema(h, facts),
		Encodings:      encodings(typ),
		Environment:    environment,
	}
	accepts := facts.Accepts
	if accepts == nil {
		accepts = wire.KindsOf(typ)
	}
	for _, kind := range accepts {
		info.Accepts = append(info.Accepts, pluginpb.ValueKind(kind))
	}
	return info, nil
}

// describeEnvironment asks for what is recorded with every value.
func describeEnvironment(h artifacts.Handler, mustMatch []string) ([]*pluginpb.EnvironmentEntry, error) {
	var environment artifacts.Environment
	if r, ok := h.(artifacts.EnvironmentReporter); ok {
		environment = r.Environment(nil)
	}
	for _, key := range mustMatch {
		if _, ok := environment[key]; !ok {
			return nil, fmt.Errorf("%q must match and is not in the environment", key)
		}
	}
	var entries []*pluginpb.EnvironmentEntry
	for _, key := range slices.Sorted(maps.Keys(environment)) {
		if err := artifacts.CheckEnvironmentKey(key); err != nil {
			return nil, err
		}
		entries = append(entries, &pluginpb.EnvironmentEntry{
			Key:       key,
			Value:     environment[key],
			MustMatch: slices.Contains(mustMatch, key),
		})
	}
	return entries, nil
}
