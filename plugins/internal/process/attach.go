package process

import (
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// attach talks to a process that somebody else started, such as a debugger. It
// is neither stopped nor missed when it ends: for this program, its end is that
// of the connection.
func (c *Config) attach(ctx context.Context) (*running, error) {
	fault := func(err error) (*running, error) {
		return nil, &Fault{Kind: ErrStart, Message: "cannot be reached at " + Line(c.Attach.Address) + ": " + Line(err.Error()), Cause: err}
	}
	conn, err := grpc.NewClient("passthrough:plugin",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, c.Attach.Network, c.Attach.Address)
		}),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(wire.MaxFrame), grpc.MaxCallSendMsgSize(wire.MaxFrame)),
	)
	if err != nil {
		return fault(err)
	}
	r := &running{child: newChild(c.Path, nil, c.Logger), conn: conn, rpc: pluginpb.NewArtifactHandlerServiceClient(conn)}
	r.child.alien, r.child.pid = true, c.Attach.Pid
	if r.info, err = r.rpc.Describe(ctx, &pluginpb.DescribeRequest{}); err != nil {
		_ = conn.Close()
		return fault(err)
	}
	return r, nil
}
