package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/azure"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/gcs"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// An order says what a child process has to do: to log, or to copy.
type order struct {
	URL    string
	CopyTo string // if set: copy the project there, and nothing else
	Writer int
	Saves  int
	Commit project.CommitMode
	Faulty bool // the storage fails now and then, so what fails is tried again
}

// TestChild is the body of child processes and does nothing otherwise.
func TestChild(t *testing.T) {
	o := childtest.Order[order](t)
	run := o.run
	if o.CopyTo != "" {
		run = o.copy
	}
	if err := run(t.Context(), os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
}

// run logs experiments of one name, each with an artifact, and tells the mark of
// each once its save was acknowledged.
func (o order) run(ctx context.Context, in io.Reader, out io.Writer) error {
	var p *project.Project
	err := o.insist(ctx, func() (err error) {
		p, err = project.Open(ctx, o.URL, &project.Options{Author: fmt.Sprint(o.Writer), Commit: o.Commit})
		return err
	})
	if err != nil {
		return err
	}
	if err := childtest.Begin(in, out); err != nil {
		return err
	}
	for n := range o.Saves {
		mark := fmt.Sprintf("%d-%d", o.Writer, n)
		_, err := p.Log(ctx, "the run", func(d *experiment.Draft) error {
			d.LogCount("n", int64(n))
			return errors.Join(d.LogParameter("mark", mark), d.LogArtifact("payload", payload(mark), "text", nil))
		})
		if err != nil {
			return err
		}
		if err := o.insist(ctx, func() error { return p.Save(ctx) }); err != nil {
			return fmt.Errorf("save %s: %w", mark, err)
		}
		childtest.Tell(out, mark)
	}
	return p.Close()
}

// patience is how long a child goes on trying on storage that fails. A server
// that was killed is back much sooner, also on a machine that does much else.
const patience = 5 * time.Minute

// insist tries something again as long as the storage fails. An error that is
// about what is tried, and not about the storage, is one at once.
func (o order) insist(ctx context.Context, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := try()
		if err == nil || !o.Faulty || errors.Is(err, artifacts.ErrConflict) || errors.Is(err, artifacts.ErrIncomplete) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond): // for a server to come back
		}
	}
}

// payload is the artifact of the experiment with a mark.
func payload(mark string) string { return strings.Repeat("payload of "+mark+"\n", 100) }
