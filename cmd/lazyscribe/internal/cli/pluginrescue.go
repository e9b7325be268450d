package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) pluginRescueCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rescue",
		Short: "Add artifacts whose plugin failed when they were saved",
		Long: `Add artifacts whose plugin failed when they were saved. Such a save keeps the
value in a file beside the project, or the repository, in a form that does not
need the plugin; both are looked at here.

` + idsHelp,
		Example:                    "  lazyscribe plugin rescue list",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.rescueListCommand(), a.rescueRetryCommand(), a.rescueExportCommand(), a.rescueDropCommand())
	return cmd
}

const idsHelp = `An ID is what "lazyscribe plugin rescue list" shows, or enough of its beginning.`

// A keeper is a project or a repository with values that were kept.
type keeper interface {
	Rescued(context.Context) ([]artifacts.Rescued, error)
	OpenRescued(ctx context.Context, id string) (io.ReadCloser, error)
	DropRescued(ctx context.Context, id string) error
}

// A keptValue is one that was kept, and where.
type keptValue struct {
	artifacts.Rescued
	on keeper

	// retry adds the artifact and says to what.
	retry func(context.Context, *artifacts.RetryOptions) (added string, err error)
}

// withKept opens the project and the repository, of which neither need exist,
// and lists what they keep, for the time of a function.
func (a *app) withKept(ctx context.Context, write bool, do func([]keptValue) error) (err error) {
	pm, rm := project.ReadOnly, repository.ReadOnly
	if write {
		pm, rm = project.ReadWrite, repository.ReadWrite
	}
	p, err := a.open(ctx, pm)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	r, err := a.openRepository(ctx, rm)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	ofProject, err := p.Rescued(ctx)
	if err != nil {
		return err
	}
	ofRepository, err := r.Rescued(ctx)
	if err != nil {
		return err
	}
	var list []keptValue
	for _, k := range ofProject {
		list = append(list, keptValue{k, p, func(ctx context.Context, o *artifacts.RetryOptions) (string, error) {
			x, err := p.Retry(ctx, k.ID, o)
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("artifact %q to experiment %q", k.Artifact.Name, x.Slug()), nil
		}})
	}
	for _, k := range ofRepository {
		list = append(list, keptValue{k, r, func(ctx context.Context, o *artifacts.RetryOptions) (string, error) {
			x, err := r.Retry(ctx, k.ID, o)
			return fmt.Sprintf("version %d of artifact %q", x.Version, x.Name), err
		}})
	}
	return do(list)
}

// chooseKept finds the values that IDs mean, or the beginnings of them.
func chooseKept(list []keptValue, ids []string) ([]keptValue, error) {
	var chosen []keptValue
	for _, id := range ids {
		var found []keptValue
		for _, k := range list {
			if id != "" && strings.HasPrefix(k.ID, id) {
				found = append(found, k)
			}
		}
		switch len(found) {
		case 0:
			err := fmt.Errorf("find rescued value %q: %w", id, artifacts.ErrNotFound)
			return nil, withHint(err, "lazyscribe plugin rescue list shows what there is")
		case 1:
			chosen = append(chosen, found[0])
		default:
			return nil, usagef("find rescued value %q: %d begin so", id, len(found))
		}
	}
	return chosen, nil
}

func (a *app) rescueListCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the values that were kept",
		Long:    "List the values that were kept because their artifacts could not be saved.",
		Example: "  lazyscribe plugin rescue list\n  lazyscribe plugin rescue list -o json",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withKept(cmd.Context(), false, func(list []keptValue) error { return a.print(a.keptListing(list)) })
		},
	}
}

// keptListing lists values: for people the beginning of an ID that will do.
func (a *app) keptListing(list []keptValue) *listing {
	l := &listing{header: []string{"id", "experiment", "test", "artifact", "handler", "size", "rescued_at", "error"}}
	for _, k := range list {
		id, failure := k.ID, k.Error
		if a.output == tableOutput {
			id = shortID(list, k.ID)
			failure, _, _ = strings.Cut(failure, "\n")
		}
		row := []any{id, known(k.Experiment), known(k.Test), known(k.Artifact.Name), known(k.Artifact.Handler), size(k.Size), knownTime(k.RescuedAt), failure}
		if k.Err != nil {
			row[5], row[7] = nil, k.Err.Error()
		}
		l.rows = append(l.rows, row)
	}
	return l
}

// shortID returns the first part of an ID, or all of it if others begin so too.
func shortID(list []keptValue, id string) string {
	short, _, _ := strings.Cut(id, "-")
	n := 0
	for _, k := range list {
		if strings.HasPrefix(k.ID, short) {
			n++
		}
	}
	if n > 1 {
		return id
	}
	return short
}

// completeKept completes the IDs of values.
func (a *app) completeKept(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	a.begin(cmd)
	_ = a.withKept(cmd.Context(), false, func(list []keptValue) error { // a shell would print an error into the line
		for _, k := range list {
			if strings.HasPrefix(k.ID, prefix) {
				ids = append(ids, k.ID)
			}
		}
		return nil
	})
	return ids, cobra.ShellCompDirectiveNoFileComp
}
