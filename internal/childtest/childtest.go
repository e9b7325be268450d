// Package childtest lets tests start processes that run a part of their own
// binary, watch what these say, and kill them. A package that uses it has a test
// TestChild that calls [Order] and then does what it says.
package childtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// env holds, in a child process, its order as JSON.
const env = "LAZYSCRIBE_TEST_CHILD"

// Order returns what the process is to do. It skips the test in a process that
// is no child.
func Order[T any](t *testing.T) T {
	t.Helper()
	var order T
	text := os.Getenv(env)
	if text == "" {
		t.Skip("runs in the child processes of other tests")
	}
	if err := json.Unmarshal([]byte(text), &order); err != nil {
		t.Fatal(err)
	}
	return order
}

// Begin tells the parent that a child is ready, and waits until it is released.
func Begin(in io.Reader, out io.Writer) error {
	fmt.Fprintln(out, ready)
	_, err := bufio.NewReader(in).ReadString('\n')
	return err
}

const ready = "ready"

// Tell tells the parent a line, in one write: what was not written was not
// acknowledged.
func Tell(out io.Writer, line string) { _, _ = io.WriteString(out, line+"\n") }

// DieAt returns a hook for the Fault option of stores that ends the process, as
// kill -9 does, before the n-th operation of the storage; never for 0.
func DieAt(n int) func(op, key string) error {
	var mu sync.Mutex
	count := 0
	return func(string, string) error {
		mu.Lock()
		defer mu.Unlock()
		if count++; count == n {
			if self, err := os.FindProcess(os.Getpid()); err == nil && self.Kill() == nil {
				select {} // the operation must not happen
			}
		}
		return nil
	}
}

// A Child is a process at work.
type Child struct {
	Lines []string // it told, as far as they were read

	cmd   *exec.Cmd
	start io.WriteCloser
	out   *bufio.Scanner
}

// Start starts a process and waits until it is ready. It works once Release is
// called. mayDie says that it may end before it is ready.
func Start(t *testing.T, order any, mayDie bool) *Child {
	t.Helper()
	text, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &Child{cmd: exec.Command(exe, "-test.run=^TestChild$")}
	c.cmd.Env = append(os.Environ(), env+"="+string(text))
	c.cmd.Stderr = os.Stderr
	if c.start, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.out = bufio.NewScanner(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Kill() })
	for c.out.Scan() {
		if c.out.Text() == ready {
			return c
		}
	}
	if !mayDie {
		t.Fatalf("child ended before it was ready: %v", c.cmd.Wait())
	}
	return c
}

// Release lets the child begin to work.
func (c *Child) Release() { _, _ = io.WriteString(c.start, "go\n") }

// Next reads one line; false at the end of the process.
func (c *Child) Next() bool {
	if !c.out.Scan() {
		return false
	}
	c.Lines = append(c.Lines, c.out.Text())
	return true
}

// Kill ends the process without a chance to clean up.
func (c *Child) Kill() { _ = c.cmd.Process.Kill() }

// Wait reads to the end and returns how the process ended.
func (c *Child) Wait() error {
	for c.Next() {
	}
	return c.cmd.Wait()
}
