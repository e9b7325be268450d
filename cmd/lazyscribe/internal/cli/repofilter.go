package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// filterOptions are the flags of repo filter, as they were given.
type filterOptions struct {
	asOf, export string
	picks        []string
}

func (a *app) repoFilterCommand() *cobra.Command {
	o := &filterOptions{}
	cmd := &cobra.Command{
		Use:   "filter",
		Short: "Choose one version of each artifact",
		Long: `Choose the versions that were the latest at a time, of each name one, or those
that are named, and list them. --export writes them, with their numbers and
files, as a repository of their own into a folder; nothing that is there is ever
written over.

` + versionsHelp + `

` + timeHelp,
		Example: `  lazyscribe repo filter --as-of now
  lazyscribe repo filter --pick model=0 --pick notes=latest
  lazyscribe repo filter --as-of now --export deploy`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			choose, err := o.parse(a)
			if err != nil {
				return err
			}
			return a.withRepository(cmd.Context(), repository.ReadOnly, func(r *repository.Repository) error {
				part, err := choose(r)
				if err != nil {
					return err
				}
				return errors.Join(a.filtered(cmd.Context(), part, o.export), part.Close())
			})
		},
	}
	cmd.Flags().StringVar(&o.asOf, "as-of", "", "the latest versions of this `time`")
	cmd.Flags().StringArrayVar(&o.picks, "pick", nil, "this version, as `name=version` (may be repeated)")
	cmd.Flags().StringVar(&o.export, "export", "", "write a repository of its own into this `folder`")
	return cmd
}

// parse returns what chooses the versions.
func (o *filterOptions) parse(a *app) (func(*repository.Repository) (*repository.Repository, error), error) {
	if (o.asOf == "") == (len(o.picks) == 0) {
		return nil, usagef("repo filter: want either --as-of or --pick")
	}
	if o.asOf != "" {
		t, err := a.parseTime("as-of", o.asOf)
		return func(r *repository.Repository) (*repository.Repository, error) { return r.FilterAsOf(t) }, err
	}
	var picks []repository.Pick
	for _, text := range o.picks {
		i := strings.LastIndexByte(text, '=') // no version holds one
		if i < 1 {
			return nil, usagef("--pick %q: want name=version", text)
		}
		v, err := parseVersion(text[i+1:])
		if err != nil {
			return nil, usagef("--pick %q: %w", text, err)
		}
		picks = append(picks, repository.Pick{Name: text[:i], Version: v})
	}
	return func(r *repository.Repository) (*repository.Repository, error) { return r.FilterPicks(picks...) }, nil
}

// filtered lists the versions that were chosen, after they were exported if that
// is wanted.
func (a *app) filtered(ctx context.Context, part *repository.Repository, dir string) error {
	list := slices.Collect(part.All())
	if dir != "" {
		if err := part.Export(ctx, exportedTo(dir), picksOf(list)...); err != nil {
			return exportHint(err)
		}
		a.say("exported %s to %q", plural(len(list), "version"), exportedTo(dir))
	}
	return a.print(a.versionListing(list))
}

func picksOf(list []artifacts.Artifact) []repository.Pick {
	var picks []repository.Pick
	for _, x := range list {
		picks = append(picks, repository.Pick{Name: x.Name, Version: repository.Number(x.Version)})
	}
	return picks
}

// exportHint adds what to do about an export that would write over something.
func exportHint(err error) error {
	if errors.Is(err, artifacts.ErrExists) {
		return withHint(err, "an export writes over nothing: name an empty folder")
	}
	return err
}
