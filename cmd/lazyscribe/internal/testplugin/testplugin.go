// Package testplugin is a plugin for tests of the command: its handler "lines"
// writes a list of texts, one a line. A test's binary becomes the plugin when it
// is started under the plugin's name.
package testplugin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/sdk"
)

// Binary is the name of the plugin's file.
const Binary = "lazyscribe-plugin-lines"

// EnvDie names the variable that, if it is set, makes the plugin end when it is
// to encode a value.
const EnvDie = "LAZYSCRIBE_PLUGIN_TEST_DIE"

// settings are those of the handler.
type settings struct {
	Separator string `json:"separator"`
}

// Main is the main function of the plugin.
func Main() {
	sdk.Serve("lines", "1.2.3", sdk.Typed[[]string, settings]{
		Kind: artifacts.Format{Alias: "lines", Suffix: "lines"},
		Facts: sdk.Facts{
			Summary: "a list of texts, one a line", MediaType: "text/plain", Version: "1",
			SettingsSchema: json.RawMessage(`{"type": "object", "properties": {"separator": {"type": "string"}}, "additionalProperties": false}`),
		},
		Settings: settings{Separator: "\n"},
		Write: func(_ context.Context, w io.Writer, lines []string, s settings) error {
			if os.Getenv(EnvDie) != "" {
				os.Exit(3)
			}
			for i, line := range lines {
				if strings.Contains(line, s.Separator) {
					return sdk.BadValue(fmt.Sprintf("[%d]", i), "%q has the separator in it", line)
				}
			}
			_, err := io.WriteString(w, strings.Join(lines, s.Separator)+s.Separator)
			return err
		},
		Read: func(_ context.Context, r io.Reader, s settings) ([]string, error) {
			text, err := io.ReadAll(r)
			if err != nil {
				return nil, err
			}
			body, ok := strings.CutSuffix(string(text), s.Separator)
			if !ok {
				return nil, sdk.BadFile("the last line has no end")
			}
			return strings.Split(body, s.Separator), nil
		},
	})
}

// Install puts this test's binary as the plugin into a folder, which it makes.
func Install(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	plugin := filepath.Join(folder, Binary)
	if os.Link(exe, plugin) == nil {
		return nil
	}
	data, err := os.ReadFile(exe) // the folder is on another disk
	if err != nil {
		return err
	}
	return os.WriteFile(plugin, data, 0o755)
}
