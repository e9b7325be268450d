package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

func (a *app) datasetRmCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rm URL KEY...",
		Short: "Remove keys",
		Long: `Remove keys with their values and information. The files of the values go with
"lazyscribe dataset gc", so that programs which are reading them can go on.`,
		Example:           "  lazyscribe dataset rm data mus",
		Args:              arguments(2, many),
		ValidArgsFunction: a.completeKey,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDataset(cmd.Context(), args[0], dataset.ReadWrite, func(d *dataset.DataSet) error {
				for _, key := range args[1:] {
					if err := d.Remove(cmd.Context(), key); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}
