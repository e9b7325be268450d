package process

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/go-plugin/runner"
)

// outputWait is how long the output of a process is read after its end. What
// comes later is of processes that outlived it.
const outputWait = 500 * time.Millisecond

// A child is a process with its three standard streams. For go-plugin it is a
// runner.Runner that shows little: it gets one line of output, and its wish to
// kill is not followed; the child's owner decides.
type child struct {
	cmd            *exec.Cmd
	stdout, stderr *lines
	tail           tail
	greeting       greeting

	mu     sync.Mutex
	group  *group // nil before the start and after the end
	killed bool
	pid    int  // 0 before the start
	alien  bool // somebody else started it, and has to end it

	// done is closed when the process has ended, its group was killed and its
	// output was read; exit is set then.
	done chan struct{}
	exit string
}

var _ runner.Runner = (*child)(nil)

func newChild(path string, args []string, log *slog.Logger) *child {
	c := &child{cmd: exec.Command(path, args...), done: make(chan struct{})}
	c.stdout = &lines{stream: "stdout", log: log}
	c.stderr = &lines{stream: "stderr", log: log, tail: &c.tail}
	c.greeting.init()
	prepare(c.cmd)
	return c
}

// Start starts the process. The context is not used: starting does not wait.
func (c *child) Start(context.Context) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.killed {
		return errors.New("stopped before it was started")
	}
	var p pipes
	if err := p.open(); err != nil {
		return err
	}
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = p.stdin.r, p.stdout.w, p.stderr.w
	if err := c.cmd.Start(); err != nil {
		return errors.Join(err, p.close())
	}
	if c.group, err = newGroup(c.cmd.Process); err != nil {
		return errors.Join(err, c.cmd.Process.Kill(), c.cmd.Wait(), p.close())
	}
	c.pid = c.cmd.Process.Pid
	p.closeTheirs()
	go c.watch(&p)
	return nil
}

// watch reads what the process prints until its end.
func (c *child) watch(p *pipes) {
	var readers sync.WaitGroup
	readers.Go(func() {
		in := bufio.NewReaderSize(p.stdout.r, maxLine)
		c.greeting.find(in, c.stdout)
		_, _ = io.Copy(c.stdout, in)
		c.stdout.flush()
	})
	readers.Go(func() {
		_, _ = io.Copy(c.stderr, p.stderr.r)
		c.stderr.flush()
	})
	state, err := c.cmd.Process.Wait()
	c.end()
	// Somebody may hold the other ends who left the group.
	limit := time.Now().Add(outputWait)
	_ = p.stdout.r.SetReadDeadline(limit)
	_ = p.stderr.r.SetReadDeadline(limit)
	readers.Wait()
	_ = p.close()
	if c.exit = state.String(); err != nil {
		c.exit = err.Error()
	}
	close(c.done)
}

// kill ends the process and what it started at once, or prevents its start.
func (c *child) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.alien && !c.killed {
		close(c.done)
	}
	c.killed = true
	if c.group != nil {
		_ = c.group.kill() // an error leaves the process to its lifeline
	}
}

// end kills what a process that has ended left behind in its group. Its number
// is free for others now, but the system takes its time to use one again.
func (c *child) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.group.kill()
	_ = c.group.close()
	c.group = nil
}

// started reports whether there is or was a process.
func (c *child) started() bool { return c.ID() != "" }

// ended reports whether the process is over.
func (c *child) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// endsWithin waits for the end of the process and reports whether it came.
func (c *child) endsWithin(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-c.done:
		return true
	case <-timer.C:
		return false
	}
}

// The rest of runner.Runner.

func (c *child) Wait(context.Context) error      { <-c.done; return nil }
func (c *child) Kill(context.Context) error      { return nil }
func (c *child) Name() string                    { return c.cmd.Path }
func (c *child) Stdout() io.ReadCloser           { return c.greeting.out }
func (c *child) Stderr() io.ReadCloser           { return io.NopCloser(eof{}) }
func (c *child) Diagnose(context.Context) string { return "" }

// ID is the process's number, and "" before the start: go-plugin waits for the
// end of what has one.
func (c *child) ID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pid == 0 {
		return ""
	}
	return strconv.Itoa(c.pid)
}

func (c *child) PluginToHost(network, address string) (string, string, error) {
	return network, address, nil
}

func (c *child) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// pipes are the standard streams of a process. Its standard input is its
// lifeline: nothing is written to it, and it ends with this program. Other
// processes this one starts do not inherit the ends.
type pipes struct{ stdin, stdout, stderr pipe }

type pipe struct{ r, w *os.File }

func (p *pipes) open() (err error) {
	for _, end := range []*pipe{&p.stdin, &p.stdout, &p.stderr} {
		if end.r, end.w, err = os.Pipe(); err != nil {
			return errors.Join(err, p.close())
		}
	}
	return nil
}

// closeTheirs closes the ends that the process has its own of.
func (p *pipes) closeTheirs() {
	_, _, _ = p.stdin.r.Close(), p.stdout.w.Close(), p.stderr.w.Close()
}

func (p *pipes) close() error {
	var errs []error
	for _, f := range []*os.File{p.stdin.r, p.stdin.w, p.stdout.r, p.stdout.w, p.stderr.r, p.stderr.w} {
		if f == nil {
			continue
		}
		if err := f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
