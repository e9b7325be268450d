package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// releaseQuery says which release is meant, as it was given.
type releaseQuery struct{ at, asOf string }

func (o *releaseQuery) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.at, "at", "", "the one made at this `time`, to the second")
	cmd.Flags().StringVar(&o.asOf, "as-of", "", "the one that was the latest at this `time`")
}

// parse returns the query for a tag, "" for none.
func (o *releaseQuery) parse(a *app, tag string) (release.Query, error) {
	given := 0
	for _, text := range []string{tag, o.at, o.asOf} {
		if text != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return release.Query{}, usagef("%s: want one of TAG, --at and --as-of", a.command())
	case o.at != "":
		t, err := a.parseTime("at", o.at)
		return release.At(t), err
	case o.asOf != "":
		t, err := a.parseTime("as-of", o.asOf)
		return release.AsOf(t), err
	case tag != "":
		return release.Tag(tag), nil
	}
	return release.Latest(), nil
}

func (a *app) releaseShowCommand() *cobra.Command {
	o := &releaseQuery{}
	cmd := &cobra.Command{
		Use:   "show [TAG]",
		Short: "Show a release",
		Long: `Show a release and its versions: the one with a tag, the one of a time, or the
latest. With -o json it is printed as it is in the file releases.json.

` + timeHelp,
		Example:           "  lazyscribe release show\n  lazyscribe release show v1.2.0 -o json\n  lazyscribe release show --as-of now",
		Args:              arguments(0, 1),
		ValidArgsFunction: a.completeTags,
		RunE: func(cmd *cobra.Command, args []string) error {
			tag := strings.Join(args, "")
			q, err := o.parse(a, tag)
			if err != nil {
				return err
			}
			return a.withReleases(cmd.Context(), func(r *repository.Repository, l *release.List) error {
				found, err := findRelease(l, q, tag)
				if err != nil {
					return err
				}
				return a.showRelease(r, found)
			})
		},
	}
	o.register(cmd)
	return cmd
}

func (a *app) showRelease(r *repository.Repository, rel release.Release) error {
	if a.output == csvOutput {
		return a.print(a.itemListing(r, rel))
	}
	o, err := releaseObject(rel)
	if err != nil {
		return err
	}
	return a.printOne(o, func() error {
		head := a.section()
		head.row("tag", rel.Tag)
		head.row("created_at", rel.CreatedAt)
		if err := head.write(""); err != nil || len(rel.Artifacts) == 0 {
			return err
		}
		if err := a.title("artifacts"); err != nil {
			return err
		}
		t := a.table(a.itemListing(r, rel))
		t.Indent = "  "
		return t.Write(a.out)
	})
}

// itemListing lists what a release names, and what the repository knows of it.
func (a *app) itemListing(r *repository.Repository, rel release.Release) *listing {
	l := &listing{header: []string{"name", "version", "handler", "created_at", "expiry"}}
	for _, item := range rel.Artifacts {
		row := []any{item.Name, int64(item.Version)}
		if x, err := r.Find(item.Name, repository.Number(item.Version)); err == nil {
			row = append(row, x.Handler, x.CreatedAt, a.expiry(x))
		} else {
			row = append(row, render.Cell{Text: "missing", Style: render.Red}, nil, nil)
		}
		l.rows = append(l.rows, row)
	}
	return l
}
