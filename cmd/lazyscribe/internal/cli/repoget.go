package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) repoGetCommand() *cobra.Command {
	version, out := &versionOption{}, &outOptions{}
	cmd := &cobra.Command{
		Use:   "get NAME",
		Short: "Copy the file of a version as it is",
		Long: `Copy the file of a version as it is, to standard output or with -O to a file. Its
digest is checked on the way; a file is there only when all of it was found
right. In a folder the file has the name it has in the repository.

` + versionsHelp,
		Example:           "  lazyscribe repo get model\n  lazyscribe repo get model --version 0 -O old.json\n  lazyscribe repo get model --version asof:2025-06-01T00:00:00 -O .",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeName,
		RunE: func(cmd *cobra.Command, args []string) error {
			v, err := version.parse()
			if err != nil {
				return err
			}
			return a.withRepository(cmd.Context(), repository.ReadOnly, func(r *repository.Repository) error {
				x, err := r.Find(args[0], v)
				if err != nil {
					return err
				}
				return a.copyOut(cmd.Context(), x, out, func(ctx context.Context) (io.ReadCloser, error) {
					return r.OpenArtifact(ctx, x.Name, v)
				})
			})
		},
	}
	version.register(a, cmd)
	out.register(cmd, fileOrFolder)
	return cmd
}
