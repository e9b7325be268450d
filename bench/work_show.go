package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// command is the package of the command line.
const command = "github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe"

// show runs the command line, from the start of the process to its end.
func (e *env) show(n int) *row {
	var path string
	binary := filepath.Join(e.dir, "lazyscribe")
	r := &row{
		key: fmt.Sprintf("show-%d", n), work: fmt.Sprintf("lazyscribe show, project of %d, whole process", n), once: n > e.slow,
		limit: "cat of the manifest",
		aims:  []aim{atMost(30e-3, seconds)},
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return process(exec.CommandContext(ctx, binary, "show", "--project", path, middle(n)))
	}
	r.sides[limit] = func(ctx context.Context) (float64, error) { return process(exec.CommandContext(ctx, "cat", path)) }
	if e.peer != nil {
		r.sides[python] = func(ctx context.Context) (float64, error) {
			code := peerSource[:strings.LastIndex(peerSource, "if __name__")] + fmt.Sprintf("show(%q, %q)\n", path, middle(n))
			return process(exec.CommandContext(ctx, e.python, "-c", code))
		}
	}
	r.ready = func(ctx context.Context) (err error) {
		if path, err = e.project(n); err != nil {
			return err
		}
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, command).CombinedOutput(); err != nil {
			r.sides[ours], r.note = nil, "The command could not be built: "+lastLine(out, err)
		}
		return nil
	}
	return r
}

// process returns how long a process ran.
func process(cmd *exec.Cmd) (float64, error) {
	var stderr strings.Builder
	cmd.Stderr = &stderr
	took, err := timed(cmd.Run)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return 0, errAbsent
	case err != nil:
		return 0, fmt.Errorf("%s: %w: %s", cmd.Path, err, strings.TrimSpace(stderr.String()))
	}
	return took, nil
}

func lastLine(out []byte, err error) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1] + " (" + err.Error() + ")"
}
