package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) artifactListCommand() *cobra.Command {
	o := &artifactOptions{}
	cmd := &cobra.Command{
		Use:   "list SLUG",
		Short: "List the artifacts of an experiment",
		Long: `List the artifacts of an experiment and of its tests, or of one test. With -o json
they are objects as in the project's file, with the test's name.`,
		Example:           "  lazyscribe artifact list baseline\n  lazyscribe artifact list baseline --test 'slice A' -o json",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeSlugs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				e, err := a.lookup(p, args[0])
				if err != nil {
					return err
				}
				var only *experiment.Test
				if o.test != "" {
					if only, err = findTest(e, o.test); err != nil {
						return err
					}
				}
				l := a.artifactListing(artifactsOf(e, only))
				if l.elements, err = artifactEntries(e, o.test); err != nil {
					return err
				}
				return a.print(l)
			})
		},
	}
	o.register(cmd)
	return cmd
}

// A testArtifact is an artifact and the test it belongs to, "" for none.
type testArtifact struct {
	test string
	artifacts.Artifact
}

// artifactsOf lists the artifacts of an experiment and its tests, or of one
// test only.
func artifactsOf(e *experiment.Experiment, only *experiment.Test) []testArtifact {
	var list []testArtifact
	if only == nil {
		for x := range e.Artifacts() {
			list = append(list, testArtifact{"", x})
		}
		for t := range e.Tests() {
			list = append(list, artifactsOf(e, t)...)
		}
		return list
	}
	for x := range only.Artifacts() {
		list = append(list, testArtifact{only.Name(), x})
	}
	return list
}

// artifactListing lists artifacts; the column of tests is there if one has any.
func (a *app) artifactListing(list []testArtifact) *listing {
	l := &listing{header: []string{"name", "test", "handler", "fname", "size", "created_at", "expiry"}}
	tests := a.output == csvOutput // whose columns do not depend on the rows
	for _, x := range list {
		tests = tests || x.test != ""
	}
	if !tests {
		l.header = append(l.header[:1], l.header[2:]...)
	}
	for _, x := range list {
		row := []any{x.Name}
		if tests {
			row = append(row, x.test)
		}
		l.rows = append(l.rows, append(row, x.Handler, x.FileName, knownSize(x.Artifact), x.CreatedAt, a.expiry(x.Artifact)))
	}
	return l
}

// artifactEntries are the entries of artifacts as in the file, each with the
// name of its test; only those of one test if it is named.
func artifactEntries(e *experiment.Experiment, only string) (iter.Seq2[any, error], error) {
	record, err := tree(e)
	if err != nil {
		return nil, err
	}
	var entries []any
	collect := func(owner, test any) {
		o, _ := owner.(*pyjson.Object)
		list, _ := o.Get("artifacts")
		for _, x := range listOf(list) {
			entry, ok := x.(*pyjson.Object)
			if !ok {
				continue // it is one of the project's problems
			}
			entry.Set("test", test)
			entries = append(entries, entry)
		}
	}
	if only == "" {
		collect(record, nil)
	}
	o, _ := record.(*pyjson.Object)
	tests, _ := o.Get("tests")
	for _, t := range listOf(tests) {
		o, _ := t.(*pyjson.Object)
		name, _ := o.Get("name")
		if only == "" || name == only {
			collect(t, name)
			if only != "" {
				break
			}
		}
	}
	return elementsOf(entries), nil
}

func listOf(tree any) []any {
	list, _ := tree.([]any)
	return list
}
