package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

func (a *app) datasetCheckCommand() *cobra.Command {
	o := dataset.CheckOptions{}
	cmd := &cobra.Command{
		Use:   "check URL",
		Short: "Compare a dataset with its files",
		Long: `Compare a dataset with its files and list what does not fit: records that cannot
be read, files that are missing or damaged, a Go package that is behind. Files
that no record names are listed too, and are no mistake. Nothing is changed,
except that --repair makes the package anew. The exit code is 6 if anything was
found that is still so.`,
		Example: "  lazyscribe dataset check data\n  lazyscribe dataset check data --repair",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			mode := dataset.ReadOnly
			if o.Repair {
				mode = dataset.ReadWrite
			}
			return a.withDataset(cmd.Context(), args[0], mode, func(d *dataset.DataSet) error {
				report, err := d.Check(cmd.Context(), &o)
				if err != nil {
					return err
				}
				if err := a.print(checkListing(report)); err != nil {
					return err
				}
				return a.sayChecked(args[0], report)
			})
		},
	}
	cmd.Flags().BoolVar(&o.Repair, "repair", false, "make the Go package anew where it is behind")
	return cmd
}

func checkListing(report *dataset.Report) *listing {
	l := &listing{header: []string{"kind", "key", "file", "error"}}
	for _, p := range report.Problems {
		kind := "problem"
		if p.Repaired {
			kind = "repaired"
		}
		l.rows = append(l.rows, []any{kind, known(p.Key), p.File, errorText(p.Err)})
	}
	for _, file := range report.Orphans {
		l.rows = append(l.rows, []any{"orphan", nil, file, nil})
	}
	return l
}

func (a *app) sayChecked(url string, report *dataset.Report) error {
	left := 0
	for _, p := range report.Problems {
		if !p.Repaired {
			left++
		}
	}
	if left > 0 {
		return withHint(fmt.Errorf("check dataset %q: %w", url, findingsError(left)), "put values whose files are damaged again or remove their keys; a record that cannot be read has to be moved away by hand")
	}
	a.say("checked %s with %s, %s: all is well", plural(report.Items, "value"), plural(report.Files, "file"), bytesText(report.Bytes))
	return nil
}
