package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) repoPromoteCommand() *cobra.Command {
	o := &artifactOptions{}
	cmd := &cobra.Command{
		Use:   "promote SLUG NAME",
		Short: "Take an artifact over from an experiment",
		Long: `Take an artifact over from an experiment of the project, or from a test of it, as
the newest version of its name, save the repository and print the version's
number. A repository that is not there is made.

The artifact must be newer than the latest version: created in a later second,
or in the same one with other content. Otherwise the exit code is 4.`,
		Example:           "  lazyscribe repo promote baseline model\n  lazyscribe repo promote baseline curve --test 'slice A'",
		Args:              arguments(2, 2),
		ValidArgsFunction: a.completeArtifacts,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				h, x, err := a.findArtifact(p, o, args[0], args[1])
				if err != nil {
					return err
				}
				return a.promote(cmd.Context(), promoted{h}, x.Name)
			})
		},
	}
	o.register(cmd)
	return cmd
}

func (a *app) promote(ctx context.Context, from promoted, name string) error {
	r, err := a.openRepository(ctx, repository.ReadWrite)
	if err != nil {
		return err
	}
	x, err := r.Promote(ctx, from, name)
	if err == nil {
		err = a.saveVersion(ctx, r, x, nil)
	}
	if errors.Is(err, artifacts.ErrCorrupt) { // that is the project's file
		err = withHint(err, "%s", checkHint)
	}
	return errors.Join(versionHint(r, err), r.Close())
}

// promoted makes a source of artifacts of whatever holds them.
type promoted struct{ holder }

// WriteArtifact writes the bytes of an artifact's file. The reader checks their
// digest at the end.
func (p promoted) WriteArtifact(ctx context.Context, name string, w io.Writer) error {
	f, err := p.OpenArtifact(ctx, name)
	if err != nil {
		return err
	}
	_, err = io.Copy(struct{ io.Writer }{w}, f)
	return errors.Join(err, f.Close())
}
