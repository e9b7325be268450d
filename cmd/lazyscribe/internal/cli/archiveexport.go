package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

func (a *app) archiveExportCommand() *cobra.Command {
	o := &archive.SaveOptions{}
	cmd := &cobra.Command{
		Use:   "export FILE DIR",
		Short: "Make a Go package of an archive",
		Long: `Make a Go package of an archive, in the folder NAME below DIR. Programs that
import it need the standard library, and the packages of the types that are in
it. Each object is a function that makes it when it is first called. Arrays are
embedded in programs up to a limit; with more, programs call the package's
function Load to say where they are. --in-package adds the files to a package
that is in DIR instead. A text that does more than those which archives write is
refused: the package would run it.`,
		Example: `  lazyscribe archive export net.archive.npz . --name net
  lazyscribe archive export net.archive.npz internal/models --name net --in-package models`,
		Args: arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Name == "" {
				return usagef("archive export: --name is needed: what is the package to be called?")
			}
			err := withArchive(args[0], func(file *npz.Archive) error {
				return archive.Export(cmd.Context(), args[1], file, o)
			})
			if errors.Is(err, artifacts.ErrExists) {
				return withHint(err, "--force replaces what an archive wrote before, --backup renames it")
			}
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Name, "name", "", "the `name` of the package, or of its file with --in-package")
	f.StringVar(&o.InPackage, "in-package", "", "add to the package of this `name`, which is in DIR")
	f.BoolVar(&o.Force, "force", false, "replace what an archive wrote before")
	f.BoolVar(&o.Backup, "backup", false, "rename what was written before to NAME.bak")
	f.Int64Var(&o.EmbedLimit, "embed-limit", 0, "embed arrays up to so many `bytes`, never if below zero (default 256 MiB)")
	return cmd
}
