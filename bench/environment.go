package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// packages are what the peers are made of, in the order in which they are
// installed: groups, so that one that cannot be had does not keep the others away.
var packages = [][]string{
	{"lazyscribe==2.2.1"},
	{"mlflow-skinny==3.17.2", "sqlalchemy>=2", "alembic"}, // the skinny client has no store of its own
	{"numpy>=2.3,<3", "pyarrow>=25", "pyyaml>=6", "pillow>=11,<14"},
	{"joblib>=1.6"},
	{"persistable==1.3.1"},
	{"persist==3.2.1"},
	{"./plugins/python"}, // from the top of the repository, else not to be had
}

// interpreters are tried in turn to make a virtual environment.
var interpreters = []string{"python3.13", "python3.12", "python3.11", "python3"}

// environment returns the interpreter of a virtual environment with the peers. It
// is made unless it is there; groups of packages that are not are installed.
// What cannot be had is written to log: rows miss it then.
func environment(ctx context.Context, dir string, groups [][]string, log io.Writer) (string, error) {
	python, err := filepath.Abs(filepath.Join(dir, "bin", "python"))
	if runtime.GOOS == "windows" {
		python, err = filepath.Abs(filepath.Join(dir, "Scripts", "python.exe"))
	}
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(python); err != nil {
		fmt.Fprintf(log, "making a virtual environment in %s ...\n", dir)
		if err := makeEnvironment(ctx, dir); err != nil {
			return "", err
		}
	}
	for _, group := range groups {
		args := append([]string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, group...)
		if out, err := exec.CommandContext(ctx, python, args...).CombinedOutput(); err != nil {
			fmt.Fprintf(log, "without %s: %s\n", strings.Join(group, ", "), lastLine(out, err))
		}
	}
	return python, ctx.Err()
}

// makeEnvironment uses the first interpreter that can.
func makeEnvironment(ctx context.Context, dir string) error {
	var errs []error
	for _, python := range interpreters {
		out, err := exec.CommandContext(ctx, python, "-m", "venv", dir).CombinedOutput()
		if err == nil {
			return nil
		}
		if !errors.Is(err, exec.ErrNotFound) {
			errs = append(errs, fmt.Errorf("%s: %s", python, lastLine(out, err)))
		}
	}
	if len(errs) == 0 {
		errs = append(errs, fmt.Errorf("none of %s is installed", strings.Join(interpreters, ", ")))
	}
	return fmt.Errorf("make a virtual environment in %s: %w", dir, errors.Join(errs...))
}
