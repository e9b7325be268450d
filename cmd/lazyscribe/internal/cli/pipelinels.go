package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

func (a *app) pipelineLsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ls URL [NAME]",
		Short: "List stored payloads",
		Long: `List the payloads of all steps, or of the one called NAME, the newest first. Only
records are read; those that cannot be are listed on standard error.`,
		Example: "  lazyscribe pipeline ls steps\n  lazyscribe pipeline ls steps gaussian_points -o json",
		Args:    arguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSteps(cmd.Context(), args[0], func(s *pipeline.Store) error {
				list, damaged, err := stepRecords(cmd.Context(), s, argument(args, 1))
				if err != nil {
					return err
				}
				for _, bad := range damaged {
					a.say("%v", bad)
				}
				return a.print(recordListing(list))
			})
		},
	}
}

func recordListing(list []*pipeline.Record) *listing {
	l := &listing{header: []string{"name", "hash", "version", "handler", "size", "seconds", "generated"}}
	var objects []any
	for _, r := range list {
		l.rows = append(l.rows, []any{r.Name, shortHash(r.Hash), known(r.Version), r.Payload.Handler, size(r.Payload.Size()), r.Generated.Seconds, knownTime(r.Generated.At)})
		if o, err := objectOf(r); err == nil {
			objects = append(objects, o)
		}
	}
	l.elements = elementsOf(objects)
	return l
}

// shownHash is how much of a hash people see: enough to name the step by.
const shownHash = 12

func shortHash(hash string) string { return hash[:min(shownHash, len(hash))] }
