package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Make an empty project",
		Long: `Make an empty project, and its folder. One that is there already stays as it is:
that is an error (exit code 4). "lazyscribe log" makes a project, too.`,
		Example: "  lazyscribe init\n  lazyscribe init --project runs/project.json",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.open(cmd.Context(), project.Append)
			if err != nil {
				return err
			}
			if p.Exists() {
				err = withHint(fmt.Errorf("init project %q: %w", a.project, artifacts.ErrExists), "lazyscribe list shows what it holds")
			} else {
				err = p.Save(cmd.Context())
			}
			if err := errors.Join(err, p.Close()); err != nil {
				return err
			}
			made := pyjson.NewObject()
			made.Set("project", a.project)
			return a.printOne(made, func() error {
				a.say("made project %q", a.project)
				return nil
			})
		},
	}
}
