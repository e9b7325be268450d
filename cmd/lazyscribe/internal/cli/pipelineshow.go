package cli

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

func (a *app) pipelineShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show URL NAME [HASH]",
		Short: "Show what a payload was made with",
		Long: `Show the record of a payload: its parameters, those of the steps it depends on,
when and where it was generated, its files. With -o json it is the record itself.
HASH may be left out if there is one payload of the step.`,
		Example: "  lazyscribe pipeline show steps outlier_estimator\n  lazyscribe pipeline show steps outlier_estimator -o json",
		Args:    arguments(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSteps(cmd.Context(), args[0], func(s *pipeline.Store) error {
				r, err := s.Record(cmd.Context(), args[1], argument(args, 2))
				if err != nil {
					return err
				}
				if a.output == csvOutput {
					return a.print(paramListing(r))
				}
				object, err := objectOf(r)
				if err != nil {
					return err
				}
				return a.printOne(object, func() error { return a.showStep(r) })
			})
		},
	}
}

func (a *app) showStep(r *pipeline.Record) error {
	head := a.section()
	head.row("step", r.Name)
	head.row("hash", r.Hash)
	if r.Version != "" {
		head.row("version", r.Version)
	}
	head.row("generated", r.Generated.At)
	head.row("seconds", r.Generated.Seconds)
	head.row("host", r.Generated.Host)
	head.row("payload", r.Payload.Key)
	head.row("handler", r.Payload.Handler)
	head.row("type", r.Payload.Type)
	head.row("size", size(r.Payload.Size()))
	head.row("digest", r.Payload.Digest)
	if err := head.write(""); err != nil {
		return err
	}
	if err := a.title("parameters"); err != nil {
		return err
	}
	t := a.table(paramListing(r))
	t.Indent = "  "
	return t.Write(a.out)
}

// paramListing lists the parameters of a step, then those of the steps it depends
// on, as far as the record tells of them.
func paramListing(r *pipeline.Record) *listing {
	l := &listing{header: []string{"step", "hash", "params", "not hashed"}}
	add := func(hash string, d pipeline.Description) {
		others := map[string]any{}
		for path, text := range d.NotHashed {
			others[path] = string(text)
		}
		row := []any{d.Name, shortHash(hash), compactText(d.Params), nil}
		if len(others) > 0 {
			row[3] = others
		}
		l.rows = append(l.rows, row)
	}
	add(r.Hash, r.Description)
	for _, hash := range slices.SortedFunc(maps.Keys(r.Upstream), func(x, y string) int {
		return compareSteps(r.Upstream[x], x, r.Upstream[y], y)
	}) {
		add(hash, r.Upstream[hash])
	}
	return l
}
