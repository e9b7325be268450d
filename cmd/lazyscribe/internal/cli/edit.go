package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) editCommand() *cobra.Command {
	o := &inputOptions{}
	var setTags []string
	replace := false
	cmd := &cobra.Command{
		Use:   "edit SLUG",
		Short: "Change an experiment",
		Long: `Change an experiment, save the project and print the slug. Metrics and parameters
take the place of those of the same names; --tag adds tags, --set-tags replaces
them all.

` + valuesHelp,
		Example: `  lazyscribe edit baseline --metric auroc=0.92 --tag checked
  lazyscribe edit baseline --set-tags best --set-tags final
  lazyscribe edit baseline --artifact model=model.json --replace`,
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeSlugs,
		RunE: func(cmd *cobra.Command, args []string) error {
			inputs := []experimentInput{{}}
			if err := o.add(&inputs[0]); err != nil {
				return err
			}
			if cmd.Flags().Changed("set-tags") {
				inputs[0].setTags = withoutEmpty(setTags)
			}
			if inputs[0].empty() {
				return usagef("edit: nothing to change was given")
			}
			set, err := parseSettings(o.set, inputs)
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), project.ReadWrite, func(p *project.Project) error {
				l := a.artifactLogger(set)
				l.options.Replace, l.progress = replace, a.progress("saving artifacts")
				return a.edit(cmd.Context(), p, args[0], &inputs[0], l)
			})
		},
	}
	o.register(cmd)
	cmd.Flags().StringArrayVar(&setTags, "set-tags", nil, "replace all tags by this `tag`, \"\" by none (may be repeated)")
	cmd.Flags().BoolVar(&replace, "replace", false, "an artifact may take the place of one of its name")
	return cmd
}

func (a *app) edit(ctx context.Context, p *project.Project, slug string, in *experimentInput, l *artifactLogger) error {
	found, err := a.lookup(p, slug)
	if err != nil {
		return err
	}
	e, err := p.Edit(ctx, found.Slug(), func(d *experiment.Draft) error { return in.write(ctx, d, l) })
	if err != nil {
		return err
	}
	err = p.Save(ctx)
	l.progress.end()
	if err != nil && !errors.Is(err, artifacts.ErrIncomplete) {
		return err
	}
	return errors.Join(err, a.printLogged([]*experiment.Experiment{e}))
}

// withoutEmpty returns a list without empty texts, never nil.
func withoutEmpty(list []string) []string {
	kept := []string{}
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// empty reports whether an input asks for nothing.
func (in *experimentInput) empty() bool {
	return len(in.metrics)+len(in.parameters)+len(in.artifacts)+len(in.tags)+len(in.depends)+len(in.tests) == 0 && in.setTags == nil
}
