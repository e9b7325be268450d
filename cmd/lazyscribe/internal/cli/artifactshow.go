package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) artifactShowCommand() *cobra.Command {
	o := &artifactOptions{}
	cmd := &cobra.Command{
		Use:   "show SLUG NAME",
		Short: "Decode an artifact and print it",
		Long: `Decode an artifact and print it: text as it is, anything else as JSON. With -o
json and jsonl text is JSON too.`,
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
				var value any
				if err := h.LoadArtifact(cmd.Context(), x.Name, &value, nil); err != nil {
					return loadHint(err, o.getCommand(args[0], args[1]))
				}
				return a.printValue(value, x)
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

// printValue prints the value of an artifact.
func (a *app) printValue(value any, x artifacts.Artifact) error {
	if err := a.writeValue(value, x.Handler); err != nil {
		return fmt.Errorf("show artifact %q: %w", x.Name, err)
	}
	return nil
}

// writeValue writes what a handler decoded. A string that was JSON stays JSON.
func (a *app) writeValue(value any, alias string) error {
	text, isText := value.(string)
	switch {
	case a.output == jsonlOutput:
		return render.JSONLine(a.out, value)
	case a.output == tableOutput && isText && alias == textAlias:
		return a.printText(text)
	}
	return render.JSON(a.out, value)
}

var textAlias = artifacts.Text{}.Format().Alias

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
