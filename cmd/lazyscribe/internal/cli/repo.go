package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) repoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "repo",
		Short: "Keep versions of artifacts in a repository",
		Long: `Keep versions of artifacts in a repository: a JSON file and a file for each
version beside it. Versions are numbered from 0, and may expire.

` + versionsHelp,
		Example:                    "  lazyscribe repo log model model.json\n  lazyscribe repo list\n  lazyscribe repo show model",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.repoListCommand(), a.repoLogCommand(), a.repoGetCommand(), a.repoShowCommand(), a.repoDiffCommand(),
		a.repoExpireCommand(), a.repoPromoteCommand(), a.repoFilterCommand())
	return cmd
}

// versionsHelp explains what can stand for a version.
const versionsHelp = `A version V is "latest", the one created last that has not expired; a number; a
time such as 2025-01-25T12:36:22 (UTC), at which it was created; or asof: and a
time, the latest one of then. Numbers and times find expired ones too.`

const latestVersion = "latest"

// repositoryName is what the manifest of a repository is called, unless somebody
// says otherwise.
const repositoryName = "repository.json"

// openRepository opens the repository, which need not exist. No command saves
// more than one version, so there is nothing to save if that cannot be.
func (a *app) openRepository(ctx context.Context, mode repository.Mode) (*repository.Repository, error) {
	return a.openRepositoryAt(ctx, a.repository, mode)
}

func (a *app) openRepositoryAt(ctx context.Context, url string, mode repository.Mode) (*repository.Repository, error) {
	return repository.Open(ctx, url, &repository.Options{Mode: mode, Handlers: a.handlers, Logger: a.logger, Now: a.now, AllOrNothing: true, Progress: a.watch()})
}

// withRepository opens the repository, which must exist, for the time of a
// function.
func (a *app) withRepository(ctx context.Context, mode repository.Mode, do func(*repository.Repository) error) error {
	r, err := a.openRepository(ctx, mode)
	if err != nil {
		return err
	}
	missing := withHint(fmt.Errorf("open repository %q: %w", a.repository, artifacts.ErrNotFound),
		"lazyscribe repo log makes a repository; --repository names another one")
	return during(r, missing, func(r *repository.Repository) error { return versionHint(r, do(r)) })
}

// versionOption says which version of an artifact is meant.
type versionOption struct{ text string }

func (o *versionOption) register(a *app, cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.text, "version", latestVersion, "this `version`: latest, a number, a time, or asof:TIME")
	_ = cmd.RegisterFlagCompletionFunc("version", a.completeVersions)
}

func (o *versionOption) parse() (repository.Version, error) { return parseVersion(o.text) }

// getCommand is the command that copies a version's file.
func (o *versionOption) getCommand(name string) string {
	command := "lazyscribe repo get " + name
	if o.text != latestVersion {
		command += " --version " + o.text
	}
	return command
}

// parseVersion reads a version of the command line.
func parseVersion(text string) (repository.Version, error) {
	v, err := repository.ParseVersion(text)
	if err != nil {
		return v, &usageError{err}
	}
	return v, nil
}

// exportedTo is the place of the manifest of a repository that is written into
// a folder.
func exportedTo(dir string) string {
	if strings.Contains(dir, "://") {
		return strings.TrimRight(dir, "/") + "/" + repositoryName
	}
	return filepath.Join(dir, repositoryName)
}
