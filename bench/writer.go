package main

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

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// writerVariable makes a copy of this program one of the writers of a project.
// Only processes of their own stand for machines: sessions of one process wait
// for each other where machines would race.
const writerVariable = "LAZYSCRIBE_BENCH_WRITER"

// A writing is what one writer does.
type writing struct {
	URL     string
	Mode    project.CommitMode
	First   int // the place of its first experiment in the sample
	Commits int // each of one experiment
}

// writerMain does what a writing says: it opens the project, says so, waits to
// be told to begin, commits, says so, and closes when its input ends. Closing
// may fold segments, which is not part of a commit.
func writerMain(ctx context.Context, asked string) error {
	var w writing
	if err := json.Unmarshal([]byte(asked), &w); err != nil {
		return err
	}
	p, err := project.Open(ctx, w.URL, &project.Options{Author: sample.Author, Commit: w.Mode})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	in := bufio.NewReader(os.Stdin)
	if _, err := in.ReadString('\n'); err != nil {
		return errors.Join(err, p.Close())
	}
	for i := range w.Commits {
		if err := commitOne(ctx, p, w.First+i); err != nil {
			return errors.Join(err, p.Close())
		}
	}
	fmt.Println("done")
	_, err = io.Copy(io.Discard, in)
	return errors.Join(err, p.Close())
}

// commitOne logs one experiment of the sample and saves.
func commitOne(ctx context.Context, p *project.Project, i int) error {
	run := sample.At(i)
	if _, err := p.Log(ctx, run.Name, run.Log); err != nil {
		return err
	}
	return p.Save(ctx)
}

// A writer is such a process, seen from outside.
type writer struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	errs strings.Builder
}

// startWriter starts a writer and waits until it has opened the project.
func startWriter(ctx context.Context, asked writing) (*writer, error) {
	text, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &writer{cmd: exec.CommandContext(ctx, self)}
	w.cmd.Env = append(os.Environ(), writerVariable+"="+string(text))
	w.cmd.Stderr = &w.errs
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.out = bufio.NewReader(out)
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	if err := w.wait("ready"); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// begin lets a writer commit.
func (w *writer) begin() error {
	_, err := io.WriteString(w.in, "begin\n")
	return err
}

// wait waits until a writer has said how far it is.
func (w *writer) wait(word string) error {
	line, err := w.out.ReadString('\n')
	if err == nil && line == word+"\n" {
		return nil
	}
	return fmt.Errorf("writer: waiting for %q: got %q: %w", word, line, err)
}

// close ends a writer and returns what it complained about.
func (w *writer) close() error {
	_ = w.in.Close() // gone if the writer is
	if err := w.cmd.Wait(); err != nil {
		return fmt.Errorf("writer: %w: %s", err, strings.TrimSpace(w.errs.String()))
	}
	return nil
}
