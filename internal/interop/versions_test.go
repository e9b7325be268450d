package interop

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A versionChange is one thing to do to a repository, by either side.
type versionChange struct {
	Do       string `json:"do"` // log or expire
	Name     string `json:"name"`
	At       string `json:"at"`      // the time of creation, or of the expiry
	Version  int    `json:"version"` // to expire
	Value    any    `json:"value"`   // neutral
	Handler  string `json:"handler"`
	FileName string `json:"fname"` // "": made from the name and the time
}

// changeVersionsInPython applies changes with lazyscribe and saves.
func changeVersionsInPython(t *testing.T, dir string, changes ...versionChange) {
	t.Helper()
	runPython(t, dir, "versions.py", map[string]any{"mode": "w+", "changes": changes}, nil)
}

// changeVersions applies changes with this module and saves.
func changeVersions(t *testing.T, dir string, changes ...versionChange) {
	t.Helper()
	var now time.Time
	repo := openVersions(t, dir, &repository.Options{Now: func() time.Time { return now }})
	for _, c := range changes {
		now = moment(t, c.At)
		if err := c.apply(repo, now); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
	}
	saveVersions(t, repo)
}

func (c versionChange) apply(repo *repository.Repository, at time.Time) error {
	if c.Do == "expire" {
		return repo.SetExpiry(c.Name, repository.Number(c.Version), at)
	}
	alias, opts := c.Handler, &artifacts.LogOptions{FileName: c.FileName}
	if alias == "gob" { // as bytes, which is how both sides see it
		alias, opts.Handler = "", gobFile
	}
	_, err := repo.LogArtifact(c.Name, native(c.Value), alias, opts)
	return err
}

// openVersions opens the repository of a folder for the rest of the test.
// Nothing in it may be unreadable.
func openVersions(t *testing.T, dir string, opts *repository.Options) *repository.Repository {
	t.Helper()
	repo, err := repository.Open(t.Context(), filepath.Join(dir, "repository.json"), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := repo.Close(); err != nil {
			t.Error(err)
		}
	})
	if problems := repo.Problems(); len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	return repo
}

func saveVersions(t *testing.T, repo *repository.Repository) {
	t.Helper()
	if err := repo.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// describeVersionsInPython opens a repository with lazyscribe, loads every
// version, and describes it all.
func describeVersionsInPython(t *testing.T, dir string) []artifact {
	t.Helper()
	var list []artifact
	runPython(t, dir, "describe_versions.py", map[string]string{"dir": dir}, &list)
	return list
}

// describeVersions does the same through the public interface of this module.
func describeVersions(t *testing.T, dir string) []artifact {
	t.Helper()
	repo := openVersions(t, dir, &repository.Options{Mode: repository.ReadOnly})
	list := []artifact{}
	for a := range repo.All() {
		list = append(list, describeArtifacts(t, version{repo, a.Version}, slices.Values([]artifacts.Artifact{a}))...)
	}
	return list
}

// version is a holder of all that has one number.
type version struct {
	repo   *repository.Repository
	number int
}

func (v version) LoadArtifact(ctx context.Context, name string, target any, opts *artifacts.LoadOptions) error {
	o := &repository.LoadOptions{Version: repository.Number(v.number)}
	if opts != nil {
		o.LoadOptions = *opts
	}
	return v.repo.LoadArtifact(ctx, name, target, o)
}

func (v version) OpenArtifact(ctx context.Context, name string) (io.ReadCloser, error) {
	return v.repo.OpenArtifact(ctx, name, repository.Number(v.number))
}

// versionModel is what a repository should hold, but for the names of files and
// what is recorded of them.
type versionModel []artifact

// apply does a change to the model as the documentation of both sides says.
func (m *versionModel) apply(c versionChange) {
	if c.Do == "expire" {
		at := slices.IndexFunc(*m, func(a artifact) bool { return a.Name == c.Name && a.Version == c.Version })
		(*m)[at].Expiry = c.At
		return
	}
	*m = append(*m, artifact{Name: c.Name, Handler: c.Handler, CreatedAt: c.At, Version: m.count(c.Name), Content: c.Value})
}

// count is how many versions a name has.
func (m versionModel) count(name string) (n int) {
	for _, a := range m {
		if a.Name == name {
			n++
		}
	}
	return n
}
