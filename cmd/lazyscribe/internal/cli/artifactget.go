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
	out := &outOptions{}
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
				return a.copyOut(cmd.Context(), x, out, func(ctx context.Context) (io.ReadCloser, error) {
					return h.OpenArtifact(ctx, x.Name)
				})
			})
		},
	}
	o.register(cmd)
	out.register(cmd, fileOrFolder)
	return cmd
}

const fileOrFolder = "`FILE` or folder"

// An opener opens an artifact's file. Its reader checks the digest at the end.
type opener func(context.Context) (io.ReadCloser, error)

// copyOut copies an artifact's file to where it is wanted.
func (a *app) copyOut(ctx context.Context, x artifacts.Artifact, o *outOptions, open opener) error {
	if o.out != standardOutput {
		return a.copyToFile(ctx, x, o, open)
	}
	if isTerminal(a.out) && a.isBinary(x) {
		return withHint(usagef("%s: %q is binary, and standard output is a terminal", a.command(), x.Name), "-O FILE copies it to a file")
	}
	return a.copyArtifact(ctx, x, open, a.out)
}

// isBinary reports whether an artifact is not text. Of a format that is not
// known here that has to be assumed.
func (a *app) isBinary(x artifacts.Artifact) bool {
	h, err := a.handlers.Lookup(x.Handler)
	return err != nil || h.Format().Binary
}

func (a *app) copyToFile(ctx context.Context, x artifacts.Artifact, o *outOptions, open opener) error {
	out := o.out
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		base := path.Base(x.FileName)
		if !filepath.IsLocal(base) || base == "." {
			return fmt.Errorf("artifact %q: file name %q: %w", x.Name, x.FileName, artifacts.ErrUnsafePath)
		}
		out = filepath.Join(out, base)
	}
	return writeFile(out, o.force, func(w io.Writer) error { return a.copyArtifact(ctx, x, open, w) })
}

// copyArtifact copies the bytes.
func (a *app) copyArtifact(ctx context.Context, x artifacts.Artifact, open opener, w io.Writer) error {
	r, err := open(ctx)
	if err != nil {
		return err
	}
	bar := a.progress(x.Name)
	defer bar.end()
	bar.add(0, x.Size)
	r = bar.counting(r)
	// Only the writer: a file must not take the bytes from the reader's own
	// file behind the back of the check.
	_, err = io.Copy(struct{ io.Writer }{w}, r)
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("copy artifact %q: %w", x.Name, err)
	}
	return nil
}
