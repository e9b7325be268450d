package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) releaseListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List releases",
		Long: `List the releases of the repository, in the order they were made. With -o json
they are objects as in the file releases.json.`,
		Example: "  lazyscribe release list\n  lazyscribe release list -o json",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withReleases(cmd.Context(), func(_ *repository.Repository, l *release.List) error {
				list := l.All()
				a.mentionProblems("release", "releases", l.URL(), l.Problems())
				trees, err := releaseTrees(list)
				if err != nil {
					return err
				}
				return a.print(releaseListing(list, trees))
			})
		},
	}
}

func releaseListing(list []release.Release, trees []any) *listing {
	l := &listing{header: []string{"tag", "created_at", "artifacts"}, elements: elementsOf(trees)}
	for _, r := range list {
		var items []string
		for _, item := range r.Artifacts {
			items = append(items, fmt.Sprintf("%s %d", item.Name, item.Version))
		}
		l.rows = append(l.rows, []any{r.Tag, r.CreatedAt, strings.Join(items, ", ")})
	}
	return l
}
