package plugintest

import (
	"os"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
)

// envSelf tells the test's binary to be the plugin also when no host starts it.
const envSelf = "LAZYSCRIBE_PLUGINTEST"

// Main runs the tests, or lets their binary be the plugin when it was started as
// such: serve is then called, which does not return. Call it from TestMain.
func Main(m *testing.M, serve func()) {
	if os.Getenv(wire.Handshake.MagicCookieKey) != "" || os.Getenv(envSelf) != "" {
		serve()
	}
	os.Exit(m.Run())
}

// Run makes all checks, as subtests, on the plugin that the test's own binary is
// thanks to [Main].
func Run(t *testing.T, samples ...Sample) {
	t.Helper()
	RunWith(t, nil, samples...)
}

// RunWith is Run with options.
func RunWith(t *testing.T, o *Options, samples ...Sample) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	results, err := check(t.Context(), self, []string{envSelf + "=1"}, samples, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		t.Run(r.ID, func(t *testing.T) {
			switch {
			case r.Skipped != "":
				t.Skipf("%s: %s", r.Name, r.Skipped)
			case r.Err != nil:
				t.Errorf("want: %s\n%v", r.Name, r.Err)
			}
		})
	}
}
