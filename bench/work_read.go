package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// open opens a project of n experiments and looks one up.
func (e *env) open(n int) *row {
	var path, store string
	r := &row{
		key: fmt.Sprintf("open-%d", n), work: fmt.Sprintf("open %d and look one up", n), once: e.slowFor(n),
		limit: "reading the file and looking at each byte once",
		note:  "MLflow is asked for a run by its name.",
		ready: func(context.Context) (err error) {
			path, store, err = e.projectAndStore(n)
			return err
		},
	}
	switch n {
	case 10_000:
		r.aims = []aim{fasterThanPython(300)}
	case 100_000:
		r.aims = []aim{withinLimit(2)}
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return timed(func() error { return openAndLookup(ctx, path, middle(n)) })
	}
	r.sides[python] = e.byPython(n, func() request { return request{Work: "open_lookup", Path: path, Slug: middle(n)} })
	r.sides[mlflow] = e.by(mlflow, func() request { return request{Work: "open_lookup", Path: store, Name: middleName(n)} })
	r.sides[limit] = func(context.Context) (float64, error) {
		return timed(func() error { return readAndVisit(path) })
	}
	return r
}

func openAndLookup(ctx context.Context, path, slug string) error {
	p, err := openProject(ctx, path, project.ReadOnly)
	if err != nil {
		return err
	}
	_, err = p.Lookup(slug)
	return errors.Join(err, p.Close())
}

// filter opens a project of n experiments and lists those with a good metric.
func (e *env) filter(n int) *row {
	var path, store string
	r := &row{
		key: fmt.Sprintf("filter-%d", n), work: fmt.Sprintf("open %d and list those with auroc > 0.9", n),
		limit: "opening the project with this library and looking one up",
		aims:  []aim{withinLimit(1.5)},
		ready: func(context.Context) (err error) {
			path, store, err = e.projectAndStore(n)
			return err
		},
	}
	r.sides[mlflow] = e.by(mlflow, func() request { return request{Work: "filter", Path: store} })
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return timed(func() error { return openAndFilter(ctx, path) })
	}
	r.sides[limit] = func(ctx context.Context) (float64, error) {
		return timed(func() error { return openAndLookup(ctx, path, middle(n)) })
	}
	return r
}

func openAndFilter(ctx context.Context, path string) error {
	p, err := openProject(ctx, path, project.ReadOnly)
	if err != nil {
		return err
	}
	found := 0
	for x := range p.All() {
		if auroc, ok := x.Metric("auroc"); ok && auroc > 0.9 {
			found++
		}
	}
	if found == 0 {
		err = errors.New("nothing found")
	}
	return errors.Join(err, p.Close())
}

// peak is the memory that opening a project of n experiments takes.
func (e *env) peak(n int) *row {
	var path, store string
	var size float64
	r := &row{
		key: fmt.Sprintf("memory-%d", n), work: fmt.Sprintf("peak memory of opening %d", n), unit: bytes, once: []int{python},
		limit: "the size of the file",
		note:  "Resident memory of a process that does nothing else, all of it.",
		ready: func(context.Context) (err error) {
			if path, store, err = e.projectAndStore(n); err == nil {
				size, err = fileSize(path)
			}
			return err
		},
	}
	if n >= 100_000 {
		r.aims = []aim{withinLimit(1.5)} // small files are less than the program itself
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return childPeak(ctx, chore{Work: "open", Path: path, N: n})
	}
	r.sides[limit] = func(context.Context) (float64, error) { return size, nil }
	if n < e.tooSlow {
		r.sides[python] = e.byProcess(python, func() request { return request{Work: "peak", Path: path, Slug: middle(n)} })
	}
	r.sides[mlflow] = e.byProcess(mlflow, func() request { return request{Work: "peak", Path: store, Name: middleName(n)} })
	return r
}

// merge merges two projects of n experiments, half of which are the same.
func (e *env) merge(n int) *row {
	var paths [2]string
	r := &row{
		key: fmt.Sprintf("merge-%d", n), work: fmt.Sprintf("merge two of %d", n), once: e.slowFor(n),
		note: "Both were opened just before, half of their experiments are the same; nothing is saved.",
		aims: []aim{fasterThanPython(100)},
	}
	r.sides[python] = e.byPython(n, func() request { return request{Work: "merge", Path: paths[0], Other: paths[1]} })
	r.ready = func(ctx context.Context) (err error) {
		if paths, err = e.overlapping(n); err != nil || r.sides[python] == nil {
			return err
		}
		for _, path := range paths {
			err = errors.Join(err, e.tell(python, request{Work: "load", Path: path}))
		}
		return err
	}
	r.done = e.dropHeld
	r.sides[ours] = func(ctx context.Context) (float64, error) { return mergeOnce(ctx, paths, n+n/2) }
	return r
}

// overlapping makes two projects of n experiments, half of which are the same.
func (e *env) overlapping(n int) (paths [2]string, err error) {
	for i, first := range []int{0, n / 2} {
		text := sample.AppendManifest(nil, sample.Runs(first, n), true)
		if paths[i], err = e.newProject(fmt.Sprintf("merge-%d-%d", n, i), text); err != nil {
			return paths, err
		}
	}
	return paths, nil
}

// mergeOnce opens two projects and returns how long it takes to merge them, which
// must give want experiments.
func mergeOnce(ctx context.Context, paths [2]string, want int) (took float64, err error) {
	mine, err := openProject(ctx, paths[0], project.ReadWrite)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, mine.Close()) }()
	theirs, err := openProject(ctx, paths[1], project.ReadOnly)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, theirs.Close()) }()
	var m *project.Project
	took, err = timed(func() (err error) {
		m, err = mine.Merge(theirs)
		return err
	})
	if err != nil {
		return 0, err
	}
	if m.Len() != want {
		err = fmt.Errorf("merged %d experiments, want %d", m.Len(), want)
	}
	return took, errors.Join(err, m.Close())
}
