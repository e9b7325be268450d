package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) releaseExportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export TAG DIR",
		Short: "Write a release as a repository of its own",
		Long: `Write the versions of a release, and nothing else, as a repository into a folder:
its file repository.json, with their numbers and files. Digests are checked on
the way. Nothing that is there is written over (exit code 4); the same export
can be made twice.`,
		Example:           "  lazyscribe release export v1.2.0 deploy\n  lazyscribe release export v1.2.0 deploy",
		Args:              arguments(2, 2),
		ValidArgsFunction: a.completeTags,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withReleases(cmd.Context(), func(r *repository.Repository, l *release.List) error {
				found, err := findRelease(l, release.Tag(args[0]), args[0])
				if err != nil {
					return err
				}
				url := exportedTo(args[1])
				if err := release.Export(cmd.Context(), r, found, url); err != nil {
					return exportHint(err)
				}
				made := pyjson.NewObject()
				made.Set("tag", found.Tag)
				made.Set("repository", url)
				return a.printOne(made, func() error {
					a.say("exported %s to %q", plural(len(found.Artifacts), "version"), url)
					return nil
				})
			})
		},
	}
}
