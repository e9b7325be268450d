package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) releaseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "release",
		Short: "Name sets of versions",
		Long: `Name sets of versions. A release has a tag and, of each artifact in the
repository, one version. Releases are kept in the file releases.json beside the
repository.`,
		Example:                    "  lazyscribe release create v1.3.0\n  lazyscribe release show v1.3.0",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.releaseCreateCommand(), a.releaseListCommand(), a.releaseShowCommand(), a.releaseExportCommand(),
		a.releaseTOMLCommand())
	return cmd
}

// withReleases opens the repository, which must exist, and its releases, for the
// time of a function.
func (a *app) withReleases(ctx context.Context, do func(*repository.Repository, *release.List) error) error {
	return a.withRepository(ctx, repository.ReadOnly, func(r *repository.Repository) error {
		l, err := release.Load(ctx, release.Beside(a.repository), a.releaseOptions())
		if err != nil {
			return err
		}
		return errors.Join(do(r, l), l.Close())
	})
}

func (a *app) releaseOptions() *release.Options {
	return &release.Options{Logger: a.logger, Now: a.now}
}

// findRelease finds a release and knows what else could have been meant.
func findRelease(l *release.List, q release.Query, tag string) (release.Release, error) {
	r, err := l.Find(q)
	if !errors.Is(err, repository.ErrVersionNotFound) {
		return r, err
	}
	var tags []string
	for _, r := range l.All() {
		tags = append(tags, r.Tag)
	}
	near := nearest(tag, tags)
	switch {
	case len(tags) == 0:
		return r, withHint(err, "lazyscribe release create makes one")
	case len(near) > 0:
		return r, withHint(err, "did you mean %s?", oneOf(quoted(near)))
	}
	return r, withHint(err, "lazyscribe release list shows what there is")
}

// releaseTrees are releases as they are in the file.
func releaseTrees(list []release.Release) ([]any, error) {
	text, err := release.Marshal(list, "")
	if err != nil {
		return nil, err
	}
	tree, err := pyjson.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read releases: %w", err)
	}
	return listOf(tree), nil
}

// releaseObject is one of them.
func releaseObject(r release.Release) (*pyjson.Object, error) {
	trees, err := releaseTrees([]release.Release{r})
	if err != nil {
		return nil, err
	}
	o, _ := trees[0].(*pyjson.Object)
	return o, nil
}
