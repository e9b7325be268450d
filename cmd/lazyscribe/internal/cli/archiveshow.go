package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

func (a *app) archiveShowCommand() *cobra.Command {
	arrays := false
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Print the text of an archive",
		Long: `Print the text of an archive, or with --arrays what the arrays are that it keeps
outside of the text. Nothing in the text is run. JSON has both.`,
		Example: "  lazyscribe archive show net.archive.npz\n  lazyscribe archive show net.archive.npz --arrays",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withArchive(args[0], func(file *npz.Archive) error {
				text, err := archive.ReadText(cmd.Context(), file)
				if err != nil {
					return err
				}
				list, err := arrayListing(file)
				switch {
				case err != nil:
					return err
				case arrays:
					return a.print(list)
				case a.output == tableOutput:
					return a.printText(string(text))
				}
				object := pyjson.NewObject()
				object.Set("text", string(text))
				all := []any{}
				for o, err := range list.objects() {
					if err != nil {
						return err
					}
					all = append(all, o)
				}
				object.Set("arrays", all)
				return a.printOne(object, nil)
			})
		},
	}
	cmd.Flags().BoolVar(&arrays, "arrays", false, "list the arrays instead")
	return cmd
}

// arrayListing is what the headers of the arrays say.
func arrayListing(file *npz.Archive) (*listing, error) {
	l := &listing{header: []string{"name", "dtype", "shape"}}
	for _, name := range file.Names() {
		h, err := file.Header(name)
		if err != nil {
			return nil, err
		}
		shape := []any{}
		for _, n := range h.Shape {
			shape = append(shape, n)
		}
		l.rows = append(l.rows, []any{name, h.DType, shape})
	}
	return l, nil
}
