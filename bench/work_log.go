package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// logSave logs n experiments into a new project and saves it.
func (e *env) logSave(n int) *row {
	var runs []*sample.Run
	var file string
	folder := func(who string, round int) string {
		return filepath.Join(e.dir, fmt.Sprintf("log-%d-%s-%d", n, who, round))
	}
	rounds := 0
	var text []byte
	r := &row{
		key: fmt.Sprintf("log-%d", n), work: fmt.Sprintf("log and save %d", n), once: e.slowFor(n),
		limit: "writing the same records with an encoder that knows nothing but their shape, into a new file that is flushed and renamed",
		note:  "Python flushes nothing. MLflow commits each run on its own; its store was there, empty.",
		aims:  []aim{withinLimit(3)},
		ready: func(context.Context) (err error) {
			runs = sample.Runs(0, n)
			file, err = e.runsFile(fmt.Sprintf("runs-%d.json", n), runs)
			for _, run := range runs {
				run.Artifact = nil // it is not logged: nobody should collect garbage around it
			}
			return err
		},
		done: func() error { runs, text = nil, nil; return nil },
	}
	if n < 10_000 {
		r.aims = nil // the aim is about many
	}
	if n >= e.slow {
		r.once = append(r.once, mlflow) // a tenth of a second each
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		rounds++
		dir := folder("go", rounds)
		took, err := timed(func() error { return logAndSave(ctx, filepath.Join(dir, "project.json"), slices.Values(runs)) })
		return took, errors.Join(err, os.RemoveAll(dir))
	}
	r.sides[python] = e.byPython(n, func() request {
		return request{Work: "log_save", Path: filepath.Join(folder("python", 0), "project.json"), Runs: file}
	})
	r.sides[mlflow] = e.by(mlflow, func() request {
		return request{Work: "log_save", Path: folder("mlflow", 0) + ".db", Other: e.emptyStore(), Runs: file}
	})
	r.sides[limit] = func(context.Context) (float64, error) {
		dir := folder("limit", 0)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return 0, err
		}
		took, err := timed(func() error {
			text = sample.AppendManifest(text[:0], runs, false)
			return writeDurably(filepath.Join(dir, "project.json"), text)
		})
		return took, errors.Join(err, os.RemoveAll(dir))
	}
	return r
}

func logAndSave(ctx context.Context, path string, runs iter.Seq[*sample.Run]) error {
	var now time.Time
	p, err := project.Open(ctx, path, &project.Options{Author: sample.Author, Now: func() time.Time { return now }})
	if err != nil {
		return err
	}
	for run := range runs {
		now = run.Created
		if _, err := p.Log(ctx, run.Name, run.Log); err != nil {
			return err
		}
	}
	return errors.Join(p.Save(ctx), p.Close())
}

// appendSave adds one experiment to an open project of n and saves it.
func (e *env) appendSave(n int, mode project.CommitMode) *row {
	added := n
	var pythonPath, file string
	copied := filepath.Join(e.dir, fmt.Sprintf("append-%d.db", n))
	var text []byte
	var p *project.Project
	r := &row{
		key: fmt.Sprintf("append-%d", n), work: fmt.Sprintf("append one to %d and save", n),
		limit: "writing the same bytes to a new file that is flushed and renamed",
		note:  "The project is open, and stays so. Python flushes nothing.",
		aims:  []aim{withinLimit(2)},
	}
	if mode == project.CommitSegments {
		r.key += "-segment"
		r.work += ", as a segment"
		r.aims = []aim{atMost(aFewMilliseconds, seconds)}
	}
	r.ready = func(ctx context.Context) error {
		text = sample.Manifest(n)
		path, err := e.newProject(r.key, text)
		if err != nil {
			return err
		}
		if p, err = project.Open(ctx, path, &project.Options{Mode: project.Append, Author: sample.Author, Commit: mode}); err != nil {
			return err
		}
		if file, err = e.runsFile("append.json", sample.Runs(n, 1)); err != nil {
			return err
		}
		if r.sides[python] != nil {
			if pythonPath, err = e.newProject(r.key+"-python", text); err != nil {
				return err
			}
			if err := e.tell(python, request{Work: "load", Path: pythonPath}); err != nil {
				return err
			}
		}
		if mode == project.CommitSegments {
			text = sample.AppendManifest(nil, sample.Runs(n, 1), false)
		}
		store, err := e.store(n)
		if err != nil {
			return err
		}
		return e.tell(mlflow, request{Work: "load", Path: store, Other: copied})
	}
	r.done = func() error {
		err := errors.Join(p.Close(), e.dropHeld())
		p, text = nil, nil
		return err
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		added++
		run := sample.At(added)
		return timed(func() error {
			if _, err := p.Log(ctx, run.Name, run.Log); err != nil {
				return err
			}
			return p.Save(ctx)
		})
	}
	r.sides[python] = e.byPython(n, func() request { return request{Work: "append_save", Path: pythonPath, Runs: file} })
	r.sides[mlflow] = e.by(mlflow, func() request { return request{Work: "append_save", Path: copied, Runs: file} })
	r.sides[limit] = func(context.Context) (float64, error) {
		return timed(func() error { return writeDurably(filepath.Join(e.dir, "append-limit.json"), text) })
	}
	return r
}
