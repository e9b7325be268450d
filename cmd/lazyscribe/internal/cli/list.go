package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// listOptions are the flags of list, as they were given.
type listOptions struct {
	where   string
	sort    []string
	columns []string
	limit   int
}

func (a *app) listCommand() *cobra.Command {
	o := &listOptions{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List experiments",
		Long: `List experiments, in order of their creation.

--where keeps those an expression (of github.com/expr-lang/expr) is true of. It
sees the fields of the record: name, slug, short_slug, author, last_updated_by,
created_at, last_updated, tags, dependencies, metrics, parameters, tests and
artifacts. A comparison with a value that is missing, or of another kind, is
neither true nor false, so that experiments without it do not match.

Keys, for --sort and --columns, are paths such as created_at, metrics.auroc or
parameters.opt.lr. What is missing sorts last in either direction; so do metrics
that are no numbers.

With -o json or jsonl whole records are printed, unless --columns chooses.`,
		Example: `  lazyscribe list
  lazyscribe list --where 'metrics.auroc > 0.9 && "best" in tags'
  lazyscribe list --where 'any(tests, .name == "slice A" && .metrics.auroc < 0.8)'
  lazyscribe list --sort -metrics.auroc --limit 3 --columns slug,metrics.auroc,parameters.opt.lr
  lazyscribe list -o json`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := o.parse()
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				list := s.apply(p)
				a.mentionUnreadable(p)
				return a.print(a.experimentListing(list, s.columns))
			})
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&o.where, "where", "w", "", "only experiments this `expression` is true of")
	flags.StringArrayVarP(&o.sort, "sort", "s", nil, "sort by this `key`, descending with a - before it (may be repeated)")
	flags.IntVarP(&o.limit, "limit", "n", -1, "at most this `many`, below 0 all")
	flags.StringSliceVarP(&o.columns, "columns", "c", nil, "`keys` to show, separated by commas")
	_ = cmd.RegisterFlagCompletionFunc("sort", a.completeKeys)
	_ = cmd.RegisterFlagCompletionFunc("columns", a.completeKeys)
	return cmd
}

// A selection is what listOptions mean.
type selection struct {
	filter  *query.Filter // nil: all
	orders  []query.Order
	columns []query.Key // nil: not chosen
	limit   int         // below 0: none
}

func (o *listOptions) parse() (*selection, error) {
	s := &selection{limit: o.limit}
	if o.where != "" {
		var err error
		if s.filter, err = query.ParseFilter(o.where); err != nil {
			return nil, usagef("list: --where: %w", err)
		}
	}
	for _, text := range o.sort {
		order, err := query.ParseOrder(text)
		if err != nil {
			return nil, usagef("list: --sort: %w", err)
		}
		s.orders = append(s.orders, order)
	}
	for _, text := range o.columns {
		k, err := query.ParseKey(text)
		if err != nil {
			return nil, usagef("list: --columns: %w", err)
		}
		s.columns = append(s.columns, k)
	}
	return s, nil
}

// apply picks and orders the experiments of a project.
func (s *selection) apply(p *project.Project) []*experiment.Experiment {
	var list []*experiment.Experiment
	for e := range p.All() {
		if len(s.orders) == 0 && s.limit >= 0 && len(list) >= s.limit {
			break // those that follow will not be shown
		}
		if s.filter == nil || s.filter.Match(e) {
			list = append(list, e)
		}
	}
	query.Sort(list, s.orders)
	if s.limit >= 0 {
		list = list[:min(len(list), s.limit)]
	}
	return list
}
