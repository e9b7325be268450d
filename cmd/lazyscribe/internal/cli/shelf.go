package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/shelf"
)

func (a *app) shelfCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "shelf",
		Short: "Put single values to URLs and get them",
		Long: `Put single values to URLs and get them: what Go programs do with package shelf.

A URL is that of a value: a path, or one such as s3://bucket/models/best.json. A
value is one file, or a folder of several. Beside it, in the hidden folder
".shelf", a manifest says what it is and what its bytes have to be.`,
		Example:                    "  lazyscribe shelf put model.json models/best.json",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.shelfPutCommand(), a.shelfGetCommand(), a.shelfLsCommand(), a.shelfStatCommand(), a.shelfRmCommand())
	return cmd
}

// shelf returns a shelf with the handlers that are known here.
func (a *app) shelf() *shelf.Shelf {
	return shelf.New(&shelf.Options{Registry: shelf.NewRegistry(a.handlers), Logger: a.logger, Now: a.now})
}
