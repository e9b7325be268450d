package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

func (a *app) datasetGCCommand() *cobra.Command {
	grace, dryRun := dataset.DefaultGrace, false
	cmd := &cobra.Command{
		Use:   "gc URL",
		Short: "Remove files of values that were replaced or removed",
		Long: `Remove files that no record names: of values that were replaced or removed, and of
writers that died. Files younger than --grace are kept, as a write under way may
be about to name them, and a program may be reading them.`,
		Example: "  lazyscribe dataset gc data --dry-run\n  lazyscribe dataset gc data --grace 1h",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if grace < 0 {
				return usagef("dataset gc: --grace %v is below zero", grace)
			}
			return a.withDataset(cmd.Context(), args[0], dataset.ReadWrite, func(d *dataset.DataSet) error {
				removed, err := d.GC(cmd.Context(), &dataset.GCOptions{Grace: max(grace, 1), DryRun: dryRun})
				l, bytes := &listing{header: []string{"action", "file", "size"}}, int64(0)
				for _, r := range removed {
					l.rows = append(l.rows, []any{removedVerb(dryRun), r.File, size(r.Size)})
					bytes += r.Size
				}
				if printErr := a.print(l); err == nil {
					err = printErr
				}
				if err != nil {
					return err
				}
				a.say("%s %s, %s", removedVerb(dryRun), plural(len(removed), "file"), bytesText(bytes))
				return nil
			})
		},
	}
	cmd.Flags().DurationVar(&grace, "grace", grace, "keep files younger than this")
	cmd.Flags().BoolVarP(&dryRun, "dry-run", "n", false, "only say what would be removed")
	return cmd
}
