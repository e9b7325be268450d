package cloudtest

import (
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// TestFaults has every operation of a store in a bucket fail once.
func TestFaults(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		server := start(t, nil)
		for _, c := range storetest.FaultCases() {
			t.Run(c.Name, func(t *testing.T) {
				faults := storetest.EachFault(syscall.ENOSPC, func(f *storetest.Faulty) {
					t.Helper()
					url := fresh(server)
					sound, s := open(t, url, nil), open(t, url, &store.Options{Fault: f.Hook})
					c.Try(t, sound, s, f)
				})
				if faults < 2 {
					t.Errorf("%d faults put in", faults)
				}
			})
		}
	})
}
