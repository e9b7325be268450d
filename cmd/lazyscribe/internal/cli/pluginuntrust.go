package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

func (a *app) pluginUntrustCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "untrust NAME",
		Short: "Let a plugin run no more",
		Long: `Let a plugin run no more. Its file stays where it is, as do the artifacts it
wrote: "lazyscribe artifact get" still copies their files.`,
		Example:           "  lazyscribe plugin untrust lines",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completePlugin,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := plugins.CheckName(args[0]); err != nil {
				return &usageError{err}
			}
			t, err := trustFile()
			if err != nil {
				return err
			}
			err = t.Remove(args[0])
			if errors.Is(err, artifacts.ErrNotFound) {
				return withHint(err, "lazyscribe plugin list shows what is trusted")
			}
			return err
		},
	}
}
