package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// growthSizes are the numbers of experiments with which growth is measured.
var growthSizes = []int{100, 1_000, 10_000, 100_000, 1_000_000}

// growthHead names the columns that growth writes: a line for each work and
// size, its values in seconds or bytes.
var growthHead = []string{"work", "unit", "experiments", "median", "least", "most"}

// growingWork is what is measured as projects grow.
var growingWork = []struct {
	name string
	row  func(e *env, n int) *row
}{
	{"open and look one up", (*env).open},
	{"open and list with a filter", (*env).filter},
	{"append one and save", func(e *env, n int) *row { return e.appendSave(n, project.CommitManifest) }},
	{"append one and save, as a segment", func(e *env, n int) *row { return e.appendSave(n, project.CommitSegments) }},
	{"log and save all", (*env).logSave},
	{"merge two, half the same", (*env).merge},
	{"memory of opening and looking one up", (*env).peak},
	{"memory of opening and listing with a filter", memoryOf("filter")},
	{"memory of appending one and saving", memoryOf("append")},
	{"memory of logging and saving all", memoryOf("log")},
	{"memory of opening and merging two, half the same", memoryOf("merge")},
}

// memoryOf makes rows about what a process takes at most that does a chore and
// nothing else.
func memoryOf(work string) func(e *env, n int) *row {
	return func(e *env, n int) *row {
		c := chore{Work: work, N: n}
		r := &row{key: fmt.Sprintf("memory-%s-%d", work, n), work: work, unit: bytes}
		r.ready = func(context.Context) (err error) {
			switch work {
			case "log":
			case "append": // which changes it
				c.Path, err = e.newProject(r.key, sample.Manifest(n))
			case "merge":
				var paths [2]string
				paths, err = e.overlapping(n)
				c.Path, c.Other = paths[0], paths[1]
			default:
				c.Path, err = e.project(n)
			}
			return err
		}
		r.sides[ours] = func(ctx context.Context) (float64, error) {
			if work == "log" {
				c.Path = filepath.Join(e.dir, r.key, "project.json")
				if err := os.RemoveAll(filepath.Dir(c.Path)); err != nil {
					return 0, err
				}
			}
			return childPeak(ctx, c)
		}
		return r
	}
}

// growth measures this library alone at each size and writes a line of CSV for
// each work.
func growth(ctx context.Context, w io.Writer, o *options, sizes []int) (err error) {
	e := &env{sizes: fullSizes, projects: map[int]string{}}
	if e.dir, err = os.MkdirTemp(o.dir, "lazyscribe-growth-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(e.dir)) }()
	out := csv.NewWriter(w)
	if err := out.Write(growthHead); err != nil {
		return err
	}
	for _, work := range growingWork {
		for _, n := range sizes {
			r := work.row(e, n)
			r.sides = [numSides]side{ours: r.sides[ours]}
			if !wanted(r.key, o.rows) {
				continue
			}
			fmt.Fprintf(o.log, "%s: %d ...\n", work.name, n)
			res, err := r.measure(ctx, o.rounds)
			if err != nil {
				return fmt.Errorf("%s: %d: %w", work.name, n, err)
			}
			if len(res.values[ours]) == 0 {
				continue // this system does not tell
			}
			if err := out.Write(res.growthLine(work.name, n)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func (r *result) growthLine(work string, n int) []string {
	line := []string{work, r.unit.name(), strconv.Itoa(n)}
	values := r.values[ours]
	for _, x := range []float64{r.median(ours), values[0], values[len(values)-1]} {
		line = append(line, strconv.FormatFloat(x, 'g', 4, 64))
	}
	return line
}
