package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

func (a *app) archiveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "archive",
		Short: "Look into archives of Go values, and make packages of them",
		Long: `Look into archives of Go values, and make packages of them. An archive is a
file of the handler "archive", NAME.archive.npz: Go source that says what the
objects are and which of them share what, and their long arrays, which
numpy.load reads.`,
		Example:                    "  lazyscribe archive show net.archive.npz\n  lazyscribe archive export net.archive.npz . --name net",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.archiveShowCommand(), a.archiveExportCommand(), a.archiveCheckCommand())
	return cmd
}

// withArchive opens the file of an archive for the time of a function.
func withArchive(name string, do func(*npz.Archive) error) error {
	f, err := openFile(name)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		var file *npz.Archive
		if file, err = (npz.Handler{}).Open(f, info.Size()); err == nil {
			err = do(file)
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("archive %q: %w", name, err)
	}
	return nil
}
