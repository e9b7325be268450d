package sdk

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// envServe makes this test binary a plugin.
const envServe = "LAZYSCRIBE_SDK_TEST_SERVE"

func TestMain(m *testing.M) {
	if os.Getenv(envServe) != "" {
		Serve("test", "1.2.3", lines, copies, prints)
	}
	os.Exit(m.Run())
}

// descriptor1 is what a C library takes for the standard output. The file is kept,
// as its end would close the descriptor.
var descriptor1 = sync.OnceValue(func() *os.File { return os.NewFile(1, "descriptor 1") })

// prints is a handler that prints wherever it can.
var prints = does{alias: "prints", encode: func(ctx context.Context, w io.Writer, value any) error {
	fmt.Println("to standard output")
	descriptor1().WriteString("to descriptor 1\n" + strings.Repeat("x", 1<<20))
	fmt.Fprintln(os.Stderr, "to standard error")
	Logger(ctx).Info("to the log")
	child := exec.Command("echo", "from a child")
	child.Stdout = descriptor1()
	if err := child.Run(); err != nil && !errors.Is(err, exec.ErrNotFound) {
		return err
	}
	if _, err := Spool(ctx, strings.NewReader("a file")); err != nil {
		return err
	}
	if value == "wait" {
		<-ctx.Done()
	}
	_, err := io.WriteString(w, "file")
	return err
}}

// A process is a plugin started as a host would.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr *lockedBuffer
	temp   string // its folder for temporary files
	socket string // the folder of its socket
	exited chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func start(t *testing.T, args []string, env ...string) *process {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("plugins use Unix sockets and signals here")
	}
	sockets, err := os.MkdirTemp("", "lsp") // t.TempDir is too long for the name of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	p := &process{temp: t.TempDir(), socket: sockets, stderr: new(lockedBuffer), exited: make(chan error, 1)}
	p.cmd = exec.Command(os.Args[0], args...)
	p.cmd.Env = append(os.Environ(), envServe+"=1", "TMPDIR="+p.temp, plugin.EnvUnixSocketDir+"="+sockets)
	p.cmd.Env = append(p.cmd.Env, env...)
	p.cmd.Stderr = p.stderr
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(stdout)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.stdin.Close()
		if t.Failed() {
			t.Logf("standard error:\n%.3000s", p.stderr)
		}
	})
	return p
}

var hosted = []string{
	wire.Handshake.MagicCookieKey + "=" + wire.Handshake.MagicCookieValue,
	wire.EnvLifeline + "=" + wire.LifelineStdin,
	"PLUGIN_PROTOCOL_VERSIONS=1",
}

// connect reads the handshake and connects to what it says.
func (p *process) connect(t *testing.T) pluginpb.ArtifactHandlerServiceClient {
	t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Split(strings.TrimSpace(line), "|")
	if len(fields) != 6 || fields[0] != "1" || fields[1] != "1" || fields[2] != "unix" || fields[4] != "grpc" {
		t.Fatalf("the handshake is %q", line)
	}
	go func() { p.exited <- p.cmd.Wait() }()
	return dial(t, "unix:"+fields[3])
}

func dial(t *testing.T, target string) pluginpb.ArtifactHandlerServiceClient {
	t.Helper()
	conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return pluginpb.NewArtifactHandlerServiceClient(conn)
}

// wait waits for the process to exit.
func (p *process) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-p.exited:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("the process does not exit")
		return nil
	}
}

// clean checks that a process that exited left nothing.
func (p *process) clean(t *testing.T) {
	t.Helper()
	if entries, err := os.ReadDir(p.temp); err != nil || len(entries) > 0 {
		t.Errorf("the process leaves %v, %v", entries, err)
	}
	if entries, err := filepath.Glob(filepath.Join(p.socket, "*")); err != nil || len(entries) > 0 {
		t.Errorf("the process leaves %v, %v", entries, err)
	}
}

func begin(alias string) *pluginpb.Begin {
	return &pluginpb.Begin{Alias: alias, Encoding: asCBOR}
}

func TestServeDescribe(t *testing.T) {
	p := start(t, []string{wire.ArgDescribe})
	text, err := io.ReadAll(p.stdout)
	if err := errors.Join(err, p.cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Name     string
		Handlers []struct{ Alias string }
	}
	if err := json.Unmarshal(text, &got); err != nil || got.Name != "test" || len(got.Handlers) != 3 || got.Handlers[0].Alias != "lines" {
		t.Errorf("describe prints %s (%v)", text, err)
	}
}

func TestServeByHand(t *testing.T) {
	p := start(t, nil)
	text, _ := io.ReadAll(p.stdout)
	err := p.cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 || len(text) > 0 {
		t.Errorf("the exit is %v, standard output %q", err, text)
	}
	if log := p.stderr.String(); !strings.Contains(log, "lazyscribe plugin trust") || !strings.Contains(log, "one text a line") {
		t.Errorf("standard error is %q", log)
	}
}

func TestServeHosted(t *testing.T) {
	p := start(t, nil, hosted...)
	c := p.connect(t)
	for range 2 {
		encodeCall(t, c, begin("prints"), upload{data: item(t, 1)}).ok(t)
	}
	if file := encodeCall(t, c, begin("lines"), upload{data: item(t, []string{"a"})}).ok(t); string(file) != "a\n" {
		t.Errorf("the file is %q", file)
	}
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	encodeCall(t, c, begin("lines"), upload{data: item(t, []string{"a"})}).ok(t) // SIGINT is ignored

	p.stdin.Close() // as when the host is killed
	if err := p.wait(t); err != nil {
		t.Errorf("the process exits with %v", err)
	}
	p.clean(t)
	log := p.stderr.String()
	for _, want := range []string{"to descriptor 1\n", `"@message":"to the log"`} {
		if !strings.Contains(log, want) {
			t.Errorf("standard error lacks %q", want)
		}
	}
	if rest, _ := io.ReadAll(p.stdout); len(rest) > 0 {
		t.Errorf("%d bytes follow the handshake: %.100q", len(rest), rest)
	}
}

// A plugin whose host goes away in the middle of a call leaves nothing either.
func TestServeEndsInACall(t *testing.T) {
	for name, end := range map[string]func(*process) error{
		"lifeline": func(p *process) error { return p.stdin.Close() },
		"SIGTERM":  func(p *process) error { return p.cmd.Process.Signal(syscall.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, nil, hosted...)
			c := p.connect(t)
			s, err := c.Encode(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			data := item(t, "wait")
			s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Begin{Begin: begin("prints")}})
			s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Data{Data: data}})
			s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_End{End: &pluginpb.End{Bytes: uint64(len(data))}}})
			until(t, "a spooled file", func() bool {
				files, _ := filepath.Glob(filepath.Join(p.temp, "*", "*"))
				return len(files) > 0
			})
			if err := end(p); err != nil {
				t.Fatal(err)
			}
			if err := p.wait(t); err != nil {
				t.Errorf("the process exits with %v", err)
			}
			if entries, err := os.ReadDir(p.temp); err != nil || len(entries) > 0 {
				t.Errorf("the process leaves %v, %v", entries, err)
			}
			if _, err := s.Recv(); err == nil {
				t.Error("the call succeeds")
			}
		})
	}
}

func until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for range 3000 {
		if cond() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("there is no %s", what)
}

func TestServeDebug(t *testing.T) {
	p := start(t, []string{wire.ArgDebug})
	var setting string
	for setting == "" {
		line, err := p.stdout.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if _, value, ok := strings.Cut(line, wire.EnvReattach+"="); ok {
			setting = strings.Trim(strings.TrimSpace(value), "'")
		}
	}
	var found map[string]wire.Reattach
	if err := json.Unmarshal([]byte(setting), &found); err != nil || found["test"].Pid != p.cmd.Process.Pid {
		t.Fatalf("the variable is %s (%v)", setting, err)
	}
	c := dial(t, found["test"].Network+":"+found["test"].Address)
	if file := encodeCall(t, c, begin("lines"), upload{data: item(t, []string{"a"})}).ok(t); string(file) != "a\n" {
		t.Errorf("the file is %q", file)
	}
	go func() { p.exited <- p.cmd.Wait() }()
	p.cmd.Process.Signal(os.Interrupt)
	if err := p.wait(t); err != nil {
		t.Errorf("the process exits with %v", err)
	}
}

// A plugin that cannot make its socket says so and does not look like one that
// was done.
func TestServeWithoutSocket(t *testing.T) {
	p := start(t, nil, append(hosted, plugin.EnvUnixSocketDir+"=/nonexistent")...)
	io.ReadAll(p.stdout)
	if exit, ok := errors.AsType[*exec.ExitError](p.cmd.Wait()); !ok || exit.ExitCode() != 1 {
		t.Errorf("the exit is %v", exit)
	}
	if log := p.stderr.String(); !strings.Contains(log, "nonexistent") {
		t.Errorf("standard error is %q", log)
	}
}

// go-plugin's own client can start what Serve serves, with and without TLS.
func TestServeForGoPlugin(t *testing.T) {
	for _, tls := range []bool{false, true} {
		t.Run(fmt.Sprint("TLS ", tls), func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), envServe+"=1")
			client := plugin.NewClient(&plugin.ClientConfig{
				HandshakeConfig:  wire.Handshake,
				VersionedPlugins: map[int]plugin.PluginSet{wire.ProtocolMajor: {wire.ServiceName: &hostSide{}}},
				AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
				Cmd:              cmd,
				AutoMTLS:         tls,
				Logger:           hclog.NewNullLogger(),
			})
			t.Cleanup(client.Kill)
			conn, err := client.Client()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := conn.Dispense(wire.ServiceName)
			if err != nil {
				t.Fatal(err)
			}
			c := raw.(pluginpb.ArtifactHandlerServiceClient)
			encodeCall(t, c, begin("prints"), upload{data: item(t, 1)}).ok(t)
			client.Kill()
			if !client.Exited() {
				t.Error("the plugin does not exit on Shutdown")
			}
		})
	}
}

type hostSide struct{ plugin.NetRPCUnsupportedPlugin }

func (hostSide) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

func (hostSide) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return pluginpb.NewArtifactHandlerServiceClient(conn), nil
}
