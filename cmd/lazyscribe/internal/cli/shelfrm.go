package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) shelfRmCommand() *cobra.Command {
	yes := false
	cmd := &cobra.Command{
		Use:   "rm URL",
		Short: "Remove a value",
		Long: `Remove the value at a URL: its manifest, and the file or the files it names. Other
files in a folder stay. On a terminal it asks first; elsewhere --yes is wanted.`,
		Example: "  lazyscribe shelf rm models/best.json --yes",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes && !isTerminal(a.in) {
				return withHint(usagef("shelf rm: there is no terminal to ask on"), "--yes removes without asking")
			}
			m, err := a.shelf().Stat(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if !yes {
				agreed, err := a.ask(cmd.Context(), fmt.Sprintf("remove %q, %s", args[0], plural(len(m.Files), "file")))
				if err != nil {
					return err
				}
				if !agreed {
					a.say("nothing was removed")
					return nil
				}
			}
			return a.shelf().Remove(cmd.Context(), args[0])
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}
