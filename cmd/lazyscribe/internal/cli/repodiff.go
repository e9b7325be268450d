package cli

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) repoDiffCommand() *cobra.Command {
	structural := false
	cmd := &cobra.Command{
		Use:   "diff NAME V1 [V2]",
		Short: "Show what changed between two versions",
		Long: `Show what changed between two versions, or between one and the latest, as a
unified diff of their files, which must be text. The one created first comes
first. With --structural values in JSON are compared, and each path is listed
whose value differs.

` + versionsHelp,
		Example:           "  lazyscribe repo diff model 0\n  lazyscribe repo diff model 0 1 --structural",
		Args:              arguments(2, 3),
		ValidArgsFunction: a.completeVersions,
		RunE: func(cmd *cobra.Command, args []string) error {
			versions := [2]repository.Version{1: repository.Latest()}
			for i, text := range args[1:] {
				var err error
				if versions[i], err = parseVersion(text); err != nil {
					return err
				}
			}
			return a.withRepository(cmd.Context(), repository.ReadOnly, func(r *repository.Repository) error {
				if structural {
					return a.diffStructure(cmd.Context(), r, args[0], versions)
				}
				text, err := r.Diff(cmd.Context(), args[0], versions[0], versions[1])
				if err != nil {
					return err
				}
				thing := pyjson.NewObject()
				thing.Set("diff", text)
				return a.printOne(thing, func() error { return a.printDiff(text) })
			})
		},
	}
	cmd.Flags().BoolVar(&structural, "structural", false, "compare values in JSON")
	return cmd
}

// printDiff prints a unified diff: as it is for programs, on a terminal in
// colours and without what would drive it.
func (a *app) printDiff(text string) error {
	if text == "" {
		a.say("the versions are equal")
		return nil
	}
	out, terminal, style := bufio.NewWriter(a.out), isTerminal(a.out), diffStyle()
	for line := range strings.SplitSeq(text, "\n") {
		if terminal {
			line = render.PrintableLines(line)
		}
		// A bufio.Writer keeps the first error for Flush.
		_, _ = out.WriteString(style(line).Paint(line, a.colour()) + "\n")
	}
	return out.Flush()
}

// diffStyle returns what tells the looks of the lines of a diff, in order: a
// line that was removed can look like one of the header.
func diffStyle() func(line string) render.Style {
	header := true
	return func(line string) render.Style {
		switch {
		case strings.HasPrefix(line, "@@"):
			header = false
			return render.Dim
		case header:
			return render.Bold
		case strings.HasPrefix(line, "+"):
			return render.Green
		case strings.HasPrefix(line, "-"):
			return render.Red
		}
		return render.Plain
	}
}

func (a *app) diffStructure(ctx context.Context, r *repository.Repository, name string, v [2]repository.Version) error {
	changes, err := r.DiffStructure(ctx, name, v[0], v[1])
	if err != nil {
		return err
	}
	l := &listing{header: []string{"path", "old", "new"}, elements: changeObjects(changes)}
	for _, c := range changes {
		l.rows = append(l.rows, []any{cmp.Or(c.Path, "."), a.changeCell(c.Old, render.Red), a.changeCell(c.New, render.Green)})
	}
	if len(changes) == 0 && a.output == tableOutput {
		a.say("the versions are equal")
	}
	return a.print(l)
}

// changeCell shows one side of a change; a value of any length must not push the
// other one out of sight.
func (a *app) changeCell(text json.RawMessage, style render.Style) render.Cell {
	c := render.Cell{Text: string(text), Style: style}
	if a.output == tableOutput {
		c.Text = render.Shorten(c.Text, widest)
	}
	return c
}

// changeObjects are changes for JSON. A side without a value has no member.
func changeObjects(changes []repository.Change) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, c := range changes {
			object, err := changeObject(c)
			if !yield(object, err) {
				return
			}
		}
	}
}

func changeObject(c repository.Change) (*pyjson.Object, error) {
	o := pyjson.NewObject()
	o.Set("path", c.Path)
	for _, side := range []struct {
		key  string
		text json.RawMessage
	}{{"old", c.Old}, {"new", c.New}} {
		if side.text == nil {
			continue
		}
		v, err := pyjson.Parse(side.text)
		if err != nil {
			return nil, fmt.Errorf("read %s value of %q: %w", side.key, c.Path, err)
		}
		o.Set(side.key, v)
	}
	return o, nil
}
