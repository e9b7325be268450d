package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/testplugin"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// TestMain makes this binary a plugin when it is started as one, and keeps the
// tests away from the plugins of whoever runs them.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == testplugin.Binary {
		testplugin.Main()
	}
	if err := os.Setenv(plugins.EnvTrustFile, filepath.Join(os.TempDir(), "lazyscribe-no-such-folder", "plugins.json")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	m.Run()
}
