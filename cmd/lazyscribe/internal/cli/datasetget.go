package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

func (a *app) datasetGetCommand() *cobra.Command {
	array, out := "", &outOptions{}
	cmd := &cobra.Command{
		Use:   "get URL KEY",
		Short: "Copy a value as it is kept",
		Long: `Copy a value as it is kept, to standard output or with -O to a file: the Go text
of one that a program wrote, the handler's file of another. --array copies the
file that has an array of the text instead, which numpy or h5py reads. Digests are
checked on the way; a file is there only when all of it was found right.`,
		Example: `  lazyscribe dataset get data mus
  lazyscribe dataset get data psi --array array_0 -O psi.npy`,
		Args:              arguments(2, 2),
		ValidArgsFunction: a.completeKey,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDataset(cmd.Context(), args[0], dataset.ReadOnly, func(d *dataset.DataSet) error {
				copyTo := func(w io.Writer) error { return d.WriteBody(cmd.Context(), args[1], w) }
				if cmd.Flags().Changed("array") {
					copyTo = func(w io.Writer) error { return d.WriteArray(cmd.Context(), args[1], array, w) }
				}
				if out.out != standardOutput {
					return writeFile(out.out, out.force, copyTo)
				}
				if err := a.mayPrint(cmd.Context(), d, args[1], cmd.Flags().Changed("array")); err != nil {
					return err
				}
				return copyTo(a.out)
			})
		},
	}
	cmd.Flags().StringVar(&array, "array", "", "the file with the array of this `name`")
	out.register(cmd, "`FILE`")
	return cmd
}

// mayPrint keeps what is no text from a terminal.
func (a *app) mayPrint(ctx context.Context, d *dataset.DataSet, key string, array bool) error {
	if !isTerminal(a.out) {
		return nil
	}
	it, err := d.Item(ctx, key)
	if err != nil {
		return err
	}
	h, err := a.handlers.Lookup(it.Handler)
	if array || it.Handler != "archive" && (err != nil || h.Format().Binary) {
		return withHint(usagef("dataset get: %q is binary, and standard output is a terminal", key), "-O FILE copies it to a file")
	}
	return nil
}
