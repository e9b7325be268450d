package sdk

import (
	"encoding/json"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// noSettings is the schema of a handler without any.
var noSettings = schemaOf(reflect.ValueOf(struct{}{}))

// settingsSchema returns the schema a handler is described with, so that the
// host can refuse an unknown setting when it is given. One that reads settings by
// itself and says nothing about them has none.
func settingsSchema(h artifacts.Handler, facts Facts) json.RawMessage {
	if _, configurable := h.(artifacts.Configurable); !configurable && facts.SettingsSchema == nil {
		return noSettings
	}
	return facts.SettingsSchema
}

// schemaOf is the JSON Schema of the settings that setFields takes for a struct;
// its values are the defaults.
func schemaOf(s reflect.Value) json.RawMessage {
	properties := make(map[string]any)
	if s.Kind() == reflect.Struct {
		for f := range s.Type().Fields() {
			if name, ok := settingName(f); ok {
				properties[name] = propertyOf(s.FieldByIndex(f.Index))
			}
		}
	}
	// Maps of texts and numbers always have JSON.
	text, _ := json.Marshal(map[string]any{"type": "object", "properties": properties, "additionalProperties": false})
	return text
}

func propertyOf(field reflect.Value) map[string]any {
	property := make(map[string]any)
	switch {
	case field.Kind() == reflect.Bool:
		property["type"] = "boolean"
	case field.Kind() == reflect.String:
		property["type"] = "string"
	case field.CanInt(), field.CanUint():
		property["type"] = "integer"
	case field.CanFloat():
		property["type"] = "number"
	}
	if text, err := json.Marshal(field.Interface()); err == nil { // NaN has no JSON
		property["default"] = json.RawMessage(text)
	}
	return property
}
