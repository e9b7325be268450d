package repository_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// The tests of behaviour name the observed behaviours of Python lazyscribe
// 2.2.1 they cover by the numbers of the catalogue: R for the repository, X for
// promotion, L for releases, S for file names with folders; and W for weaknesses
// that are not to be repeated.

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// moment reads a time as it stands in files.
func moment(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05", s)
	noError(t, err)
	return at
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

func same[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	equalTimes := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty(), equalTimes); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// openAt opens a repository that is closed at the test's end.
func openAt(t testing.TB, url string, o *repository.Options) *repository.Repository {
	t.Helper()
	r, err := repository.Open(t.Context(), url, o)
	noError(t, err)
	t.Cleanup(func() { noError(t, r.Close()) })
	return r
}

// manifestIn returns the path of a manifest in a folder of the test's own.
func manifestIn(t testing.TB) string { return filepath.Join(t.TempDir(), "models", "repository.json") }

// manifestOf writes a manifest and returns its path.
func manifestOf(t testing.TB, text string) string {
	t.Helper()
	path := manifestIn(t)
	writeFile(t, path, text)
	return path
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	noError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	noError(t, os.WriteFile(path, []byte(text), 0o666))
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	noError(t, err)
	return string(data)
}

// tree returns the files below a folder by their slash paths, but for locks.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	noError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".lock" {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = readFile(t, path)
		return nil
	}))
	return files
}

func save(t testing.TB, r *repository.Repository) {
	t.Helper()
	noError(t, r.Save(t.Context()))
}

// log adds a version in JSON.
func log(t testing.TB, r *repository.Repository, name string, value any, o *artifacts.LogOptions) artifacts.Artifact {
	t.Helper()
	a, err := r.LogArtifact(name, value, "json", o)
	noError(t, err)
	return a
}

func find(t testing.TB, r *repository.Repository, name string, v repository.Version) artifacts.Artifact {
	t.Helper()
	a, err := r.Find(name, v)
	noError(t, err)
	return a
}

// numbers returns the numbers of a name's versions in order of creation.
func numbers(r *repository.Repository, name string) []int {
	var list []int
	for a := range r.Versions(name) {
		list = append(list, a.Version)
	}
	return list
}

// load loads a version without saying a type.
func load(t testing.TB, r *repository.Repository, name string, v repository.Version) any {
	t.Helper()
	value, err := repository.Load[any](t.Context(), r, name, &repository.LoadOptions{Version: v})
	noError(t, err)
	return value
}

// bytesOf returns the file of a version.
func bytesOf(t testing.TB, r *repository.Repository, name string, v repository.Version) string {
	t.Helper()
	f, err := r.OpenArtifact(t.Context(), name, v)
	noError(t, err)
	data, err := io.ReadAll(f)
	noError(t, errors.Join(err, f.Close()))
	return string(data)
}

// opaque is a handler for formats this module does not read.
type opaque struct{ alias, suffix string }

func (o opaque) Format() artifacts.Format {
	return artifacts.Format{Alias: o.alias, Suffix: o.suffix, Binary: true}
}

func (opaque) Encode(context.Context, io.Writer, any) error { return artifacts.ErrUnsupportedValue }
func (opaque) Decode(context.Context, io.Reader, any) error { return artifacts.ErrTargetType }

// withPickle are the default formats and one that stands for Python's pickle.
func withPickle(t testing.TB) *artifacts.Registry {
	t.Helper()
	r := artifacts.Default().Clone()
	noError(t, r.Add(opaque{"pickle", "pkl"}))
	return r
}
