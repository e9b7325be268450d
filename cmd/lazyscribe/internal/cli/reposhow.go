package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) repoShowCommand() *cobra.Command {
	version := &versionOption{}
	cmd := &cobra.Command{
		Use:               "show NAME",
		Short:             "Show what is in a version",
		Long:              "Show what is in a version: " + showHelp + "\n\n" + versionsHelp,
		Example:           "  lazyscribe repo show model\n  lazyscribe repo show model --version 0 -o jsonl",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeName,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.valueHasForm(); err != nil {
				return err
			}
			v, err := version.parse()
			if err != nil {
				return err
			}
			return a.withRepository(cmd.Context(), repository.ReadOnly, func(r *repository.Repository) error {
				x, err := r.Find(args[0], v)
				if err != nil {
					return err
				}
				return a.showArtifact(cmd.Context(), x, version.getCommand(x.Name), func(target any, opts *artifacts.LoadOptions) error {
					return r.LoadArtifact(cmd.Context(), x.Name, target, &repository.LoadOptions{Version: v, LoadOptions: *opts})
				})
			})
		},
	}
	version.register(a, cmd)
	return cmd
}
