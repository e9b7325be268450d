package project_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// An order says what a child process has to do to a project.
type order struct {
	URL     string
	Mark    string // begins the marks of its experiments
	Name    string // of its experiments
	Saves   int    // 0: until it is killed
	Still   bool   // its clock stands still
	Change  bool   // it also edits and removes what it logged
	Fragile bool   // it does runFragile instead
	DieAt   int    // operation of the storage before which it kills itself; 0: none
	Commit  project.CommitMode
}

// TestChild is the body of child processes and does nothing otherwise.
func TestChild(t *testing.T) {
	o := childtest.Order[order](t)
	if o.Fragile {
		o.runFragile(t, os.Stdin, os.Stdout)
		return
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
	opts := project.Options{Mode: project.ReadWrite, Author: o.Mark, Commit: o.Commit}
	if o.Still {
		opts.Now = oneSecond
	}
	p, err := project.Open(ctx, o.URL, project.WithFault(opts, childtest.DieAt(o.DieAt)))
	if err != nil {
		return err
	}
	if err := childtest.Begin(in, out); err != nil {
		return err
	}
	tell := func(what, mark string) { childtest.Tell(out, what+" "+mark) }
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

// startChild starts a process and waits until it has opened its project.
func startChild(t *testing.T, o order) *childtest.Child {
	t.Helper()
	return childtest.Start(t, o, o.DieAt > 0)
}

// A ledger is what children were told is saved, by mark.
type ledger struct {
	saved, edited, removing, removed map[string]bool
}

func newLedger() *ledger {
	return &ledger{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

// enter takes over what a child wrote.
func (l *ledger) enter(c *childtest.Child) {
	for _, line := range c.Lines {
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
