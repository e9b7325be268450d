package project_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// childEnv holds, in a process these tests start, its order as JSON.
const childEnv = "LAZYSCRIBE_TEST_CHILD"

// An order says what a child process has to do to a project.
type order struct {
	URL    string
	Mark   string // begins the marks of its experiments
	Name   string // of its experiments
	Saves  int    // 0: until it is killed
	Still  bool   // its clock stands still
	Change bool   // it also edits and removes what it logged
	DieAt  int    // operation of the storage before which it kills itself; 0: none
}

// TestChild is the body of child processes and does nothing otherwise.
func TestChild(t *testing.T) {
	text := os.Getenv(childEnv)
	if text == "" {
		t.Skip("runs in the child processes of other tests")
	}
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	if err := o.run(t.Context(), os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
}

// run works on the project once a line comes in. A line "saved MARK" says that a
// save of that experiment was acknowledged, "edited MARK" that one of a change
// to it was, and "removed MARK" that its removal was. "removing MARK" comes
// before that is tried.
func (o order) run(ctx context.Context, in io.Reader, out io.Writer) error {
	opts := project.Options{Mode: project.ReadWrite, Author: o.Mark}
	if o.Still {
		opts.Now = oneSecond
	}
	p, err := project.Open(ctx, o.URL, project.WithFault(opts, dieAt(o.DieAt)))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "ready")
	if _, err := bufio.NewReader(in).ReadString('\n'); err != nil {
		return err
	}
	// One write per line: what was not written was not acknowledged.
	tell := func(what, mark string) { _, _ = io.WriteString(out, what+" "+mark+"\n") }
	for n := 1; o.Saves == 0 || n <= o.Saves; n++ {
		mark := fmt.Sprintf("%s-%d", o.Mark, n)
		x, err := logMarked(ctx, p, o.Name, mark)
		if err != nil {
			return err
		}
		if err := p.Save(ctx); err != nil {
			return err
		}
		tell("saved", mark)
		if o.Change && n%2 == 0 {
			if err := editMarked(ctx, p, x.Slug(), mark); err != nil {
				return err
			}
			if err := p.Save(ctx); err != nil {
				return err
			}
			tell("edited", mark)
		}
		if o.Change && n%4 == 0 {
			tell("removing", mark)
			if err := errors.Join(p.Remove(x.Slug()), p.Save(ctx)); err != nil {
				return err
			}
			tell("removed", mark)
		}
	}
	return p.Close()
}

// editMarked adds the artifact "edited" to a marked experiment.
func editMarked(ctx context.Context, p *project.Project, slug, mark string) error {
	_, err := p.Edit(ctx, slug, func(d *experiment.Draft) error {
		d.LogCount("edited", 1)
		return d.LogArtifact("edited", markedJSON("edited "+mark), "json", nil)
	})
	return err
}

// dieAt returns a hook that ends the process, as kill -9 does, before the n-th
// operation of the storage.
func dieAt(n int) func(op, key string) error {
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

// A child is a process at work.
type child struct {
	t     *testing.T
	cmd   *exec.Cmd
	start io.WriteCloser
	out   *bufio.Scanner
	lines []string // it wrote, but for "ready"
}

// startChild starts a process and waits until it has opened its project. It
// works once release is called.
func startChild(t *testing.T, o order) *child {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: exec.Command(exe, "-test.run=^TestChild$")}
	c.cmd.Env = append(os.Environ(), childEnv+"="+string(text))
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
	t.Cleanup(func() { c.kill() })
	for c.out.Scan() {
		if c.out.Text() == "ready" {
			return c
		}
	}
	if o.DieAt == 0 {
		t.Fatalf("child ended before it was ready: %v", c.cmd.Wait())
	}
	return c
}

func (c *child) release() { _, _ = io.WriteString(c.start, "go\n") }

// next reads one line; false at the end of the process.
func (c *child) next() bool {
	if !c.out.Scan() {
		return false
	}
	c.lines = append(c.lines, c.out.Text())
	return true
}

func (c *child) kill() { _ = c.cmd.Process.Kill() }

// wait reads to the end and returns how the process ended.
func (c *child) wait() error {
	for c.next() {
	}
	return c.cmd.Wait()
}

// A ledger is what children were told is saved, by mark.
type ledger struct {
	saved, edited, removing, removed map[string]bool
}

func newLedger() *ledger {
	return &ledger{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

// enter takes over what a child wrote.
func (l *ledger) enter(c *child) {
	for _, line := range c.lines {
		what, mark, _ := strings.Cut(line, " ")
		switch what {
		case "saved":
			l.saved[mark] = true
		case "edited":
			l.edited[mark] = true
		case "removing":
			l.removing[mark] = true
		case "removed":
			l.removed[mark] = true
		}
	}
}

// check compares a project with what was acknowledged.
func (l *ledger) check(t *testing.T, url string) {
	t.Helper()
	byMark := checkMarked(t, url)
	p := openProject(t, url, &project.Options{Mode: project.ReadOnly})
	for mark := range l.saved {
		slug, there := byMark[mark]
		switch {
		case l.removed[mark] && there:
			t.Errorf("%q is there, although its removal was acknowledged", mark)
		case !l.removing[mark] && !there:
			t.Errorf("%q is lost", mark)
		}
		if !there || !l.edited[mark] {
			continue
		}
		x, err := p.Lookup(slug)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, ok := x.Metric("edited"); !ok {
			t.Errorf("the change of %q is lost", mark)
		}
	}
}
