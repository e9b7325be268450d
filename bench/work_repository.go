package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// aFewMilliseconds are what looking into a large repository may take.
const aFewMilliseconds = 5e-3

const firstQuestion = "The first question after opening, which is not counted. It makes the index that later ones use; Python has none."

// repositoryOpen opens a repository of n versions.
func (e *env) repositoryOpen(n int) *row {
	var path, store string
	r := &row{
		key: fmt.Sprintf("repository-open-%d", n), work: fmt.Sprintf("open a repository of %d versions", n), once: e.slowFor(n),
		limit: "reading the file and looking at each byte once",
		ready: func(ctx context.Context) (err error) {
			if path, err = e.repository(ctx, n); err == nil {
				store, err = e.versionStore(n)
			}
			return err
		},
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return timed(func() error {
			repo, err := openRepository(ctx, path)
			if err != nil {
				return err
			}
			return repo.Close()
		})
	}
	r.sides[python] = e.byPython(n, func() request { return request{Work: "repository_open", Path: path} })
	r.sides[mlflow] = e.by(mlflow, func() request { return request{Work: "repository_open", Path: store} })
	r.sides[limit] = func(context.Context) (float64, error) { return timed(func() error { return readAndVisit(path) }) }
	return r
}

// repositoryFind finds the latest version of a name, the first that anybody asks
// for.
func (e *env) repositoryFind(n int) *row {
	name := versionName(n/2, n)
	return e.afterOpen("find", n, request{Slug: name, Name: name}, row{
		work: fmt.Sprintf("find the latest of a name, after opening %d versions", n),
		note: firstQuestion,
	}, func(repo *repository.Repository) error {
		_, err := repo.Find(name, repository.Latest())
		return err
	})
}

// repositoryList goes over all versions, name by name.
func (e *env) repositoryList(n int) *row {
	return e.afterOpen("list", n, request{N: n}, row{
		work: fmt.Sprintf("list all by name, after opening %d versions", n),
		note: firstQuestion,
	}, func(repo *repository.Repository) error {
		listed := 0
		for _, name := range repo.Names() {
			for range repo.Versions(name) {
				listed++
			}
		}
		if listed != n {
			return fmt.Errorf("%d versions are listed", listed)
		}
		return nil
	})
}

// afterOpen makes a row of a question to a repository of n versions that was
// opened just before. Python is asked by the request.
func (e *env) afterOpen(what string, n int, asked request, r row, do func(*repository.Repository) error) *row {
	r.key = fmt.Sprintf("repository-%s-%d", what, n)
	r.aims = []aim{atMost(aFewMilliseconds, seconds)}
	r.done = e.dropHeld
	asked.Work = "repository_" + what
	var store string
	r.ready = func(ctx context.Context) (err error) {
		if asked.Path, err = e.repository(ctx, n); err == nil {
			store, err = e.versionStore(n)
		}
		return err
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		repo, err := openRepository(ctx, asked.Path)
		if err != nil {
			return 0, err
		}
		took, err := timed(func() error { return do(repo) })
		return took, errors.Join(err, repo.Close())
	}
	r.sides[python] = e.byPython(n, func() request { return asked })
	r.sides[mlflow] = e.by(mlflow, func() request {
		asked := asked
		asked.Path = store
		return asked
	})
	return &r
}

// repositoryLog logs n versions of one name into a new repository and saves it.
func (e *env) repositoryLog(n int) *row {
	folder := func(who string) string { return filepath.Join(e.dir, "repository-log-"+who) }
	r := &row{
		key: fmt.Sprintf("repository-log-%d", n), work: fmt.Sprintf("log %d versions and save", n),
		limit: "writing files as small one after the other, each flushed, then flushing their folder, then writing a manifest as large to a new file that is flushed and renamed",
		note:  "Each version has a file. Python flushes nothing. MLflow writes each version into its store on its own.",
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		dir := folder("go")
		took, err := timed(func() error { return logVersions(ctx, filepath.Join(dir, "repository.json"), n) })
		return took, errors.Join(err, os.RemoveAll(dir))
	}
	r.sides[python] = e.byPython(n, func() request {
		return request{Work: "repository_log", Path: filepath.Join(folder("python"), "repository.json"), N: n}
	})
	r.sides[mlflow] = e.by(mlflow, func() request {
		return request{Work: "repository_log", Path: folder("mlflow") + ".db", Other: e.emptyStore(), N: n}
	})
	r.sides[limit] = func(context.Context) (float64, error) {
		dir, text := folder("limit"), versionsManifest(n)
		if err := os.MkdirAll(filepath.Join(dir, "model"), 0o777); err != nil {
			return 0, err
		}
		took, err := timed(func() error { return writeVersions(dir, text, n) })
		return took, errors.Join(err, os.RemoveAll(dir))
	}
	return r
}

// writeVersions writes what a repository of n versions is made of.
func writeVersions(dir string, manifest []byte, n int) error {
	for i := range n {
		err := createFlushed(filepath.Join(dir, "model", versionFile(i)), func(f *os.File) error {
			_, err := fmt.Fprintf(f, `{"weight": %d}`, i)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := flushFolder(filepath.Join(dir, "model")); err != nil {
		return err
	}
	return writeDurably(filepath.Join(dir, "repository.json"), manifest)
}

func logVersions(ctx context.Context, path string, n int) error {
	repo, err := repository.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	for i := range n {
		opts := &artifacts.LogOptions{FileName: versionFile(i)} // Python would give all of a second one name
		if _, err := repo.LogArtifact("model", map[string]int{"weight": i}, "json", opts); err != nil {
			return err
		}
	}
	return errors.Join(repo.Save(ctx), repo.Close())
}

func versionFile(i int) string { return fmt.Sprintf("model-%d.json", i) }

// versionStore returns the path of a store of MLflow with n versions, which
// nobody changes, or nothing where there is no MLflow.
func (e *env) versionStore(n int) (string, error) {
	path := filepath.Join(e.dir, fmt.Sprintf("versions-%d.db", n))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, e.tell(mlflow, request{Work: "fill_versions", Path: path, Other: e.emptyStore(), N: n, PerName: perName})
}

// repository returns the path of a repository of n versions, which nobody
// changes.
func (e *env) repository(ctx context.Context, n int) (string, error) {
	dir := filepath.Join(e.dir, fmt.Sprintf("repository-%d", n))
	path := filepath.Join(dir, "repository.json")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	if err := os.WriteFile(path, versionsManifest(n), 0o666); err != nil {
		return "", err
	}
	repo, err := openRepository(ctx, path)
	if err != nil {
		return "", err
	}
	if repo.Len() != n {
		err = fmt.Errorf("%d versions, want %d", repo.Len(), n)
	}
	return path, errors.Join(err, repo.Close())
}

func openRepository(ctx context.Context, path string) (*repository.Repository, error) {
	return repository.Open(ctx, path, &repository.Options{Mode: repository.ReadOnly})
}
