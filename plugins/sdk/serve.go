package sdk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// Serve serves the handlers until the host is done with them, and exits. It is
// all there is in the main function of a plugin, whose binary is named
// "lazyscribe-plugin-" and the name. The version is the plugin's own.
//
// Started by hand the program says what it is; with the argument "describe" it
// prints what it tells the host, as JSON; with "--debug" it serves until it is
// interrupted, for a host that finds it by the variable that is printed.
//
// What handlers print to the standard output goes to the host's log. Standard
// input is not theirs.
func Serve(name, version string, handlers ...artifacts.Handler) {
	s, err := newServer(name, version, handlers, newLogger(os.Stderr))
	if err != nil {
		fmt.Fprintf(os.Stderr, "plugin %s: %v\n", name, err)
		os.Exit(2)
	}
	argument := ""
	if len(os.Args) > 1 {
		argument = os.Args[1]
	}
	switch {
	case argument == wire.ArgDescribe:
		err = writeDescription(os.Stdout, s.description)
	case argument == wire.ArgDebug:
		err = debugServe(s)
	case os.Getenv(wire.Handshake.MagicCookieKey) != wire.Handshake.MagicCookieValue:
		err = explain(os.Stderr, s.description)
	default:
		err = hostedServe(s)
	}
	s.spool.remove()
	if err != nil {
		fmt.Fprintf(os.Stderr, "plugin %s: %v\n", name, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// hostedServe serves the host that started this process.
func hostedServe(s *server) error {
	// The handshake has to go to what the host reads, and nothing else may.
	handshake, err := divertStdout()
	if err != nil {
		return fmt.Errorf("set standard output aside: %w", err)
	}
	os.Stdout = handshake
	watchHost(s.spool.remove)
	config := serveConfig(s)
	began := false
	newServer := config.GRPCServer
	config.GRPCServer = func(options []grpc.ServerOption) *grpc.Server {
		began = true
		return newServer(options)
	}
	plugin.Serve(config)
	if !began {
		return errNotServed
	}
	return nil
}

// errNotServed: go-plugin returned as if all were well, and logged why it is not.
var errNotServed = errors.New("the plugin could not be served")

func serveConfig(s *server) *plugin.ServeConfig {
	return &plugin.ServeConfig{
		HandshakeConfig: wire.Handshake,
		VersionedPlugins: map[int]plugin.PluginSet{
			wire.ProtocolMajor: {wire.ServiceName: &service{server: s}},
		},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(wire.MaxFrame))...)
		},
		// Below warnings go-plugin says nothing that the author of a handler could
		// use, and much: the host shows the last line of a plugin that crashed.
		Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr, JSONFormat: true}),
	}
}

// A service is a server as go-plugin wants it.
type service struct {
	plugin.NetRPCUnsupportedPlugin
	server *server
}

// GRPCServer registers the service of the protocol.
func (s *service) GRPCServer(_ *plugin.GRPCBroker, g *grpc.Server) error {
	pluginpb.RegisterArtifactHandlerServiceServer(g, s.server)
	return nil
}

// GRPCClient is for the host's side, which this is not.
func (s *service) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("this is a plugin and no host")
}

// explain tells somebody who started the program by hand what it is for.
func explain(w io.Writer, d *pluginpb.DescribeResponse) error {
	fmt.Fprintf(w, "%s %s is a plugin of lazyscribe, which starts it when it is needed.\nTo let it do so:\n\n    lazyscribe plugin trust %s\n\nIt handles:\n\n", d.GetName(), d.GetVersion(), os.Args[0])
	for _, h := range d.GetHandlers() {
		fmt.Fprintf(w, "    %-16s %s\n", h.GetAlias(), h.GetSummary())
	}
	fmt.Fprintln(w)
	return errors.New("not started by lazyscribe")
}
