package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
)

//go:embed serve.py
var serveSource string

//go:embed peer.py
var lazyscribeSource string

//go:embed mlflow.py
var mlflowSource string

// peerSources are the programs of those who do the same work in Python. What
// serve.py has comes before each.
var peerSources = [numSides]string{python: lazyscribeSource, mlflow: mlflowSource}

// A peer is a Python process that does the same work. It lives as long as the
// run, so that its start is not counted.
type peer struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	version string
}

// request is one piece of work for a peer; its fields are those of peer.py.
type request struct {
	Work  string `json:"work"`
	Path  string `json:"path,omitempty"`
	Other string `json:"other,omitempty"`
	Slug  string `json:"slug,omitempty"`
	Name  string `json:"name,omitempty"`
	Runs  string `json:"runs,omitempty"` // file of runs
	N     int    `json:"n,omitempty"`

	Source  string `json:"source,omitempty"`   // file of an artifact
	PerName int    `json:"per_name,omitempty"` // versions
	Format  string `json:"format,omitempty"`   // alias
}

// startPeer starts the interpreter with the program of a side. An error says why
// it cannot take part.
func startPeer(ctx context.Context, interpreter string, side int) (*peer, error) {
	if interpreter == "" {
		return nil, errNoPython
	}
	p := &peer{cmd: exec.CommandContext(ctx, interpreter, "-c", serveSource+peerSources[side])}
	var stderr strings.Builder
	p.cmd.Stderr = &stderr
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if p.version, err = ask[string](p, request{Work: "version"}); err != nil {
		err = errors.Join(err, p.close()) // then stderr is complete
		return nil, errors.New(lastLine([]byte(stderr.String()), err))
	}
	return p, nil
}

func (p *peer) close() error { return errors.Join(p.in.Close(), p.cmd.Wait()) }

var errNoPython = errors.New("no interpreter was named")

// ask has the peer do something and returns its answer.
func ask[T any](p *peer, r request) (answer T, err error) {
	line, err := json.Marshal(r)
	if err != nil {
		return answer, err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return answer, fmt.Errorf("ask Python: %w", err)
	}
	if line, err = p.out.ReadBytes('\n'); err != nil {
		return answer, fmt.Errorf("answer of Python: %w", err)
	}
	var a struct {
		Value  T
		Error  string
		Absent bool // a package it would need
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return answer, fmt.Errorf("answer of Python: %w", err)
	}
	if a.Absent {
		return answer, fmt.Errorf("%w: %s", errAbsent, a.Error)
	}
	if a.Error != "" {
		return answer, errors.New("Python: " + a.Error)
	}
	return a.Value, nil
}

// by returns the side of a peer, nil if it is not there.
func (e *env) by(side int, r func() request) side {
	if e.peers[side] == nil {
		return nil
	}
	return func(context.Context) (float64, error) { return ask[float64](e.peers[side], r()) }
}

// byPython is that of Python lazyscribe for a row about n experiments, nil if it
// would take too long.
func (e *env) byPython(n int, r func() request) side {
	if n >= e.tooSlow {
		return nil
	}
	return e.by(python, r)
}

// slowFor is the sides that get one round of a row about n experiments.
func (e *env) slowFor(n int) []int {
	if n < e.slow {
		return nil
	}
	return []int{python}
}

// byProcess returns the side of a peer in a process of its own, nil if it is not
// there.
func (e *env) byProcess(side int, r func() request) side {
	if e.peers[side] == nil {
		return nil
	}
	return func(ctx context.Context) (float64, error) {
		p, err := startPeer(ctx, e.python, side)
		if err != nil {
			return 0, err
		}
		answer, err := ask[float64](p, r())
		return answer, errors.Join(err, p.close())
	}
}

// byProgram returns the side of a peer that is a whole process, from its start to
// its end: one that does a line of Python. It is nil if the peer is not there.
func (e *env) byProgram(side int, line func() string) side {
	if e.peers[side] == nil {
		return nil
	}
	source, _, _ := strings.Cut(serveSource+peerSources[side], "\nif __name__")
	return func(ctx context.Context) (float64, error) {
		return process(exec.CommandContext(ctx, e.python, "-c", source+"\n"+line()+"\n"))
	}
}

// tell has a peer do something that is not measured, if it is there.
func (e *env) tell(side int, r request) error {
	if e.peers[side] == nil {
		return nil
	}
	_, err := ask[float64](e.peers[side], r)
	return err
}

// dropHeld lets the peers forget what they have open.
func (e *env) dropHeld() error {
	return errors.Join(e.tell(python, request{Work: "drop"}), e.tell(mlflow, request{Work: "drop"}))
}

// runsFile writes runs for a peer to read.
func (e *env) runsFile(name string, runs []*sample.Run) (string, error) {
	data, err := json.Marshal(runs)
	if err != nil {
		return "", err
	}
	path := filepath.Join(e.dir, name)
	return path, os.WriteFile(path, data, 0o666)
}
