// Package servers starts real object stores on this machine for tests: versitygw
// and MinIO, which speak the protocol of S3, fake-gcs-server and Azurite. Their
// programs are looked for in the folder .servers of the checkout, where
// .ci/lib.sh puts them, and in PATH. A test of one that is not there is skipped,
// or fails if the variable LAZYSCRIBE_SERVERS is "all" or, but for MinIO and
// Azurite, "1". [FakeS3] needs no program.
//
// A server belongs to the test that started it and ends with it. Its credentials
// are put into the test's environment, so such tests cannot be parallel.
package servers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Options change how a server is started. The zero value, like nil, is a server
// that is spoken to directly.
type Options struct {
	// Faults, when set, puts a proxy between the server and those who use its
	// URL.
	Faults *Faults

	// Blind names headers that FakeS3 is not to see.
	Blind []string
}

// A Server is an object store with one empty bucket.
type Server struct {
	Bucket string // its name

	kind    kind
	program string
	dir     string
	port    int
	front   string // host and port that URLs name
	cmd     *exec.Cmd
	output  *bytes.Buffer
	ended   chan struct{} // closed when the process is gone
}

// kind is what differs between the servers.
type kind struct {
	program string
	forgets bool                                      // what it keeps ends with its process
	prepare func(t testing.TB, s *Server)             // before the start
	args    func(s *Server) (args, env []string)      // of the process
	ready   func(ctx context.Context, s *Server) bool // it answers
	made    func(t testing.TB, s *Server)             // after the start: makes the bucket
	url     func(s *Server, key string) string
}

// Kinds are all servers there are, by name, for tests that run over each.
var Kinds = map[string]func(t testing.TB, o *Options) *Server{
	"fake-s3":   FakeS3,
	"versitygw": VersityGW,
	"minio":     MinIO,
	"fake-gcs":  FakeGCS,
	"azurite":   Azurite,
}

var buckets atomic.Int64

// nextBucket returns a name that no other server in use has: stores of one
// process share what they know of a bucket.
func nextBucket() string { return fmt.Sprintf("lazyscribe-%d-%d", os.Getpid(), buckets.Add(1)) }

// start starts a server that ends with the test.
func start(t testing.TB, k kind, o *Options) *Server {
	t.Helper()
	s := &Server{
		Bucket:  nextBucket(),
		kind:    k,
		program: find(t, k.program),
		dir:     t.TempDir(),
		port:    freePort(t),
	}
	s.front = s.address()
	if o != nil && o.Faults != nil {
		s.front = o.Faults.serve(t, s.address())
	}
	if k.prepare != nil {
		k.prepare(t, s)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	if k.made != nil {
		k.made(t, s)
	}
	return s
}

// URL returns the URL of an object in the server's bucket.
func (s *Server) URL(key string) string { return s.kind.url(s, key) }

// Endpoint returns what clients of the protocol call the server.
func (s *Server) Endpoint() string { return "http://" + s.front }

func (s *Server) address() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

// readyTime bounds the start of a server, on a machine that does much else.
const readyTime = 60 * time.Second

// Start starts the server, again after Kill: with all that it keeps.
func (s *Server) Start() error {
	args, env := s.kind.args(s)
	s.cmd = exec.Command(s.program, args...)
	s.cmd.Env = append(os.Environ(), env...)
	s.cmd.Dir = s.dir
	s.output = new(bytes.Buffer)
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", s.kind.program, err)
	}
	s.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) {
		_ = cmd.Wait() // it is killed in the end
		close(ended)
	}(s.cmd, s.ended)
	ctx, cancel := context.WithTimeout(context.Background(), readyTime)
	defer cancel()
	for !s.kind.ready(ctx, s) {
		select {
		case <-s.ended:
			return fmt.Errorf("start %s: it ended at once: %s", s.kind.program, s.output)
		case <-ctx.Done():
			s.Kill()
			return fmt.Errorf("start %s: it does not answer: %s", s.kind.program, s.output)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// Keeps reports whether what the server keeps is there after Kill and Start.
func (s *Server) Keeps() bool { return !s.kind.forgets }

// Kill ends the server as kill -9 does.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // unless it has ended
	<-s.ended
}

// answers reports whether the server answers a request, whatever it says.
func answers(ctx context.Context, s *Server, path string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address()+path, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode < http.StatusInternalServerError
}

// large are the programs that take long to install.
var large = map[string]bool{minio: true, azurite: true}

// find returns the path of a server's program, or ends the test.
func find(t testing.TB, program string) string {
	t.Helper()
	if path, err := checkout(); err == nil {
		if path, err := exec.LookPath(filepath.Join(path, ".servers", filepath.FromSlash(program))); err == nil {
			return path
		}
	}
	path, err := exec.LookPath(filepath.Base(program))
	if err == nil {
		return path
	}
	switch asked := os.Getenv("LAZYSCRIBE_SERVERS"); {
	case asked == "all", asked == "1" && !large[program]:
		t.Fatalf("%s is not installed, and LAZYSCRIBE_SERVERS=%s asks for it: see need_servers in .ci/lib.sh", program, asked)
	}
	t.Skipf("%s is not installed (see need_servers in .ci/lib.sh)", program)
	return ""
}

// checkout returns the folder of go.mod.
func checkout() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", err
	}
	mod := strings.TrimSpace(string(out))
	if filepath.Base(mod) != "go.mod" {
		return "", errors.New("not in a module")
	}
	return filepath.Dir(mod), nil
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
