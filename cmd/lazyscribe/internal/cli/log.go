package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) logCommand() *cobra.Command {
	o := &inputOptions{}
	from := ""
	cmd := &cobra.Command{
		Use:   "log [NAME]",
		Short: "Log an experiment",
		Long: `Log an experiment, save the project and print the experiment's slug. A project
that is not there is made.

` + valuesHelp + `

--from reads an experiment, or a list of them, from a JSON file ("-" is standard
input); a list is saved in one step. The keys are name, metrics, parameters,
tags, dependencies, tests (with name, description, metrics, parameters and
artifacts) and artifacts (with name, handler and either value or file). NAME is
for those without a name; the other flags go for all of them.`,
		Example: `  lazyscribe log baseline --metric auroc=0.91 --param 'opt={"name": "adam", "lr": 0.1}' --tag best
  lazyscribe log training --artifact model=model.json --artifact 'notes=notes.md:text' --depends 'project.json|baseline'
  lazyscribe log tuned --value 'weights=[0.5, 1.5]' --set weights.indent=2
  lazyscribe log --from runs.json`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			inputs := []experimentInput{{}}
			if from != "" {
				var err error
				if inputs, err = a.readDocument(cmd.Context(), from); err != nil {
					return err
				}
			}
			if err := nameInputs(inputs, args, from); err != nil {
				return err
			}
			for i := range inputs {
				if err := o.add(&inputs[i]); err != nil {
					return err
				}
			}
			set, err := parseSettings(o.set, inputs)
			if err != nil {
				return err
			}
			return a.log(cmd.Context(), inputs, set)
		},
	}
	o.register(cmd)
	cmd.Flags().StringVar(&from, "from", "", "read experiments from this JSON `FILE`, - for standard input")
	return cmd
}

// nameInputs gives the name of the command line to inputs without one.
func nameInputs(inputs []experimentInput, args []string, from string) error {
	for i := range inputs {
		if inputs[i].name != "" {
			continue
		}
		switch {
		case len(args) == 1 && args[0] != "":
			inputs[i].name = args[0]
		case from == "":
			return usagef("log: an experiment needs a NAME")
		default:
			return usagef("log: --from %q: experiment %d of %d has no name, and no NAME was given", from, i+1, len(inputs))
		}
	}
	return nil
}

func (a *app) readDocument(ctx context.Context, name string) ([]experimentInput, error) {
	in := a.in
	if name != "-" {
		f, err := openFile(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	text, err := readAll(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("read file %q: %w", name, err)
	}
	inputs, err := parseDocument(text)
	if err != nil {
		return nil, usagef("log: --from %q: %w", name, err)
	}
	return inputs, nil
}

// log adds experiments in one save and prints what became of them.
func (a *app) log(ctx context.Context, inputs []experimentInput, set settings) error {
	p, err := a.open(ctx, project.Append)
	if err != nil {
		return err
	}
	bar := a.progress("saving artifacts")
	logger := a.artifactLogger(set)
	logger.progress = bar
	var logged []*experiment.Experiment
	for _, in := range inputs {
		var e *experiment.Experiment
		e, err = p.Log(ctx, in.name, func(d *experiment.Draft) error {
			if err := in.write(ctx, d, logger); err != nil {
				return fmt.Errorf("log experiment %q: %w", in.name, err)
			}
			return nil
		})
		if err != nil {
			break
		}
		logged = append(logged, e)
	}
	if err == nil {
		err = p.Save(ctx)
		bar.end()
	}
	if err == nil || errors.Is(err, artifacts.ErrIncomplete) {
		err = errors.Join(err, a.printLogged(logged))
	}
	return errors.Join(err, p.Close())
}

// printLogged prints the slugs of what was saved, or, for programs, the
// records: of one experiment as an object, of several as a list.
func (a *app) printLogged(list []*experiment.Experiment) error {
	switch {
	case a.output == tableOutput:
		var slugs []string
		for _, e := range list {
			slugs = append(slugs, e.Slug())
		}
		return a.printLines(slugs)
	case len(list) == 1:
		return a.printRecord(list[0], nil)
	}
	return a.print(a.experimentListing(list, nil))
}
