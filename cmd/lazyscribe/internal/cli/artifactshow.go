package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// showHelp says what artifact show and repo show print.
const showHelp = `text as it is, YAML as such, other values
as JSON, and of values that would be too much what there is to know: the first
rows of a table, the shape and the range of an array, the size of a picture, the
names of what is in a folder. With -o json and jsonl all of this is JSON.`

func (a *app) artifactShowCommand() *cobra.Command {
	o := &artifactOptions{}
	cmd := &cobra.Command{
		Use:               "show SLUG NAME",
		Short:             "Show what is in an artifact",
		Long:              "Show what is in an artifact: " + showHelp,
		Example:           "  lazyscribe artifact show baseline notes\n  lazyscribe artifact show baseline model -o jsonl",
		Args:              arguments(2, 2),
		ValidArgsFunction: a.completeArtifacts,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.valueHasForm(); err != nil {
				return err
			}
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				h, x, err := a.findArtifact(p, o, args[0], args[1])
				if err != nil {
					return err
				}
				return a.showArtifact(cmd.Context(), x, o.getCommand(args[0], args[1]), func(target any, opts *artifacts.LoadOptions) error {
					return h.LoadArtifact(cmd.Context(), x.Name, target, opts)
				})
			})
		},
	}
	o.register(cmd)
	return cmd
}

// valueHasForm returns an error if values cannot be printed in the form that was
// asked for.
func (a *app) valueHasForm() error {
	if a.output == csvOutput {
		return usagef("%s: a value has no csv form", a.command())
	}
	return nil
}

// printText prints text as it is, on a terminal without what would drive it.
func (a *app) printText(text string) error {
	if isTerminal(a.out) {
		text = render.PrintableLines(text)
	}
	if text != "" && text[len(text)-1] != '\n' && isTerminal(a.out) {
		text += "\n"
	}
	_, err := io.WriteString(a.out, text)
	return err
}
