package projecttest_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/projecttest"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/project"

	_ "github.com/lazyscribe-go/lazyscribe/drivers/azure"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/gcs"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
)

// TestServers runs crowds over every object store there is.
func TestServers(t *testing.T) {
	for name, start := range servers.Kinds {
		t.Run(name, func(t *testing.T) {
			s := start(t, nil)
			t.Run("segments", func(t *testing.T) { projecttest.Run(t, s.URL("segments/project.json"), size()) })
			t.Run("automatic", func(t *testing.T) {
				o := size()
				o.Commit = project.CommitAuto
				projecttest.Run(t, s.URL("automatic/project.json"), o)
			})
		})
	}
}
