package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

func (a *app) datasetExportCommand() *cobra.Command {
	o, embed, beside := dataset.ExportOptions{}, false, false
	cmd := &cobra.Command{
		Use:   "export-go URL DIR",
		Short: "Write a dataset as a Go package",
		Long: `Write a dataset as a Go package to a folder, which must be empty or not there. The
package needs the standard library and the packages of the values' types, and
loads each value when it is first asked for. Up to 64 MiB of data are embedded in
programs that import it; more is left in files, and the program says by the
package's function Load where they are. --embed and --beside choose.

A dataset on the local disk is such a package itself.`,
		Example: "  lazyscribe dataset export-go data exported\n  lazyscribe dataset export-go data beside --package mydata --beside",
		Args:    arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case embed && beside:
				return usagef("dataset export-go: want either --embed or --beside")
			case embed:
				o.Place = dataset.PlaceEmbed
			case beside:
				o.Place = dataset.PlaceBeside
			}
			return a.withDataset(cmd.Context(), args[0], dataset.ReadOnly, func(d *dataset.DataSet) error {
				return d.ExportGo(cmd.Context(), args[1], &o)
			})
		},
	}
	cmd.Flags().StringVar(&o.Package, "package", "", "`name` of the package (default that of the folder)")
	cmd.Flags().BoolVar(&embed, "embed", false, "make the data a part of programs, however much it is")
	cmd.Flags().BoolVar(&beside, "beside", false, "leave the data in files")
	return cmd
}
