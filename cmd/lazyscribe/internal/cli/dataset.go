package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/dataset"
)

func (a *app) datasetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dataset",
		Short: "Look after datasets",
		Long: `Look after datasets: folders, on the local disk or in a bucket, of values that Go
programs keep under keys. A URL names the folder.

What package dataset writes is shown as the Go text it is kept as; what was
written with another handler, or by "lazyscribe dataset put", is that handler's
file.`,
		Example:                    "  lazyscribe dataset ls data",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.datasetLsCommand(), a.datasetGetCommand(), a.datasetInfoCommand(), a.datasetPutCommand(),
		a.datasetRmCommand(), a.datasetCheckCommand(), a.datasetGCCommand(), a.datasetExportCommand())
	return cmd
}

// withDataset opens a dataset, which must exist, for the time of a function.
func (a *app) withDataset(ctx context.Context, url string, mode dataset.Mode, do func(*dataset.DataSet) error) error {
	d, err := a.openDataset(ctx, url, dataset.ReadOnly)
	if errors.Is(err, artifacts.ErrNotFound) {
		return withHint(err, "lazyscribe dataset put makes a dataset")
	}
	if err == nil && mode == dataset.ReadWrite {
		if err = d.Close(); err == nil {
			d, err = a.openDataset(ctx, url, mode)
		}
	}
	if err != nil {
		return err
	}
	return duringDataset(d, do)
}

func (a *app) openDataset(ctx context.Context, url string, mode dataset.Mode) (*dataset.DataSet, error) {
	d, err := dataset.Open(ctx, url, &dataset.Options{Mode: mode, Author: a.author, Handlers: a.handlers, Logger: a.logger, Now: a.now})
	if errors.Is(err, artifacts.ErrCorrupt) {
		return nil, withHint(err, "that file says that the folder is a dataset, and an empty one says so too")
	}
	return d, err
}

// duringDataset does something with a dataset and closes it.
func duringDataset(d *dataset.DataSet, do func(*dataset.DataSet) error) error {
	return errors.Join(datasetHint(do(d)), d.Close())
}

// datasetHint adds what to do next.
func datasetHint(err error) error {
	var h *hinted
	switch {
	case errors.As(err, &h):
	case errors.Is(err, artifacts.ErrCorrupt):
		return withHint(err, "lazyscribe dataset check lists every file that is not what was recorded")
	case errors.Is(err, artifacts.ErrNotFound):
		return withHint(err, "lazyscribe dataset ls lists the keys")
	}
	return err
}

// completeKey completes the key behind a dataset's URL.
func (a *app) completeKey(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	a.begin(cmd)
	var keys []string
	// A shell would print an error into the line.
	_ = a.withDataset(cmd.Context(), args[0], dataset.ReadOnly, func(d *dataset.DataSet) (err error) {
		keys, err = d.Keys(cmd.Context())
		return err
	})
	return keys, cobra.ShellCompDirectiveNoFileComp
}
