package project_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// The tests of behaviour name the observed behaviours of Python lazyscribe
// 2.2.1 they cover by the numbers of the catalogue: P for the project, M for
// merging, D for dependencies, E for experiments, RO for read-only variants, T
// for tests, AR for entries of artifacts, V for validation, S for file names
// with folders.
//
// Some have no test here because they have no counterpart. An experiment cannot
// be changed by assignment, so nothing that follows from that in Python can
// happen (P31, RO2, RO4, RO7, T2), nor is it compared, hashed or printed with an
// address (E19, E20, T7: see the tests of record.Equal). A project makes its
// experiments (E18). A pickle keeps the entry it has, with or without
// python_version (V3, V5: TestLoadErrors, TestPickleFixture). Promotion, and
// names in repositories, are not of this package (S4, S5). Torn and lost files,
// and many writers, have tests of their own (P28, P29, C2-C4).

// openAt opens a project that the test closes.
func openAt(t testing.TB, url string, o project.Options) *project.Project {
	t.Helper()
	if o.Author == "" {
		o.Author = "tester"
	}
	p, err := project.Open(t.Context(), url, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { noError(t, p.Close()) })
	return p
}

// manifestIn returns the path of a manifest in a folder of the test's own.
func manifestIn(t testing.TB) string { return filepath.Join(t.TempDir(), "project.json") }

// manifestOf writes a manifest and returns its path.
func manifestOf(t testing.TB, text string) string {
	t.Helper()
	path := manifestIn(t)
	noError(t, os.WriteFile(path, []byte(text), 0o666))
	return path
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantError fails the test unless err is one of kind.
func wantError(t testing.TB, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got error %v, want one that is %q", err, kind)
	}
}

func same[T any](t testing.TB, what string, got, want T, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, append(opts, likePython)...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// logAs adds an experiment and fails the test if that does not work.
func logAs(t testing.TB, p *project.Project, name string, fn func(*experiment.Draft) error) *experiment.Experiment {
	t.Helper()
	x, err := p.Log(t.Context(), name, fn)
	noError(t, err)
	return x
}

func saveAll(t testing.TB, projects ...*project.Project) {
	t.Helper()
	for _, p := range projects {
		noError(t, p.Save(t.Context()))
	}
}

func lookUp(t testing.TB, p *project.Project, slug string) *experiment.Experiment {
	t.Helper()
	x, err := p.Lookup(slug)
	noError(t, err)
	return x
}

// slugsOf returns the slugs of a project in order.
func slugsOf(p *project.Project) []string {
	var list []string
	for x := range p.All() {
		list = append(list, x.Slug())
	}
	return list
}

func readText(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	noError(t, err)
	return string(data)
}

// filesIn returns the files below the folder of a manifest, without it and its
// lock.
func filesIn(t testing.TB, manifest string) []string {
	t.Helper()
	var list []string
	dir := filepath.Dir(manifest)
	noError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path != manifest && d.Name()[0] != '.' {
			rel, _ := filepath.Rel(dir, path)
			list = append(list, filepath.ToSlash(rel))
		}
		return err
	}))
	slices.Sort(list)
	return list
}

// open returns the bytes of an artifact.
type artifactOpener interface {
	OpenArtifact(ctx context.Context, name string) (io.ReadCloser, error)
}

func bytesOf(t testing.TB, from artifactOpener, name string) string {
	t.Helper()
	r, err := from.OpenArtifact(t.Context(), name)
	noError(t, err)
	data, err := io.ReadAll(r)
	noError(t, errors.Join(err, r.Close()))
	return string(data)
}

// likePython compares values as they are in files: NaN is NaN, and integers of
// any size are themselves.
var likePython = cmp.Options{
	cmpopts.EquateNaNs(),
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
}

// dictOf is the to_dict of Python, built from what the API answers.
func dictOf(x *experiment.Experiment) map[string]any {
	tests := []any{}
	for test := range x.Tests() {
		var description any
		if d := test.Description(); d != "" {
			description = d
		}
		tests = append(tests, map[string]any{
			"name": test.Name(), "description": description,
			"metrics": valuesOf(test.Metrics()), "parameters": valuesOf(test.Parameters()),
			"artifacts": artifactDicts(test.Artifacts()),
		})
	}
	dependencies, tags := []any{}, []any{}
	for ref := range x.Dependencies() {
		dependencies = append(dependencies, ref.String())
	}
	for _, tag := range x.Tags() {
		tags = append(tags, tag)
	}
	return map[string]any{
		"name": x.Name(), "slug": x.Slug(), "short_slug": x.ShortSlug(),
		"author": x.Author(), "last_updated_by": x.LastUpdatedBy(),
		"created_at": stampOf(x.CreatedAt()), "last_updated": stampOf(x.LastUpdated()),
		"metrics": valuesOf(x.Metrics()), "parameters": valuesOf(x.Parameters()),
		"tags": tags, "tests": tests, "artifacts": artifactDicts(x.Artifacts()), "dependencies": dependencies,
	}
}

func valuesOf(seq func(func(string, experiment.Value) bool)) map[string]any {
	m := map[string]any{}
	for name, v := range seq {
		m[name] = v.Any()
	}
	return m
}

func artifactDicts(seq func(func(artifacts.Artifact) bool)) []any {
	list := []any{}
	for a := range seq {
		m := map[string]any{
			"name": a.Name, "fname": a.FileName, "handler": a.Handler,
			"created_at": stampOf(a.CreatedAt), "expiry": nil, "version": int64(a.Version),
		}
		if !a.Expiry.IsZero() {
			m["expiry"] = stampOf(a.Expiry)
		}
		for key, value := range a.Environment {
			m[key] = value
		}
		list = append(list, m)
	}
	return list
}

func stampOf(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

// reencoded is the text of an experiment made anew from its parts.
func reencoded(t testing.TB, x *experiment.Experiment) string {
	t.Helper()
	text, err := experiment.CellOf(x).Record().Body().Append(nil, nil)
	noError(t, err)
	return string(text)
}

// writeLikePython writes a manifest as Python would after loading it: keys of
// artifacts that it does not know are gone.
func writeLikePython(t testing.TB, path, text string) {
	t.Helper()
	var list []map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	noError(t, d.Decode(&list))
	drop := func(of map[string]any) {
		for _, a := range of["artifacts"].([]any) {
			delete(a.(map[string]any), "sha256")
			delete(a.(map[string]any), "size")
		}
	}
	for _, x := range list {
		drop(x)
		for _, test := range x["tests"].([]any) {
			drop(test.(map[string]any))
		}
	}
	data, err := json.MarshalIndent(list, "", "    ")
	noError(t, err)
	noError(t, os.WriteFile(path, data, 0o666))
}
