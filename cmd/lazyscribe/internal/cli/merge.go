package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) mergeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "merge OTHER...",
		Short: "Merge other projects into this one",
		Long: `Merge other projects into this one and save it, artifact files included. Of an
experiment that several projects hold, the version updated last is kept. What
came from where is said on standard error, with -o json, jsonl or csv on standard
output. The others are only read; this project is made if it is not there.`,
		Example: "  lazyscribe merge other.json\n  lazyscribe merge node1/project.json node2/project.json --project all.json",
		Args:    arguments(1, many),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.merge(cmd.Context(), args)
		},
	}
}

func (a *app) merge(ctx context.Context, urls []string) (err error) {
	p, err := a.open(ctx, project.ReadWrite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	var others []*project.Project
	defer func() {
		for _, other := range others {
			err = errors.Join(err, other.Close())
		}
	}()
	for _, url := range urls {
		other, err := a.openAt(ctx, url, project.ReadOnly)
		if err != nil {
			return err
		}
		others = append(others, other)
		if !other.Exists() {
			return a.noProject(url)
		}
	}
	merged, err := p.Merge(others...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, merged.Close()) }()
	report := compareProjects(p, others)
	if err := merged.Save(ctx); err != nil {
		return err
	}
	return a.printMerge(report)
}

// A mergeTally says what came from one project.
type mergeTally struct {
	url                          string
	fresh, updated, older, equal int
}

// compareProjects counts what a merge takes from each project, in its order and
// by its rule: the version updated last is kept, the earlier project's on a tie.
func compareProjects(p *project.Project, others []*project.Project) []*mergeTally {
	held := map[string]*experiment.Experiment{}
	for e := range p.All() {
		if had := held[e.Slug()]; had == nil || e.LastUpdated().After(had.LastUpdated()) {
			held[e.Slug()] = e
		}
	}
	var report []*mergeTally
	for _, other := range others {
		t := &mergeTally{url: other.URL()}
		for e := range other.All() {
			had := held[e.Slug()]
			switch {
			case had == nil:
				t.fresh++
				held[e.Slug()] = e
			case e.LastUpdated().After(had.LastUpdated()):
				t.updated++
				held[e.Slug()] = e
			case sameText(e, had):
				t.equal++
			default:
				t.older++
			}
		}
		report = append(report, t)
	}
	return report
}

func sameText(a, b *experiment.Experiment) bool {
	x, errX := a.JSON()
	y, errY := b.JSON()
	return errX == nil && errY == nil && string(x) == string(y)
}

func (a *app) printMerge(report []*mergeTally) error {
	l := &listing{header: []string{"project", "new", "updated", "older", "equal"}}
	for _, t := range report {
		if a.output == tableOutput {
			text := fmt.Sprintf("from %q: %d new, %d updated, %d equal", t.url, t.fresh, t.updated, t.equal)
			if t.older > 0 {
				text += fmt.Sprintf(", %d older than here", t.older)
			}
			a.say("%s", text)
			continue
		}
		l.rows = append(l.rows, []any{t.url, int64(t.fresh), int64(t.updated), int64(t.older), int64(t.equal)})
	}
	return a.print(l)
}
