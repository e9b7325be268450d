package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) repoShowCommand() *cobra.Command {
	version := &versionOption{}
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Decode a version and print it",
		Long: `Decode a version and print it: text as it is, anything else as JSON. With -o json
and jsonl text is JSON too.

` + versionsHelp,
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
				var value any
				if err := r.LoadArtifact(cmd.Context(), x.Name, &value, &repository.LoadOptions{Version: v}); err != nil {
					return loadHint(err, version.getCommand(x.Name))
				}
				return a.printValue(value, x)
			})
		},
	}
	version.register(a, cmd)
	return cmd
}
