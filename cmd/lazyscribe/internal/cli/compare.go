package cli

import (
	"crypto/sha256"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// shortDigest is how many digits of a digest a table shows.
const shortDigest = 12

// everyMetric is --minimize without names.
const everyMetric = "*"

type compareOptions struct {
	all      bool
	minimize []string
}

func (a *app) compareCommand() *cobra.Command {
	o := &compareOptions{}
	cmd := &cobra.Command{
		Use:   "compare SLUG SLUG...",
		Short: "Compare experiments side by side",
		Long: `Compare experiments side by side: metrics, parameters, tags, dependencies, those
of tests too, and the digests of artifacts. Only what differs is shown, unless
--all is given. The best value of each metric is marked with a star: the largest,
or the smallest with --minimize, which can name the metrics it is for.`,
		Example: `  lazyscribe compare baseline tuned
  lazyscribe compare baseline tuned --minimize=loss,rmse
  lazyscribe compare baseline tuned --all -o csv`,
		Args:              arguments(2, many),
		ValidArgsFunction: a.completeSlugs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				var list []*experiment.Experiment
				for _, slug := range args {
					e, err := a.lookup(p, slug)
					if err != nil {
						return err
					}
					list = append(list, e)
				}
				return a.print(a.comparison(list, o))
			})
		},
	}
	cmd.Flags().BoolVar(&o.all, "all", false, "also what is the same")
	cmd.Flags().StringSliceVar(&o.minimize, "minimize", nil, "the smallest value is the best, of all metrics or of those `named`")
	cmd.Flags().Lookup("minimize").NoOptDefVal = everyMetric
	return cmd
}

func (a *app) comparison(list []*experiment.Experiment, o *compareOptions) *listing {
	l := &listing{header: []string{"key"}}
	for _, e := range list {
		l.header = append(l.header, e.Slug())
	}
	var elements []any
	for _, r := range compare(list) {
		if !o.all && r.same() {
			continue
		}
		best := r.best(o)
		cells, values, winners := []any{r.key}, pyjson.NewObject(), []any{}
		for i, v := range r.values {
			cells = append(cells, a.comparisonCell(r, v, best[i]))
			values.Set(list[i].Slug(), plain(v))
			if best[i] {
				winners = append(winners, list[i].Slug())
			}
		}
		l.rows = append(l.rows, cells)
		row := pyjson.NewObject()
		row.Set("key", r.key)
		row.Set("values", values)
		row.Set("best", winners)
		elements = append(elements, row)
	}
	l.elements = elementsOf(elements)
	return l
}

// comparisonCell is a value as the table has it; elsewhere it stays a value.
func (a *app) comparisonCell(r *comparisonRow, v any, best bool) any {
	if a.output != tableOutput {
		return v
	}
	c := cell(v)
	if len(c.Text) == sha256.Size*2 && rank(r.key) == artifactRank {
		c.Text = c.Text[:shortDigest] // enough to see a difference
	}
	if best {
		c.Text, c.Style = "* "+c.Text, render.Green
	}
	return c
}
