package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

func (a *app) pipelineWhyCommand() *cobra.Command {
	file, within := "", params.Tolerance{}
	cmd := &cobra.Command{
		Use:   "why URL NAME (HASH HASH | --params FILE)",
		Short: "Show why two payloads, or parameters and the nearest payload, are not the same",
		Long: `Show what differs between what two payloads of a step were made with: parameters,
version, and the same of the steps they depend on.

With --params the parameters in a JSON file ("-" is standard input), as a record
has them, are compared with those of all payloads of the step, and what differs
from the nearest is shown. The steps it depends on are taken to be the same.`,
		Example: "  lazyscribe pipeline why steps gaussian_points fc02 82e1\n  lazyscribe pipeline why steps gaussian_points --params params.json",
		Args:    arguments(2, 4),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (file == "") != (len(args) == 4) {
				return usagef("pipeline why: want two hashes, or --params and no hash")
			}
			return a.withSteps(cmd.Context(), args[0], func(s *pipeline.Store) error {
				if file != "" {
					return a.whyParams(cmd.Context(), s, args[1], file, within)
				}
				return a.whyRecords(cmd.Context(), s, args[1:], within)
			})
		},
	}
	cmd.Flags().StringVar(&file, "params", "", "JSON `file` of parameters")
	cmd.Flags().Float64Var(&within.Rel, "rel", 0, "numbers are equal that differ by this `part` of the larger")
	cmd.Flags().Float64Var(&within.Abs, "abs", 0, "numbers are equal that differ by this `much`")
	return cmd
}

// whyRecords compares two records.
func (a *app) whyRecords(ctx context.Context, s *pipeline.Store, args []string, within params.Tolerance) error {
	var trees [2]*params.Tree
	for i, hash := range args[1:] {
		r, err := s.Record(ctx, args[0], hash)
		if err != nil {
			return err
		}
		if trees[i], err = r.Tree(); err != nil {
			return err
		}
	}
	return a.printChanges(params.Diff(trees[0], trees[1], within), trees[0].Hash, trees[1].Hash)
}

// whyParams compares parameters with the nearest record.
func (a *app) whyParams(ctx context.Context, s *pipeline.Store, name, file string, within params.Tolerance) error {
	text, err := a.readParams(ctx, file)
	if err != nil {
		return err
	}
	list, _, err := stepRecords(ctx, s, name)
	if err != nil {
		return err
	}
	var nearest *pipeline.Record
	var changes []params.Change
	for _, r := range list {
		tree, err := r.Tree()
		if err != nil {
			continue // damaged: verify tells
		}
		given := *tree
		given.Text, given.Hash = text, ""
		if differ := params.Diff(tree, &given, within); nearest == nil || len(differ) < len(changes) {
			nearest, changes = r, differ
		}
	}
	if nearest == nil {
		return fmt.Errorf("payloads of %q: %w", name, artifacts.ErrNotFound)
	}
	return a.printChanges(changes, nearest.Hash, "given")
}

// standardInput stands for it where a file can be named.
const standardInput = "-"

// readParams reads a file of parameters, in canonical form.
func (a *app) readParams(ctx context.Context, name string) ([]byte, error) {
	in := a.in
	if name != standardInput {
		f, err := openFile(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := readAll(ctx, in)
	if err != nil {
		return nil, err
	}
	if text, err = params.Canonical(text); err == nil && !strings.HasPrefix(string(text), "{") {
		err = errors.New("want a JSON object")
	}
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", name, err)
	}
	return text, nil
}

func (a *app) printChanges(changes []params.Change, old, now string) error {
	l := &listing{header: []string{"place", "old", "new"}}
	for _, c := range changes {
		l.rows = append(l.rows, []any{c.Path, known(c.Old), known(c.New)})
	}
	if err := a.print(l); err != nil {
		return err
	}
	if len(changes) == 0 {
		a.say("%s and %s are the same", shortHash(old), shortHash(now))
	} else {
		a.say("%s between %s and %s", plural(len(changes), "difference"), shortHash(old), shortHash(now))
	}
	return nil
}

// compactText is JSON text as a table shows it.
func compactText(text []byte) any {
	v, err := pyjson.Parse(text)
	if err != nil {
		return string(text)
	}
	return v
}

// compareSteps orders steps by name and hash.
func compareSteps(a pipeline.Description, aHash string, b pipeline.Description, bHash string) int {
	return strings.Compare(a.Name+" "+aHash, b.Name+" "+bHash)
}
