package cli

import (
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show SLUG",
		Short: "Show one experiment",
		Long: `Show one experiment whole. A SLUG is a full one, or a short one, without the time,
of which the newest experiment is meant. With -o json the record is printed as it
is in the project's file; with -o csv it is a row as of "lazyscribe export".`,
		Example:           "  lazyscribe show baseline\n  lazyscribe show baseline-20250125123622 -o json",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeSlugs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				e, err := a.lookup(p, args[0])
				if err != nil {
					return err
				}
				return a.printRecord(e, func() error { return a.showTable(e) })
			})
		},
	}
}

// printRecord prints one experiment; table writes the form for people, nil that
// of a list.
func (a *app) printRecord(e *experiment.Experiment, table func() error) error {
	one := []*experiment.Experiment{e}
	if a.output == csvOutput {
		x := newExport(one, false)
		return render.CSV(a.out, x.header, x.texts())
	}
	record, err := tree(e)
	if err != nil {
		return err
	}
	object, ok := record.(*pyjson.Object)
	if !ok || table == nil && a.output == tableOutput {
		return a.print(a.experimentListing(one, nil))
	}
	return a.printOne(object, table)
}

// showTable writes an experiment as people read it.
func (a *app) showTable(e *experiment.Experiment) error {
	head := a.section()
	for _, k := range []string{"slug", "name", "author", "created_at"} {
		head.row(k, query.Key{Field: k}.Of(e))
	}
	updated := query.Time(e.LastUpdated())
	if by := e.LastUpdatedBy(); by != "" {
		updated += " by " + by
	}
	head.row("last_updated", updated)
	head.names("tags", e.Tags())
	for ref := range e.Dependencies() {
		head.row("depends on", ref.String())
	}
	if err := head.write(""); err != nil {
		return err
	}
	if err := a.showValues("metrics", "  ", e.Metrics()); err != nil {
		return err
	}
	if err := a.showValues("parameters", "  ", e.Parameters()); err != nil {
		return err
	}
	for t := range e.Tests() {
		if err := a.showTest(t); err != nil {
			return err
		}
	}
	return a.showArtifacts(e)
}

func (a *app) showTest(t *experiment.Test) error {
	title := "test " + render.Printable(t.Name())
	if d := t.Description(); d != "" {
		title += ": " + render.Printable(d)
	}
	if err := a.title(title); err != nil {
		return err
	}
	s := a.section()
	for name, v := range t.Metrics() {
		s.row("metrics."+name, v.Any())
	}
	for name, v := range t.Parameters() {
		s.row("parameters."+name, v.Any())
	}
	return s.write("  ")
}

func (a *app) showValues(title, indent string, values iter.Seq2[string, experiment.Value]) error {
	s := a.section()
	for name, v := range values {
		s.row(name, v.Any())
	}
	if s.table.Len() == 0 {
		return nil
	}
	if err := a.title(title); err != nil {
		return err
	}
	return s.write(indent)
}

func (a *app) showArtifacts(e *experiment.Experiment) error {
	l := a.artifactListing(artifactsOf(e, nil))
	if len(l.rows) == 0 {
		return nil
	}
	if err := a.title("artifacts"); err != nil {
		return err
	}
	t := a.table(l)
	t.Indent = "  "
	return t.Write(a.out)
}

func (a *app) title(text string) error {
	_, err := io.WriteString(a.out, "\n"+render.Bold.Paint(text, a.colour())+"\n")
	return err
}

// A section is a list of names and values.
type section struct {
	a     *app
	table *render.Table
}

func (a *app) section() *section {
	return &section{a, &render.Table{Colour: a.colour()}}
}

func (s *section) row(name string, v any) {
	c := cell(v)
	c.Right = false // below one another they are of different kinds
	s.table.Add(render.Cell{Text: name, Style: render.Dim}, c)
}

// text adds a row unless there is nothing to say.
func (s *section) text(name, text string) {
	if text != "" {
		s.row(name, text)
	}
}

func (s *section) names(name string, list []string) {
	if len(list) > 0 {
		s.row(name, strings.Join(list, ", "))
	}
}

func (s *section) write(indent string) error {
	s.table.Indent = indent
	return s.table.Write(s.a.out)
}
