package process

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
	"google.golang.org/grpc"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A Config says how to run a plugin.
type Config struct {
	Path   string       // of the binary
	Args   []string     // after the path
	Env    []string     // the whole environment, see [Environment]
	Verify func() error // refuses the binary; called before each start
	NoTLS  bool
	Folder *Folder
	Attach *wire.Reattach // a process somebody else started, used instead; may be nil

	StartTimeout time.Duration
	StallTimeout time.Duration // not positive: no limit
	IdleTimeout  time.Duration // not positive: no limit
	Grace        time.Duration
	MaxCrashes   int // in a minute

	Logger *slog.Logger
}

// A running is a process that said it is ready.
type running struct {
	child  *child
	client *plugin.Client   // nil of a process somebody else started
	conn   *grpc.ClientConn // nil of any other
	rpc    pluginpb.ArtifactHandlerServiceClient
	info   *pluginpb.DescribeResponse

	// The rest belongs to the supervisor, under its lock.
	users int
	since time.Time // when it was last let go of by all
	left  string    // why it is no longer used: for calls that still do; "": it is
	wish  bool      // it was asked to end, and its end is no crash
	unfit bool      // a call refused it: it ends with the last call that uses it
}

// start starts a process and waits until it is ready, or until ctx ends. When it
// returns an error, the process is gone.
func (c *Config) start(ctx context.Context) (*running, error) {
	if c.Attach != nil {
		return c.attach(ctx)
	}
	if err := c.Verify(); err != nil {
		return nil, err
	}
	folder, err := c.Folder.Path()
	switch {
	case errors.Is(err, ErrClosed):
		return nil, &Fault{Kind: ErrClosed, Message: "is not started: plugins are closed"}
	case err != nil:
		return nil, &Fault{Kind: ErrStart, Message: "cannot be started: " + err.Error(), Cause: err}
	}
	r := &running{child: newChild(c.Path, c.Args, c.Logger)}
	config := c.client(r.child, folder)
	r.child.greeting.plain = c.NoTLS
	if !c.NoTLS {
		id, err := newIdentity()
		if err != nil {
			return nil, &Fault{Kind: ErrStart, Message: "cannot be started: " + err.Error(), Cause: err}
		}
		config.TLSConfig = id.tls
		r.child.cmd.Env = []string{envClientCert + "=" + id.pem}
	}
	r.client = plugin.NewClient(config)
	stop := context.AfterFunc(ctx, r.child.kill)
	defer stop()
	if err = r.connect(ctx); err == nil {
		return r, nil
	}
	// A process that ended by itself has more to tell than that it was killed;
	// its output ends a little before it does.
	ended := r.child.started() && ctx.Err() == nil && r.child.endsWithin(endWait)
	r.child.kill()
	r.release(c.Grace)
	return nil, c.startFault(ctx, r.child, ended, err)
}

// endWait is how long a process may take to end after its output has.
const endWait = 200 * time.Millisecond

// client is what go-plugin has to know. It encrypts, finds the address and
// frees what it made; starting and stopping are ours.
func (c *Config) client(child *child, folder string) *plugin.ClientConfig {
	return &plugin.ClientConfig{
		HandshakeConfig:  plugin.HandshakeConfig(wire.Handshake),
		VersionedPlugins: map[int]plugin.PluginSet{appVersion: {wire.ServiceName: service{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		SkipHostEnv:      true,
		StartTimeout:     2 * c.StartTimeout, // ours comes first
		Logger:           hclogger(c.Logger),
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: folder},
		GRPCDialOptions: []grpc.DialOption{
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(wire.MaxFrame), grpc.MaxCallSendMsgSize(wire.MaxFrame)),
		},
		SyncStdout: child.stdout,
		SyncStderr: child.stderr,
		RunnerFunc: func(_ hclog.Logger, cmd *exec.Cmd, dir string) (runner.Runner, error) {
			child.cmd.Env = append(slices.Concat(c.Env, cmd.Env, child.cmd.Env), wire.EnvLifeline+"="+wire.LifelineStdin)
			child.cmd.Dir = dir
			return child, nil
		},
	}
}

// service makes go-plugin hand out the connection itself.
type service struct{ plugin.NetRPCUnsupportedPlugin }

func (service) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("this is the host's side")
}

func (service) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

func (r *running) connect(ctx context.Context) error {
	protocol, err := r.client.Client()
	if err != nil {
		return err
	}
	conn, err := protocol.Dispense(wire.ServiceName)
	if err != nil {
		return err
	}
	r.rpc = pluginpb.NewArtifactHandlerServiceClient(conn.(*grpc.ClientConn))
	r.info, err = r.rpc.Describe(ctx, &pluginpb.DescribeRequest{})
	return err
}

// startFault says in words for people why a process did not become ready.
func (c *Config) startFault(ctx context.Context, child *child, ended bool, err error) *Fault {
	f := &Fault{Kind: ErrStart, Cause: err}
	if child.started() && child.ended() {
		f.Output = child.tail.String()
	}
	switch refused := child.greeting.refusal(); {
	case refused != nil:
		f.Message, f.Output, f.Cause = refused.Error(), "", ErrProtocol
	case context.Cause(ctx) == ErrClosed:
		f.Kind, f.Message, f.Output = ErrClosed, "was stopped while it was started", ""
	case ctx.Err() != nil:
		f.Message = fmt.Sprintf("did not become ready within %v", c.StartTimeout)
	case !child.started():
		f.Message = "cannot be started: " + err.Error()
	case child.greeting.found():
		f.Message = "cannot be talked to: " + Line(err.Error())
	case ended:
		f.Message, f.Exit = "ended before it was ready", child.exit
	default:
		f.Message = "closed its output without saying that it is ready"
	}
	return f
}

// stop asks the process to end, and kills it after the grace time.
func (r *running) stop(grace time.Duration) {
	timer := time.AfterFunc(grace, r.child.kill)
	defer timer.Stop()
	r.release(2 * grace)
}

// release lets go-plugin ask the process to end, wait for that, and free what
// belongs to the connection. A process that cannot be killed, because the system
// does not let go of it, is not waited for longer than the limit.
func (r *running) release(limit time.Duration) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if r.client == nil {
			_ = r.conn.Close()
			r.child.kill()
			return
		}
		r.client.Kill()
		// go-plugin keeps the folder of a process that was never started.
		if dir := r.child.cmd.Dir; dir != "" {
			_ = os.RemoveAll(dir)
		}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}
