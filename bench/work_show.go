package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// command is the package of the command line.
const command = "github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe"

// show runs the command line, from the start of the process to its end.
func (e *env) show(n int) *row {
	var path, store string
	binary := filepath.Join(e.dir, "lazyscribe")
	r := &row{
		key: fmt.Sprintf("show-%d", n), work: fmt.Sprintf("lazyscribe show, project of %d, whole process", n), once: e.slowFor(n),
		limit: "cat of the manifest",
		aims:  []aim{atMost(30e-3, seconds)},
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return process(exec.CommandContext(ctx, binary, "show", "--project", path, middle(n)))
	}
	r.sides[limit] = func(ctx context.Context) (float64, error) { return process(exec.CommandContext(ctx, "cat", path)) }
	r.sides[python] = e.byProgram(python, func() string { return fmt.Sprintf("show(%q, %q)", path, middle(n)) })
	r.sides[mlflow] = e.byProgram(mlflow, func() string { return fmt.Sprintf("show(%q, %q)", store, middleName(n)) })
	r.ready = func(ctx context.Context) (err error) {
		if path, store, err = e.projectAndStore(n); err != nil {
			return err
		}
		return e.buildCommand(ctx, binary)
	}
	return r
}

// help runs the command line for its help: what its start costs, and nothing
// else.
func (e *env) help() *row {
	binary, nothing := filepath.Join(e.dir, "lazyscribe"), filepath.Join(e.dir, "nothing")
	r := &row{
		key: "help", work: "lazyscribe --help, whole process",
		limit: "a Go program that does nothing",
		note:  "Python lazyscribe has no command; MLflow has mlflow.",
		ready: func(ctx context.Context) error {
			return errors.Join(e.buildCommand(ctx, binary), buildNothing(ctx, nothing))
		},
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return process(exec.CommandContext(ctx, binary, "--help"))
	}
	if e.peers[mlflow] != nil {
		r.sides[mlflow] = func(ctx context.Context) (float64, error) {
			return process(exec.CommandContext(ctx, e.python, "-m", "mlflow", "--help"))
		}
	}
	r.sides[limit] = func(ctx context.Context) (float64, error) { return process(exec.CommandContext(ctx, nothing)) }
	return r
}

// buildCommand builds the command line, once.
func (e *env) buildCommand(ctx context.Context, binary string) error {
	if _, err := os.Stat(binary); err == nil {
		return nil
	}
	return build(ctx, binary, command)
}

func buildNothing(ctx context.Context, binary string) error {
	source := binary + ".go"
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o666); err != nil {
		return err
	}
	return build(ctx, binary, source)
}

func build(ctx context.Context, binary, source string) error {
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %s", source, lastLine(out, err))
	}
	return nil
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
