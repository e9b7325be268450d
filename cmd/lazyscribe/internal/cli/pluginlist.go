package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

func (a *app) pluginListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List plugins",
		Long: `List the plugins that are trusted and those in the folders that are searched. None
of them runs. The status is

  trusted         it runs when one of its aliases is used
  untrusted       it does not run before "lazyscribe plugin trust" adds it
  changed         the file is not the one that was trusted, and does not run
  missing         the file that was trusted is gone
  shadowed        its name stands for another one
  not executable  nobody may run the file
  unsafe          others may write the file or its folder
  broken          a link that leads nowhere or astray, or no file

Of one that is marked as a script the checksum covers that file alone, and not
what it loads. What is wrong is said on standard error.`,
		Example: "  lazyscribe plugin list\n  lazyscribe plugin list -o json",
		Args:    arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			t, err := trustFile()
			if err != nil {
				return err
			}
			list, err := plugins.List(t, nil)
			if err != nil {
				return err
			}
			if plugins.Off() {
				a.say("lazyscribe: plugins are switched off by %s", plugins.EnvPlugins)
			}
			for _, p := range list {
				if p.Problem != nil && a.output == tableOutput {
					a.say("lazyscribe: %s: %s", p.Name, render.Printable(p.Problem.Error()))
				}
			}
			return a.print(pluginListing(list))
		},
	}
}

func pluginListing(list []plugins.Listed) *listing {
	l := &listing{header: []string{"name", "version", "aliases", "status", "path"}}
	var objects []any
	for _, p := range list {
		l.rows = append(l.rows, []any{p.Name, p.Version, strings.Join(p.Aliases, " "), statusCell(p), p.Path})
		objects = append(objects, pluginObject(p))
	}
	l.elements = elementsOf(objects)
	return l
}

func statusCell(p plugins.Listed) render.Cell {
	c := render.Cell{Text: string(p.Status)}
	if p.Script {
		c.Text += " (script)"
	}
	switch {
	case p.Problem != nil:
		c.Style = render.Red
	case p.Status != plugins.StatusTrusted:
		c.Style = render.Dim
	}
	return c
}

func pluginObject(p plugins.Listed) *pyjson.Object {
	aliases := make([]any, len(p.Aliases))
	for i, alias := range p.Aliases {
		aliases[i] = alias
	}
	o := pyjson.NewObject()
	o.Set("name", p.Name)
	o.Set("version", p.Version)
	o.Set("aliases", aliases)
	o.Set("status", string(p.Status))
	o.Set("script", p.Script)
	o.Set("path", p.Path)
	if p.Problem != nil {
		o.Set("problem", p.Problem.Error())
	}
	return o
}
