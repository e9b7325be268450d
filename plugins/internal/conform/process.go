package conform

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// An instance is a plugin that runs, seen from a host that does everything itself.
type instance struct {
	cmd    *exec.Cmd
	stdin  io.Closer     // the lifeline
	stdout io.ReadCloser // behind the handshake
	stderr tail
	folder string // of the socket; removed at the end
	conn   *grpc.ClientConn
	client pluginpb.ArtifactHandlerServiceClient
	done   chan struct{}
	ended  error // of the process; valid when done is closed
}

// command prepares a start of the plugin by hand.
func (s Subject) command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.Path, append(append([]string{}, s.Args...), args...)...)
	if env == nil {
		env = process.Environment(os.Environ(), nil)
	}
	cmd.Env = append(append([]string{}, env...), s.Env...)
	// Children of the plugin may hold its output open.
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	return cmd
}

// start runs the plugin as a host does. env replaces the usual environment.
func start(ctx context.Context, subject Subject, env []string) (*instance, error) {
	folder, err := os.MkdirTemp("", "lsp")
	if err != nil {
		return nil, err
	}
	p := &instance{folder: folder, done: make(chan struct{})}
	// The process outlives the check that started it.
	p.cmd = subject.command(context.WithoutCancel(ctx), env)
	p.cmd.Env = append(p.cmd.Env,
		wire.Handshake.MagicCookieKey+"="+wire.Handshake.MagicCookieValue, wire.EnvLifeline+"="+wire.LifelineStdin,
		fmt.Sprintf("PLUGIN_PROTOCOL_VERSIONS=%d", wire.ProtocolMajor), "PLUGIN_UNIX_SOCKET_DIR="+folder,
		"PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000")
	p.cmd.Stderr = &p.stderr
	if err := p.exec(ctx); err != nil {
		p.kill()
		return nil, fmt.Errorf("start %q: %w", subject.Path, p.told(err))
	}
	return p, nil
}

// exec starts the process, waits for its handshake and connects.
func (p *instance) exec(ctx context.Context) error {
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return err
	}
	p.stdin = stdin
	// Not StdoutPipe: Wait would close it under the reader.
	stdout, theirs, err := os.Pipe()
	if err != nil {
		return err
	}
	p.stdout, p.cmd.Stdout = stdout, theirs
	err = p.cmd.Start()
	theirs.Close()
	if err != nil {
		close(p.done)
		return err
	}
	go func() {
		p.ended = p.cmd.Wait()
		if p.ended == nil {
			p.ended = errors.New("exit status 0")
		}
		close(p.done)
	}()
	stop := context.AfterFunc(ctx, func() { stdout.Close() })
	lines := bufio.NewReader(stdout)
	network, address, err := handshake(lines)
	if !stop() {
		return context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	go io.Copy(io.Discard, lines) // whatever it prints
	return p.connect(network, address)
}

// handshake reads lines up to the one in which the plugin says where it listens:
// 1|PROTOCOL|NETWORK|ADDRESS|grpc|CERTIFICATE.
func handshake(r *bufio.Reader) (network, address string, err error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", "", errors.New("it ended without saying where it listens")
		}
		fields := strings.Split(strings.TrimSpace(line), "|")
		if len(fields) < 5 || fields[0] != "1" {
			continue
		}
		if want := fmt.Sprint(wire.ProtocolMajor); fields[1] != want {
			return "", "", fmt.Errorf("it speaks protocol %s, this is for %s", fields[1], want)
		}
		if fields[4] != "grpc" {
			return "", "", fmt.Errorf("it speaks %q, want grpc", fields[4])
		}
		return fields[2], fields[3], nil
	}
}

func (p *instance) connect(network, address string) (err error) {
	target := "passthrough:///" + address
	if network == "unix" {
		target = "unix:" + address
	}
	p.conn, err = grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(wire.MaxFrame)))
	if err == nil {
		p.client = pluginpb.NewArtifactHandlerServiceClient(p.conn)
	}
	return err
}

func (p *instance) describe(ctx context.Context) (*pluginpb.DescribeResponse, error) {
	return p.client.Describe(ctx, &pluginpb.DescribeRequest{HostVersion: "conformance"})
}

// alive reports, as an error, a process that does not answer any more.
func (p *instance) alive(ctx context.Context) error {
	if _, err := p.describe(ctx); err != nil {
		return fmt.Errorf("the plugin does not answer afterwards: %w", err)
	}
	return nil
}

// shutdown asks the process to end, in go-plugin's way.
func (p *instance) shutdown(ctx context.Context) error {
	return p.conn.Invoke(ctx, "/plugin.GRPCController/Shutdown", new(emptypb.Empty), new(emptypb.Empty))
}

// gone reports whether the process has ended.
func (p *instance) gone() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// endsWithin waits for the end of the process.
func (p *instance) endsWithin(ctx context.Context, d time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	select {
	case <-p.done:
		return true
	case <-ctx.Done():
		return p.gone()
	}
}

// kill ends the process and its children, and removes what it left.
func (p *instance) kill() {
	if p.conn != nil {
		p.conn.Close()
	}
	if p.cmd.Process != nil {
		killGroup(p.cmd)
		<-p.done
	}
	for _, c := range []io.Closer{p.stdin, p.stdout} {
		if c != nil {
			c.Close()
		}
	}
	os.RemoveAll(p.folder)
}

// told adds the last output of the process to an error.
func (p *instance) told(err error) error {
	if text := p.stderr.String(); text != "" {
		return fmt.Errorf("%w; last output: %s", err, text)
	}
	return err
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 2 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	t.buf = t.buf[max(0, len(t.buf)-tailSize):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.buf))
}
