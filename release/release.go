package release

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// ErrEmpty: a release would name nothing.
var ErrEmpty = errors.New("there is nothing to release")

// A Release is a named set of versions. It is plain data.
type Release struct {
	Tag       string
	Artifacts []Item
	CreatedAt time.Time // UTC, in whole seconds
}

// An Item is one version that a release names.
type Item struct {
	Name    string
	Version int
}

// Create returns a release of the latest version of each name, in order of the
// names. Nothing is written.
//
// If all versions of any name have expired, the error is a
// [*repository.VersionError]; a repository without versions is [ErrEmpty], one
// with unsaved changes [artifacts.ErrNotSaved].
func Create(repo *repository.Repository, tag string, now time.Time) (Release, error) {
	r := Release{Tag: tag, CreatedAt: pytime.Seconds(now)}
	if err := r.fill(repo); err != nil {
		return Release{}, fmt.Errorf("release %q of repository %q: %w", tag, repo.URL(), err)
	}
	return r, nil
}

func (r *Release) fill(repo *repository.Repository) error {
	if err := r.check(); err != nil {
		return err
	}
	if repo.Pending() {
		return fmt.Errorf("it has changes that are %w", artifacts.ErrNotSaved)
	}
	for _, name := range repo.Names() {
		a, err := repo.Find(name, repository.Latest())
		if err != nil {
			return err
		}
		r.Artifacts = append(r.Artifacts, Item{name, a.Version})
	}
	if len(r.Artifacts) == 0 {
		return ErrEmpty
	}
	return nil
}

// check says what is wrong with a release that is about to be written.
func (r *Release) check() error {
	switch {
	case r.Tag == "":
		return errors.New("the tag is empty")
	case !pytime.InRange(r.CreatedAt):
		return fmt.Errorf("it was created in the year %d, want 1 to 9999", r.CreatedAt.UTC().Year())
	}
	return nil
}

// Picks returns the versions a release names, for filters of its repository.
func (r Release) Picks() []repository.Pick {
	picks := make([]repository.Pick, len(r.Artifacts))
	for i, item := range r.Artifacts {
		picks[i] = repository.Pick{Name: item.Name, Version: repository.Number(item.Version)}
	}
	return picks
}

// Export writes the versions that a release of repo names as a repository of
// their own, whose manifest is at url, with their numbers and files. It never
// writes over anything, and can be repeated: see [repository.Repository.Export].
func Export(ctx context.Context, repo *repository.Repository, r Release, url string) error {
	err := ErrEmpty
	if len(r.Artifacts) > 0 {
		err = repo.Export(ctx, url, r.Picks()...)
	}
	if err != nil {
		return fmt.Errorf("release %q: %w", r.Tag, err)
	}
	return nil
}
