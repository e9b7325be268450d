package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) gcCommand() *cobra.Command {
	grace, dryRun, all, before := project.DefaultGrace, false, false, ""
	cmd := &cobra.Command{
		Use:   "gc",
		Short: "Remove files that belong to nothing",
		Long: `Remove files no record names: those of artifacts that were replaced, of
experiments that were removed, of saves that died. Files younger than --grace are
kept, as a save under way may be about to name them. So are files in experiments'
folders that lazyscribe did not name, unless --all is given. What was removed and
what was kept is listed.

With --expired-before the project is left alone: the files of the versions in the
repository are deleted that expired before that time. What is known of them stays,
and says when they were purged.

` + timeHelp,
		Example: "  lazyscribe gc --dry-run\n  lazyscribe gc --grace 1h\n  lazyscribe gc --expired-before now --dry-run",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if grace < 0 {
				return usagef("gc: --grace %v is below zero", grace)
			}
			if before != "" {
				if all || cmd.Flags().Changed("grace") {
					return usagef("gc: --expired-before goes with neither --grace nor --all")
				}
				t, err := a.parseTime("expired-before", before)
				if err != nil {
					return err
				}
				return a.purge(cmd.Context(), t, dryRun)
			}
			return a.with(cmd.Context(), project.ReadWrite, func(p *project.Project) error {
				report, err := p.GC(cmd.Context(), &project.GCOptions{Grace: graceOption(grace), DryRun: dryRun, All: all})
				if err != nil {
					return err
				}
				if err := a.print(gcListing(&report, dryRun)); err != nil {
					return err
				}
				a.say("%s", gcSummary(&report, dryRun))
				return nil
			})
		},
	}
	cmd.Flags().DurationVar(&grace, "grace", grace, "keep files younger than this")
	cmd.Flags().BoolVarP(&dryRun, "dry-run", "n", false, "only say what would be removed")
	cmd.Flags().BoolVar(&all, "all", false, "also files in experiments' folders that lazyscribe did not name")
	cmd.Flags().StringVar(&before, "expired-before", "", "instead delete files of the repository that expired before this `time`")
	return cmd
}

// graceOption is a duration as the library has it, where zero is the default.
func graceOption(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}

func removedVerb(dryRun bool) string {
	if dryRun {
		return "would remove"
	}
	return "removed"
}

func gcListing(report *project.GCReport, dryRun bool) *listing {
	l := &listing{header: []string{"action", "kind", "file", "size", "modified"}}
	add := func(action string, list []project.Finding) {
		for _, f := range list {
			l.rows = append(l.rows, []any{action, string(f.Kind), f.Key, fileSize(f), fileTime(f)})
		}
	}
	add(removedVerb(dryRun), report.Removed)
	add("kept", report.Kept)
	return l
}

func gcSummary(report *project.GCReport, dryRun bool) string {
	text := fmt.Sprintf("%s %s, %s", removedVerb(dryRun), plural(len(report.Removed), "file"), bytesText(report.Bytes))
	if len(report.Kept) > 0 {
		text += fmt.Sprintf("; kept %d", len(report.Kept))
	}
	return text
}
