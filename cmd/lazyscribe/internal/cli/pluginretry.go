package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) rescueRetryCommand() *cobra.Command {
	all, o := false, &artifacts.RetryOptions{}
	cmd := &cobra.Command{
		Use:   "retry [ID...]",
		Short: "Encode values that were kept and add their artifacts",
		Long: `Encode values that were kept, with the plugins as they are today, and add the
artifacts with the names and times they were logged with: each to its experiment,
or as a new version to the repository. Once an artifact is saved its value is not
kept any more. What fails stays as it is.

` + idsHelp,
		Example:           "  lazyscribe plugin rescue retry 6f1c2d3e\n  lazyscribe plugin rescue retry --all",
		Args:              arguments(0, many),
		ValidArgsFunction: a.completeKept,
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return usagef("plugin rescue retry: want either IDs or --all")
			}
			return a.withKept(cmd.Context(), true, func(list []keptValue) error {
				if !all {
					var err error
					if list, err = chooseKept(list, args); err != nil {
						return err
					}
				}
				return a.retryKept(cmd.Context(), list, o)
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "all values that were kept")
	cmd.Flags().BoolVar(&o.Replace, "replace", false, "put the artifact in the place of one that has its name by now")
	return cmd
}

// retryKept adds one artifact after the other, and goes on when one fails.
func (a *app) retryKept(ctx context.Context, list []keptValue, o *artifacts.RetryOptions) error {
	var errs []error
	for _, k := range list {
		if ctx.Err() != nil {
			errs = append(errs, ctx.Err())
			break
		}
		added, err := k.retry(ctx, o)
		if err == nil {
			a.say("added %s", added)
		}
		if errors.Is(err, artifacts.ErrExists) && !o.Replace {
			err = withHint(err, "--replace puts it in the place of the other; lazyscribe plugin rescue drop %s gives it up", k.ID)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (a *app) rescueExportCommand() *cobra.Command {
	out := &outOptions{}
	cmd := &cobra.Command{
		Use:   "export ID",
		Short: "Copy a value that was kept as it is",
		Long: `Copy a value that was kept as it is, in the spelling of its handler, to standard
output or with -O to a file. It stays where it is.

` + idsHelp,
		Example:           "  lazyscribe plugin rescue export 6f1c2d3e -O value",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeKept,
		RunE: func(cmd *cobra.Command, args []string) error {
			if out.out == standardOutput && isTerminal(a.out) {
				return withHint(usagef("%s: the value is binary, and standard output is a terminal", a.command()), "-O FILE copies it to a file")
			}
			return a.withKept(cmd.Context(), false, func(list []keptValue) error {
				list, err := chooseKept(list, args)
				if err != nil {
					return err
				}
				return a.exportKept(cmd.Context(), list[0], out)
			})
		},
	}
	out.register(cmd, "`FILE`")
	return cmd
}

func (a *app) exportKept(ctx context.Context, k keptValue, o *outOptions) error {
	write := func(w io.Writer) error {
		r, err := k.on.OpenRescued(ctx, k.ID)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, r)
		return errors.Join(err, r.Close())
	}
	if o.out == standardOutput {
		return write(a.out)
	}
	return writeFile(o.out, o.force, write)
}

func (a *app) rescueDropCommand() *cobra.Command {
	yes := false
	cmd := &cobra.Command{
		Use:   "drop ID...",
		Short: "Give up values that were kept",
		Long: `Give up values that were kept: their files are removed. On a terminal it asks
first; elsewhere --yes is wanted.

` + idsHelp,
		Example:           "  lazyscribe plugin rescue drop 6f1c2d3e --yes",
		Args:              arguments(1, many),
		ValidArgsFunction: a.completeKept,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes && !isTerminal(a.in) {
				return withHint(usagef("%s: there is no terminal to ask on", a.command()), "--yes removes without asking")
			}
			return a.withKept(cmd.Context(), true, func(list []keptValue) error {
				list, err := chooseKept(list, args)
				if err != nil {
					return err
				}
				return a.dropKept(cmd.Context(), list, yes)
			})
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

func (a *app) dropKept(ctx context.Context, list []keptValue, yes bool) error {
	if !yes {
		agreed, err := a.ask(ctx, "give up "+plural(len(list), "value"))
		if err != nil {
			return err
		}
		if !agreed {
			a.say("nothing was removed")
			return nil
		}
	}
	for _, k := range list {
		if err := k.on.DropRescued(ctx, k.ID); err != nil {
			return fmt.Errorf("artifact %q: %w", k.Artifact.Name, err)
		}
	}
	return nil
}

// wasKept reports whether the value of an artifact that was not saved is in a
// file.
func wasKept(err error) bool {
	switch e := err.(type) {
	case *project.ArtifactError:
		return e.Kept.ID != ""
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(e.Unwrap(), wasKept)
	case interface{ Unwrap() error }:
		return wasKept(e.Unwrap())
	}
	return false
}
