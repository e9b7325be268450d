package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// open opens the project, which need not exist.
func (a *app) open(ctx context.Context, mode project.Mode) (*project.Project, error) {
	return a.openAt(ctx, a.project, mode)
}

func (a *app) openAt(ctx context.Context, url string, mode project.Mode) (*project.Project, error) {
	return project.Open(ctx, url, &project.Options{Mode: mode, Author: a.author, Handlers: a.handlers, Logger: a.logger, Now: a.now, Progress: a.watch()})
}

// with opens the project, which must exist, for the time of a function.
func (a *app) with(ctx context.Context, mode project.Mode, do func(*project.Project) error) error {
	p, err := a.open(ctx, mode)
	if err != nil {
		return err
	}
	return during(p, a.noProject(a.project), do)
}

// An opened thing is a project or a repository.
type opened interface {
	Exists() bool
	Close() error
}

// during does something with a thing that was opened, and closes it. If it is
// not there, missing is the error.
func during[T opened](x T, missing error, do func(T) error) error {
	err := missing
	if x.Exists() {
		err = do(x)
	}
	return errors.Join(err, x.Close())
}

func (a *app) noProject(url string) error {
	return withHint(fmt.Errorf("open project %q: %w", url, artifacts.ErrNotFound),
		"lazyscribe init or log makes a project; --project names another one")
}

// lookup finds an experiment and knows what else could have been meant.
func (a *app) lookup(p *project.Project, slug string) (*experiment.Experiment, error) {
	e, err := p.Lookup(slug)
	if errors.Is(err, artifacts.ErrNotFound) {
		return nil, withHint(err, "%s", nearSlugs(p, slug))
	}
	return e, err
}
