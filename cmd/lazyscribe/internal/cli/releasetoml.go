package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/release"
)

func (a *app) releaseTOMLCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "from-toml FILE",
		Short: "Make the releases a pyproject.toml asks for",
		Long: `Make a release of each repository that a pyproject.toml, or a lazyscribe.toml of
the same form, names: "repositories" in [tool.lazyscribe], from the folder of the
file. The tag is "version" in [project], or else in [tool.lazyscribe].

All releases are made or none; one whose tag is there already stays as it is.`,
		Example: "  lazyscribe release from-toml pyproject.toml\n  lazyscribe release from-toml pyproject.toml -o json",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cuts, err := a.fromTOML(cmd.Context(), args[0])
			if err != nil {
				return repositoryHint(err)
			}
			l := &listing{header: []string{"repository", "releases", "tag", "created_at", "exists"}}
			for _, c := range cuts {
				l.rows = append(l.rows, []any{c.Repository, c.Releases, c.Release.Tag, c.Release.CreatedAt, c.Exists})
			}
			return a.print(l)
		},
	}
}

func (a *app) fromTOML(ctx context.Context, name string) ([]release.Cut, error) {
	f, err := openFile(name)
	if err != nil {
		return nil, err
	}
	text, err := readAll(ctx, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read file %q: %w", name, err)
	}
	o := a.releaseOptions()
	o.Dir = filepath.Dir(name)
	cuts, err := release.FromTOML(ctx, text, o)
	if err != nil {
		return nil, fmt.Errorf("file %q: %w", name, err)
	}
	return cuts, nil
}
