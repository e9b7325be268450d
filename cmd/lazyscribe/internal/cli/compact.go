package cli

import (
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) compactCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Fold segments into the project",
		Long: `Fold the segments beside the project into it: small files of new experiments that
many writers leave there. lazyscribe and programs in Go see what is in them either
way; Python does after this. Others may write meanwhile.`,
		Example: "  lazyscribe compact",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), project.ReadWrite, func(p *project.Project) error {
				report, err := p.Compact(cmd.Context())
				if err != nil {
					return err
				}
				a.sayCompacted(&report)
				return nil
			})
		},
	}
}

func (a *app) sayCompacted(r *project.CompactReport) {
	a.say("folded %s: %s", plural(r.Segments, "segment"), plural(r.Experiments, "new experiment"))
	if r.Broken > 0 {
		a.say("%s cannot be read: lazyscribe check", plural(r.Broken, "segment"))
	}
}
