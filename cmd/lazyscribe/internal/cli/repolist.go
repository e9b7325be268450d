package cli

import (
	"iter"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) repoListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list [NAME]",
		Short: "List versions of artifacts",
		Long: `List the versions in the repository, or those of one name, in order of names and
times. The table says when a version expires, or that it has; with -o json they
are objects as in the repository's file.`,
		Example:           "  lazyscribe repo list\n  lazyscribe repo list model -o json",
		Args:              arguments(0, 1),
		ValidArgsFunction: a.completeName,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withRepository(cmd.Context(), repository.ReadOnly, func(r *repository.Repository) error {
				names := r.Names()
				if len(args) == 1 {
					names = args
					if !r.Contains(args[0]) {
						_, err := r.Find(args[0], repository.Latest()) // it says so
						return err
					}
				}
				var list []artifacts.Artifact
				for _, name := range names {
					for x := range r.Versions(name) {
						list = append(list, x)
					}
				}
				a.mentionProblems("version", "repository", a.repository, r.Problems())
				return a.print(a.versionListing(list))
			})
		},
	}
}

// versionListing lists versions.
func (a *app) versionListing(list []artifacts.Artifact) *listing {
	l := &listing{header: []string{"name", "version", "handler", "fname", "size", "created_at", "expiry"}, elements: entries(list)}
	for _, x := range list {
		l.rows = append(l.rows, []any{x.Name, int64(x.Version), x.Handler, x.FileName, knownSize(x), x.CreatedAt, a.expiry(x)})
	}
	return l
}

// entries are versions as they are in the file.
func entries(list []artifacts.Artifact) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, x := range list {
			if !yield(entry.Encode(x)) {
				return
			}
		}
	}
}

// printVersion prints the number of a version, or for programs its entry.
func (a *app) printVersion(x artifacts.Artifact) error {
	if a.output == csvOutput {
		return a.print(a.versionListing([]artifacts.Artifact{x}))
	}
	o, err := entry.Encode(x)
	if err != nil {
		return err
	}
	return a.printOne(o, func() error { return a.printLines([]string{strconv.Itoa(x.Version)}) })
}

// mentionProblems says that a list is not all there is.
func (a *app) mentionProblems(thing, where, url string, list []repository.Problem) {
	if len(list) > 0 {
		a.say("%s of %s %q could not be read, first %v", plural(len(list), thing), where, url, list[0])
	}
}
