package sdk

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/hashicorp/go-plugin"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
)

// debugServe serves until the process is interrupted, so that it can be run by a
// debugger. It prints the variable by which a host finds it.
func debugServe(s *server) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ready, closed := make(chan *plugin.ReattachConfig, 1), make(chan struct{})
	config := serveConfig(s)
	config.Test = &plugin.ServeTestConfig{Context: ctx, ReattachConfigCh: ready, CloseCh: closed}
	go plugin.Serve(config)
	select {
	case r := <-ready:
		name := s.description.GetName()
		value, err := json.Marshal(map[string]wire.Reattach{name: {
			Pid: r.Pid, Network: r.Addr.Network(), Address: r.Addr.String(),
		}})
		if err != nil {
			return err
		}
		fmt.Printf("Plugin %s serves until it is interrupted. For the host:\n\n    export %s='%s'\n\n", name, wire.EnvReattach, value)
	case <-closed:
		return errNotServed
	}
	<-closed
	return nil
}
