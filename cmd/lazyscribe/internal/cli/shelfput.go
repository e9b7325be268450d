package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/shelf"
)

func (a *app) shelfPutCommand() *cobra.Command {
	alias := ""
	var set []string
	cmd := &cobra.Command{
		Use:   "put FILE URL",
		Short: "Put a file to a URL",
		Long: `Put a file to a URL, in the place of the one that is there, and print its digest;
with -o json the manifest.

Without --handler the file's suffix says which handler it is for; a folder, and a
file whose suffix no handler has, are put as they are. A file of the handler's own
format is checked and put byte for byte; one of another handler's format is
converted.`,
		Example: `  lazyscribe shelf put model.json models/best.json
  lazyscribe shelf put notes.md models/notes --handler text`,
		Args: arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := localFile(args[0]); err != nil {
				return err
			}
			in := artifactInput{name: args[1], file: args[0], alias: alias}
			l := a.artifactLogger(settings{})
			l.handlerFlag = true
			for _, text := range set {
				if err := l.settings.parse(in.name, text); err != nil {
					return err
				}
			}
			value, h, err := l.resolve(cmd.Context(), in)
			if err != nil {
				return err
			}
			bar := a.progress("putting")
			defer bar.end()
			l.progress = bar
			m, err := a.shelf().PutWith(cmd.Context(), args[1], shelf.OfHandler(h), value, nil)
			if err != nil {
				return err
			}
			bar.end()
			return a.printOne(manifestObject(m), func() error { return a.printLines([]string{m.Digest()}) })
		},
	}
	cmd.Flags().StringVar(&alias, "handler", "", "`alias` of the handler that stores it")
	cmd.Flags().StringArrayVar(&set, "set", nil, "setting of the handler, as `key=value` (may be repeated)")
	return cmd
}
