package plugins

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Description is what a plugin says about itself: the protocol's
// DescribeResponse in a form for people and for JSON.
type Description struct {
	Name          string               `json:"name"`
	Version       string               `json:"version"`
	SDK           string               `json:"sdk"`
	ProtocolMinor uint32               `json:"protocol_minor"`
	Handlers      []HandlerDescription `json:"handlers"`
}

// A HandlerDescription is what a plugin says about one of its handlers.
type HandlerDescription struct {
	Alias          string                   `json:"alias"`
	Suffix         string                   `json:"suffix,omitempty"`
	MediaType      string                   `json:"media_type,omitempty"`
	Binary         bool                     `json:"binary,omitempty"`
	OutputOnly     bool                     `json:"output_only,omitempty"`
	Version        string                   `json:"version,omitempty"` // of the file format
	Summary        string                   `json:"summary,omitempty"`
	Encodings      []string                 `json:"encodings"`         // "cbor", "raw", "cbor_seq", "arrow_stream"
	Accepts        []string                 `json:"accepts,omitempty"` // "any", "scalar", "text", ...
	Environment    []EnvironmentDescription `json:"environment,omitempty"`
	SettingsSchema json.RawMessage          `json:"settings_schema,omitempty"` // JSON Schema
}

// Format returns what a registry wants to know of the handler.
func (h HandlerDescription) Format() artifacts.Format {
	return artifacts.Format{Alias: h.Alias, Suffix: h.Suffix, Binary: h.Binary, OutputOnly: h.OutputOnly}
}

// An EnvironmentDescription is an entry that is recorded with each artifact.
type EnvironmentDescription struct {
	Key       string `json:"key"`
	Value     string `json:"value"`
	MustMatch bool   `json:"must_match,omitempty"`
}

// Equal reports whether two descriptions say the same.
func (d Description) Equal(other Description) bool {
	a, errA := json.Marshal(d)
	b, errB := json.Marshal(other)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

const (
	mostHandlers     = 256      // of one plugin
	mostEnvironment  = 64       // entries of one handler
	longestValue     = 4 << 10  // of an entry, in bytes
	largestSchema    = 64 << 10 // of a handler's settings, in bytes
	longestFormatted = 64       // alias or suffix, in bytes
)

// check returns an error for a description that no plugin may give: it goes into
// names of files, into manifests and onto terminals.
func (d Description) check() error {
	if len(d.Handlers) == 0 {
		return errors.New("the plugin describes no handler")
	}
	if len(d.Handlers) > mostHandlers {
		return fmt.Errorf("the plugin describes %d handlers, at most %d are allowed", len(d.Handlers), mostHandlers)
	}
	seen := map[string]bool{}
	for _, h := range d.Handlers {
		if err := h.check(); err != nil {
			return fmt.Errorf("handler %s: %w", quote(h.Alias), err)
		}
		if seen[h.Alias] {
			return fmt.Errorf("two handlers have the alias %q", h.Alias)
		}
		seen[h.Alias] = true
	}
	return nil
}

func (h HandlerDescription) check() error {
	if len(h.Alias) > longestFormatted || len(h.Suffix) > longestFormatted {
		return fmt.Errorf("alias and suffix may have %d bytes", longestFormatted)
	}
	if err := artifacts.CheckFormat(h.Format()); err != nil {
		return err
	}
	if !slices.ContainsFunc(h.Encodings, func(name string) bool { return name == "cbor" || name == "raw" || name == "cbor_seq" }) {
		return fmt.Errorf("it takes values as %q, of which none is cbor, raw or cbor_seq", h.Encodings)
	}
	if len(h.Environment) > mostEnvironment {
		return fmt.Errorf("%d entries of its environment, at most %d are allowed", len(h.Environment), mostEnvironment)
	}
	for _, e := range h.Environment {
		if err := artifacts.CheckEnvironmentKey(e.Key); err != nil {
			return err
		}
		if len(e.Value) > longestValue {
			return fmt.Errorf("environment %q has a value of %d bytes, at most %d are allowed", e.Key, len(e.Value), longestValue)
		}
	}
	if len(h.SettingsSchema) > largestSchema {
		return fmt.Errorf("the schema of its settings has %d bytes, at most %d are allowed", len(h.SettingsSchema), largestSchema)
	}
	if len(h.SettingsSchema) > 0 && !json.Valid(h.SettingsSchema) {
		return errors.New("the schema of its settings is not JSON")
	}
	return nil
}
