package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

func (a *app) pipelineGCCommand() *cobra.Command {
	limits := pipeline.Limits{Grace: 24 * time.Hour}
	cmd := &cobra.Command{
		Use:   "gc URL",
		Short: "Remove the oldest payloads, and files of none",
		Long: `Remove the oldest payloads until what stays is within the limits that are given,
and files that no record names and that are older than --grace: of writers that
died. Without limits no payload goes. A program that wants one that is gone
generates it again.`,
		Example: "  lazyscribe pipeline gc steps --max-age 720h --dry-run\n  lazyscribe pipeline gc steps --max-items 1 --name gaussian_points",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limits.MaxAge < 0 || limits.MaxBytes < 0 || limits.MaxItems < 0 || limits.Grace < 0 {
				return usagef("pipeline gc: a limit is below zero")
			}
			return a.withSteps(cmd.Context(), args[0], func(s *pipeline.Store) error {
				l := limits
				l.Grace = max(l.Grace, 1)
				report, err := s.GC(cmd.Context(), &l)
				if printErr := a.print(collected(report, l.DryRun)); err == nil {
					err = printErr
				}
				if err != nil {
					return err
				}
				a.say("%s %s, %s, and %s that no record names; kept %d", removedVerb(l.DryRun), plural(len(report.Removed), "payload"),
					bytesText(report.Bytes), plural(len(report.Orphans), "file"), report.Kept)
				for _, bad := range report.Damaged {
					a.say("%v", bad)
				}
				return nil
			})
		},
	}
	cmd.Flags().Int64Var(&limits.MaxBytes, "max-bytes", 0, "payloads may have this many `bytes` together")
	cmd.Flags().IntVar(&limits.MaxItems, "max-items", 0, "there may be this `many` payloads")
	cmd.Flags().DurationVar(&limits.MaxAge, "max-age", 0, "payloads may have been generated this long ago")
	cmd.Flags().StringVar(&limits.Name, "name", "", "only payloads of the step called `NAME` count, and go")
	cmd.Flags().DurationVar(&limits.Grace, "grace", limits.Grace, "keep files that no record names if they are younger than this")
	cmd.Flags().BoolVarP(&limits.DryRun, "dry-run", "n", false, "only say what would be removed")
	return cmd
}

func collected(report *pipeline.GCReport, dryRun bool) *listing {
	l := &listing{header: []string{"action", "kind", "what", "size", "generated"}}
	for _, r := range report.Removed {
		l.rows = append(l.rows, []any{removedVerb(dryRun), "payload", r.Name + "-" + shortHash(r.Hash), size(r.Payload.Size()), knownTime(r.Generated.At)})
	}
	for _, key := range report.Orphans {
		l.rows = append(l.rows, []any{removedVerb(dryRun), "orphan", key, nil, nil})
	}
	return l
}
