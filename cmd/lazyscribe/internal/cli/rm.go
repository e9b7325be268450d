package cli

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) rmCommand() *cobra.Command {
	yes := false
	cmd := &cobra.Command{
		Use:   "rm SLUG...",
		Short: "Remove experiments",
		Long: `Remove experiments from the project, and then their files. On a terminal it asks
first; elsewhere --yes is wanted. The slugs of what was removed are printed.`,
		Example:           "  lazyscribe rm baseline --yes",
		Args:              arguments(1, many),
		ValidArgsFunction: a.completeSlugs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes && !isTerminal(a.in) {
				return withHint(usagef("rm: there is no terminal to ask on"), "--yes removes without asking")
			}
			return a.with(cmd.Context(), project.ReadWrite, func(p *project.Project) error {
				return a.rm(cmd.Context(), p, args, yes)
			})
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

func (a *app) rm(ctx context.Context, p *project.Project, args []string, yes bool) error {
	var list []*experiment.Experiment
	var slugs []string
	for _, arg := range args {
		e, err := a.lookup(p, arg)
		if err != nil {
			return err
		}
		if !slices.Contains(slugs, e.Slug()) {
			list, slugs = append(list, e), append(slugs, e.Slug())
		}
	}
	if !yes {
		agreed, err := a.ask(ctx, removalQuestion(list))
		if err != nil {
			return err
		}
		if !agreed {
			a.say("nothing was removed")
			return nil
		}
	}
	removed := a.experimentListing(list, nil)
	if err := p.Remove(slugs...); err != nil {
		return err
	}
	if err := p.Save(ctx); err != nil {
		return err
	}
	if a.output != tableOutput {
		return a.print(removed)
	}
	return a.printLines(slugs)
}

func removalQuestion(list []*experiment.Experiment) string {
	files := 0
	var slugs []string
	for _, e := range list {
		slugs = append(slugs, e.Slug())
		files += len(artifactsOf(e, nil))
	}
	question := "remove " + strings.Join(quoted(slugs), ", ")
	if files > 0 {
		question += " and " + plural(files, "artifact")
	}
	return question
}

// ask asks a question on the terminal. Anything but yes is no.
func (a *app) ask(ctx context.Context, question string) (bool, error) {
	if _, err := fmt.Fprintf(a.err, "%s? [y/N] ", question); err != nil {
		return false, err
	}
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.in).ReadString('\n') // the end of input is a no
		answer <- line
	}()
	select {
	case line := <-answer:
		line = strings.ToLower(strings.TrimSpace(line))
		return line == "y" || line == "yes", nil
	case <-ctx.Done():
		a.say("")
		return false, ctx.Err()
	}
}
