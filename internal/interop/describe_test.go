package interop

import (
	"context"
	"io"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A record is an experiment in the neutral form.
type record struct {
	Name          string         `json:"name"`
	Slug          string         `json:"slug"`
	ShortSlug     string         `json:"short_slug"`
	Author        string         `json:"author"`
	LastUpdatedBy string         `json:"last_updated_by"`
	CreatedAt     string         `json:"created_at"`
	LastUpdated   string         `json:"last_updated"`
	Tags          []string       `json:"tags"`
	Dependencies  []string       `json:"dependencies"`
	Metrics       map[string]any `json:"metrics"`
	Parameters    map[string]any `json:"parameters"`
	Tests         []test         `json:"tests"`
	Artifacts     []artifact     `json:"artifacts"`
}

type test struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Metrics     map[string]any `json:"metrics"`
	Parameters  map[string]any `json:"parameters"`
	Artifacts   []artifact     `json:"artifacts"`
}

type artifact struct {
	Name      string         `json:"name"`
	FileName  string         `json:"fname"`
	Handler   string         `json:"handler"`
	CreatedAt string         `json:"created_at"`
	Expiry    string         `json:"expiry"` // "": never
	Version   int            `json:"version"`
	Recorded  map[string]any `json:"recorded"` // what else its entry has
	Content   any            `json:"content"`  // decoded where both sides can; else the file
}

// describeInPython opens a project with lazyscribe, loads every artifact, and
// describes it all.
func describeInPython(t *testing.T, dir string) []record {
	t.Helper()
	var list []record
	runPython(t, dir, "describe.py", map[string]string{"mode": "r"}, &list)
	return list
}

// describe does the same through the public interface of this module.
func describe(t *testing.T, dir string) []record {
	t.Helper()
	p := open(t, dir, project.ReadOnly)
	list := []record{}
	for e := range p.All() {
		r := record{
			Name: e.Name(), Slug: e.Slug(), ShortSlug: e.ShortSlug(), Author: e.Author(), LastUpdatedBy: e.LastUpdatedBy(),
			CreatedAt: stamp(e.CreatedAt()), LastUpdated: stamp(e.LastUpdated()),
			Tags: append([]string{}, e.Tags()...), Dependencies: []string{},
			Metrics: values(e.Metrics()), Parameters: values(e.Parameters()),
			Tests: []test{}, Artifacts: describeArtifacts(t, e, e.Artifacts()),
		}
		for ref := range e.Dependencies() {
			r.Dependencies = append(r.Dependencies, ref.String())
		}
		for part := range e.Tests() {
			r.Tests = append(r.Tests, test{
				Name: part.Name(), Description: part.Description(),
				Metrics: values(part.Metrics()), Parameters: values(part.Parameters()),
				Artifacts: describeArtifacts(t, part, part.Artifacts()),
			})
		}
		list = append(list, r)
	}
	return list
}

// open opens the project of a folder for the rest of the test. Nothing in it may
// be unreadable.
func open(t *testing.T, dir string, mode project.Mode) *project.Project {
	t.Helper()
	p, err := project.Open(t.Context(), filepath.Join(dir, "project.json"), &project.Options{Mode: mode, Author: goAuthor})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	if problems := p.Problems(); len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	return p
}

func save(t *testing.T, p *project.Project) {
	t.Helper()
	if err := p.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func stamp(at time.Time) string { return at.Format("2006-01-02T15:04:05") }

func values(all iter.Seq2[string, experiment.Value]) map[string]any {
	described := map[string]any{}
	for name, v := range all {
		described[name] = neutral(v.Any())
	}
	return described
}

// holder is an experiment or a test.
type holder interface {
	artifacts.Loader
	OpenArtifact(ctx context.Context, name string) (io.ReadCloser, error)
}

func describeArtifacts(t *testing.T, from holder, all iter.Seq[artifacts.Artifact]) []artifact {
	t.Helper()
	list := []artifact{}
	for a := range all {
		described := artifact{
			Name: a.Name, FileName: a.FileName, Handler: a.Handler, CreatedAt: stamp(a.CreatedAt), Version: a.Version,
			Recorded: map[string]any{}, Content: content(t, from, a),
		}
		if !a.Expiry.IsZero() {
			described.Expiry = stamp(a.Expiry)
		}
		for key, value := range a.Environment {
			described.Recorded[key] = value
		}
		if a.SHA256 != "" {
			described.Recorded["sha256"], described.Recorded["size"] = a.SHA256, neutral(a.Size)
		}
		if len(a.Extra) > 0 {
			t.Errorf("artifact %q has unknown keys: %s", a.Name, a.Extra)
		}
		list = append(list, described)
	}
	return list
}

// content is an artifact as both languages can have it: a gob and a pickle are
// bytes.
func content(t *testing.T, from holder, a artifacts.Artifact) any {
	t.Helper()
	if a.Handler == "json" || a.Handler == "text" {
		v, err := artifacts.Load[any](t.Context(), from, a.Name, nil)
		if err != nil {
			t.Error(err)
		}
		return neutral(v)
	}
	f, err := from.OpenArtifact(t.Context(), a.Name)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Error(err)
	}
	return data(b)
}
