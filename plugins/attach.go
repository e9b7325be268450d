package plugins

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
)

// EnvReattach names the variable of the environment that a plugin prints when it
// is started with --debug. A trusted plugin of that name is then reached where
// the variable says, instead of being started: its author's debugger started it.
const EnvReattach = wire.EnvReattach

// attachments reads the variable.
func attachments() (map[string]*wire.Reattach, error) {
	text := os.Getenv(EnvReattach)
	if text == "" {
		return nil, nil
	}
	var list map[string]*wire.Reattach
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("open plugins: $%s is not what a plugin prints with --debug: %w", EnvReattach, err)
	}
	return list, nil
}
