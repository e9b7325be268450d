package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) releaseCreateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "create TAG",
		Short: "Make a release of the latest versions",
		Long: `Make a release of the latest version of each artifact in the repository, and print
its tag. A tag that is there already is an error (exit code 4), and so are an
artifact whose versions have all expired (3) and a repository without versions.`,
		Example: "  lazyscribe release create v1.3.0",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withReleases(cmd.Context(), func(r *repository.Repository, l *release.List) error {
				made, err := release.Create(r, args[0], a.now())
				if err != nil {
					return err
				}
				if err := addRelease(cmd.Context(), l, made); err != nil {
					return err
				}
				o, err := releaseObject(made)
				if err != nil {
					return err
				}
				return a.printOne(o, func() error { return a.printLines([]string{made.Tag}) })
			})
		},
	}
}

func addRelease(ctx context.Context, l *release.List, r release.Release) error {
	err := l.Add(r)
	if err == nil {
		err = l.Save(ctx)
	}
	if errors.Is(err, artifacts.ErrExists) {
		return withHint(err, "lazyscribe release show %s shows it; a tag is never moved", r.Tag)
	}
	return err
}
