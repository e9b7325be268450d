package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func (a *app) archiveCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check DIR",
		Short: "Find out whether a package of an archive compiles where it is",
		Long: `Find out whether a package that an archive was saved as compiles where it is,
by running go vet in its folder: types that cannot be imported from there,
packages that are not required, names that are there twice. It needs the go
command and runs none of the package's code. The exit code is 6 if anything was
found.`,
		Example: "  lazyscribe archive check models/net",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := isArchivePackage(args[0]); err != nil {
				return err
			}
			a.say("running go vet in %q", args[0])
			found, err := vet(cmd.Context(), args[0])
			if err != nil {
				return fmt.Errorf("check archive %q: %w", args[0], err)
			}
			l := &listing{header: []string{"finding"}}
			for _, line := range found {
				l.rows = append(l.rows, []any{line})
			}
			if err := a.print(l); err != nil || len(found) == 0 {
				return err
			}
			return findingsError(len(found))
		},
	}
}

// isArchivePackage returns an error if no file in a folder was written by an
// archive.
func isArchivePackage(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if archive.Generated(text) {
			return nil
		}
	}
	return fmt.Errorf("check archive %q: %w: no Go file that an archive wrote", dir, artifacts.ErrNotFound)
}

// vet returns what go vet says about the package in a folder.
func vet(ctx context.Context, dir string) ([]string, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return nil, fmt.Errorf("the go command is needed: %w", err)
	}
	cmd := exec.CommandContext(ctx, path, "vet", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil, nil
	}
	if _, exited := errors.AsType[*exec.ExitError](err); !exited || ctx.Err() != nil {
		return nil, errors.Join(ctx.Err(), err)
	}
	var found []string
	for line := range strings.Lines(string(bytes.TrimSpace(out))) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			found = append(found, line)
		}
	}
	return found, nil
}
