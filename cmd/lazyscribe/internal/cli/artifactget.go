package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) artifactGetCommand() *cobra.Command {
	o := &artifactOptions{}
	out, force := "-", false
	cmd := &cobra.Command{
		Use:   "get SLUG NAME",
		Short: "Copy an artifact's file as it is",
		Long: `Copy an artifact's file as it is, to standard output or with -O to a file. Its
digest is checked on the way; a file is there only when all of it was found
right. In a folder the file has the name it has in the project.`,
		Example: `  lazyscribe artifact get baseline notes
  lazyscribe artifact get baseline model -O copy.json
  lazyscribe artifact get baseline curve --test 'slice A' -O .`,
		Args:              arguments(2, 2),
		ValidArgsFunction: a.completeArtifacts,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				h, x, err := a.findArtifact(p, o, args[0], args[1])
				if err != nil {
					return err
				}
				if out != "-" {
					return a.getFile(cmd.Context(), h, x, out, force)
				}
				if isTerminal(a.out) && isBinary(x) {
					return withHint(usagef("artifact get: %q is binary, and standard output is a terminal", x.Name), "-O FILE copies it to a file")
				}
				return a.copyArtifact(cmd.Context(), h, x, a.out)
			})
		},
	}
	o.register(cmd)
	cmd.Flags().StringVarP(&out, "out", "O", "-", "to this `FILE` or folder, - for standard output")
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}

// isBinary reports whether an artifact is not text. Of a format that is not
// known here that has to be assumed.
func isBinary(x artifacts.Artifact) bool {
	h, err := artifacts.Default().Lookup(x.Handler)
	return err != nil || h.Format().Binary
}

func (a *app) getFile(ctx context.Context, h holder, x artifacts.Artifact, out string, force bool) error {
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		base := path.Base(x.FileName)
		if !filepath.IsLocal(base) || base == "." {
			return fmt.Errorf("artifact %q: file name %q: %w", x.Name, x.FileName, artifacts.ErrUnsafePath)
		}
		out = filepath.Join(out, base)
	}
	return writeFile(out, force, func(w io.Writer) error { return a.copyArtifact(ctx, h, x, w) })
}

// copyArtifact copies the bytes. The reader checks their digest at the end.
func (a *app) copyArtifact(ctx context.Context, h holder, x artifacts.Artifact, w io.Writer) error {
	r, err := h.OpenArtifact(ctx, x.Name)
	if err != nil {
		return err
	}
	bar := a.progress(x.Name)
	defer bar.end()
	bar.add(0, x.Size)
	r = bar.counting(r)
	// Only the writer: a file must not take the bytes from the reader's own
	// file behind the back of the check.
	_, err = io.Copy(struct{ io.Writer }{w}, &untilCancelled{ctx, r})
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("copy artifact %q: %w", x.Name, err)
	}
	return nil
}

// untilCancelled ends reading when a context ends.
type untilCancelled struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilCancelled) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
