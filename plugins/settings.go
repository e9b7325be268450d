package plugins

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
)

// Configure returns the handler with the settings, besides those it has. Where
// the plugin describes them by a schema, unknown names are refused here, and
// texts from a command line become what the schema says; the plugin checks the
// rest when it gets them.
func (h *handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	settings, err := h.convert(settings)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", artifacts.ErrSettings, err)
	}
	all := maps.Clone(h.given)
	if all == nil {
		all = make(map[string]any)
	}
	maps.Copy(all, settings)
	text, err := wire.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", artifacts.ErrSettings, err)
	}
	configured := *h
	configured.given, configured.settings = all, text
	return &configured, nil
}

// A schema is what is used of a JSON Schema.
type schema struct {
	Properties           map[string]property `json:"properties"`
	AdditionalProperties json.RawMessage     `json:"additionalProperties"`
}

type property struct {
	Type any `json:"type"` // a text, or a list of texts
}

// open reports whether settings that are not described are allowed too, as they
// are unless a schema says otherwise.
func (s schema) open() bool { return string(s.AdditionalProperties) != "false" }

func (h *handler) convert(settings map[string]any) (map[string]any, error) {
	if len(h.d.SettingsSchema) == 0 {
		return settings, nil
	}
	var s schema
	if err := json.Unmarshal(h.d.SettingsSchema, &s); err != nil {
		return nil, fmt.Errorf("the plugin's schema of them: %w", err)
	}
	in := artifacts.ReadSettings(settings)
	out := make(map[string]any)
	for name, p := range s.Properties {
		value, given := in.Value(name)
		if !given {
			continue
		}
		switch p.Type {
		case "boolean":
			out[name] = in.Bool(name, false)
		case "integer":
			out[name] = in.Int(name, 0)
		case "number":
			out[name] = in.Float(name, 0)
		case "string":
			out[name] = in.Text(name, "")
		default:
			out[name] = value
		}
	}
	if s.open() {
		for name := range settings {
			if value, _ := in.Value(name); out[name] == nil {
				out[name] = value
			}
		}
	}
	return out, in.Err()
}
