package cloudtest

import (
	"fmt"
	"sync/atomic"
	"testing"

	_ "github.com/lazyscribe-go/lazyscribe/drivers/azure"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/gcs"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// overEach runs a test over every kind of server.
func overEach(t *testing.T, run func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server)) {
	for name, start := range servers.Kinds {
		t.Run(name, func(t *testing.T) { run(t, start) })
	}
}

var folders atomic.Int64

// fresh returns the URL of a manifest in a folder that no other call returns.
func fresh(s *servers.Server) string {
	return s.URL(fmt.Sprintf("folder-%d/project.json", folders.Add(1)))
}

func open(t testing.TB, url string, o *store.Options) *store.Store {
	t.Helper()
	s, _, err := store.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		server := start(t, nil)
		storetest.Run(t, func(t *testing.T) *store.Store {
			s := open(t, fresh(server), nil)
			if s.Locks() || s.SingleWriter() {
				t.Error("a bucket has no locks, and may have many writers")
			}
			return s
		})
	})
}
