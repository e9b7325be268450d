package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/repository"
)

const never = "never"

func (a *app) repoExpireCommand() *cobra.Command {
	version, at := &versionOption{}, ""
	cmd := &cobra.Command{
		Use:   "expire NAME",
		Short: "Set when a version expires",
		Long: `Set when a version expires, save the repository and print the version's number.
Without --at that is now. An expired version is not the latest any more; it stays
there, and is found by its number.

` + versionsHelp + `

` + timeHelp + ` With "never" a version does not expire any more.`,
		Example: `  lazyscribe repo expire model --at 2035-01-01
  lazyscribe repo expire model --version 0
  lazyscribe repo expire model --version 0 --at never`,
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeName,
		RunE: func(cmd *cobra.Command, args []string) error {
			v, err := version.parse()
			if err != nil {
				return err
			}
			var expiry time.Time
			if at != never {
				if expiry, err = a.parseTime("at", at); err != nil {
					return err
				}
			}
			return a.withRepository(cmd.Context(), repository.ReadWrite, func(r *repository.Repository) error {
				x, err := r.Find(args[0], v)
				if err != nil {
					return err
				}
				if err := r.SetExpiry(x.Name, v, expiry); err != nil {
					return err
				}
				return a.saveVersion(cmd.Context(), r, x, nil)
			})
		},
	}
	version.register(a, cmd)
	cmd.Flags().StringVar(&at, "at", "now", "`time` at which it expires, or never")
	return cmd
}
