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

//go:embed peer.py
var peerSource string

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
	Runs  string `json:"runs,omitempty"` // file of runs
	N     int    `json:"n,omitempty"`

	Format string `json:"format,omitempty"` // alias
}

// startPeer starts the interpreter. An error says why there is no Python.
func startPeer(ctx context.Context, interpreter string) (*peer, error) {
	if interpreter == "" {
		return nil, errors.New("no interpreter was named (-python or LAZYSCRIBE_PYTHON)")
	}
	p := &peer{cmd: exec.CommandContext(ctx, interpreter, "-c", peerSource)}
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
		return nil, errors.Join(err, p.close(), errors.New(strings.TrimSpace(stderr.String())))
	}
	return p, nil
}

func (p *peer) close() error { return errors.Join(p.in.Close(), p.cmd.Wait()) }

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

// byPeer returns the side of Python for a row about n experiments, nil if there
// is none or it would take too long.
func (e *env) byPeer(n int, r func() request) side {
	if e.peer == nil || n >= e.tooSlow {
		return nil
	}
	return func(context.Context) (float64, error) { return ask[float64](e.peer, r()) }
}

// dropHeld lets the peer forget the projects it has open.
func (e *env) dropHeld() error {
	if e.peer == nil {
		return nil
	}
	_, err := ask[float64](e.peer, request{Work: "drop"})
	return err
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
