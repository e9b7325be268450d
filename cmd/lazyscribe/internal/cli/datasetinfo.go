package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

func (a *app) datasetInfoCommand() *cobra.Command {
	set := ""
	cmd := &cobra.Command{
		Use:   "info URL KEY",
		Short: "Show or change what is said of a value",
		Long: `Show what is known of a key, as JSON: its information, the handler, digest and
size of its value, the arrays that are kept outside of its text. With --set
replace the information: JSON, or text if it does not parse as JSON; null removes
it. A key need not have a value.`,
		Example:           "  lazyscribe dataset info data mus\n  lazyscribe dataset info data mus --set 'Chemical potentials'",
		Args:              arguments(2, 2),
		ValidArgsFunction: a.completeKey,
		RunE: func(cmd *cobra.Command, args []string) error {
			mode := dataset.ReadOnly
			if cmd.Flags().Changed("set") {
				mode = dataset.ReadWrite
			}
			return a.withDataset(cmd.Context(), args[0], mode, func(d *dataset.DataSet) error {
				if mode == dataset.ReadWrite {
					var info any
					if err := pyjson.Assign(parseValue(set), &info); err != nil {
						return err
					}
					if err := d.SetInfo(cmd.Context(), args[1], info); err != nil {
						return err
					}
				}
				it, err := d.Item(cmd.Context(), args[1])
				if err != nil {
					return err
				}
				object, _, err := itemOutput(it)
				if err != nil {
					return err
				}
				return render.JSON(a.out, object)
			})
		},
	}
	cmd.Flags().StringVar(&set, "set", "", "replace the information by this `JSON`")
	return cmd
}
