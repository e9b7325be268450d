package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/mitchellh/hashstructure/v2"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// hits is how often a payload is found in one measurement.
const hits = 20

// pointsParams are those of the step that is found again.
type pointsParams struct {
	N    int    `lazyscribe:"n"`
	Seed uint64 `lazyscribe:"seed"`
}

// pipelineHit finds a stored payload again, as a program does that has just
// started: the step is made anew each time.
func (e *env) pipelineHit(peer, of string) *row {
	folder := filepath.Join(e.dir, "pipeline-"+peer)
	r := &row{
		key: "pipeline-" + peer, work: fmt.Sprintf("find %d floats of a step again, against %s", e.points, of),
		limit: "read record and payload, and a SHA-256",
		note:  "Python's is " + of + ", which compares nothing.",
		ready: func(ctx context.Context) error { return e.findPoints(ctx, folder) },
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		took, err := timed(func() error {
			for range hits {
				if err := e.findPoints(ctx, folder); err != nil {
					return err
				}
			}
			return nil
		})
		return took / hits, err
	}
	r.sides[python] = e.by(python, func() request {
		return request{Work: peer + "_hit", Path: filepath.Join(e.dir, peer), N: e.points}
	})
	r.sides[limit] = func(context.Context) (float64, error) {
		took, err := timed(func() error {
			for range hits {
				if err := readAndHash(folder); err != nil {
					return err
				}
			}
			return nil
		})
		return took / hits, err
	}
	return r
}

// findPoints makes the step and gets its payload.
func (e *env) findPoints(ctx context.Context, folder string) error {
	s, err := pipeline.Open(ctx, folder, &pipeline.Options{NoLogFiles: true})
	if err != nil {
		return err
	}
	points, err := pipeline.New(s, pipeline.Spec[pointsParams, []float64]{
		Name: "points", Params: pointsParams{N: e.points, Seed: 1}, IO: npy.Handler{},
		Generate: func(_ context.Context, p pointsParams) ([]float64, error) {
			xs := make([]float64, p.N)
			for i := range xs {
				xs[i] = math.Sin(float64(i))
			}
			return xs, nil
		},
	})
	if err == nil {
		_, err = points.Payload(ctx)
	}
	return errors.Join(err, s.Close())
}

// readAndHash reads all files of a folder and takes the SHA-256 of the payload.
func readAndHash(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		if strings.HasSuffix(entry.Name(), ".npy") {
			sha256.Sum256(text)
		}
	}
	return nil
}

// paramsHash hashes parameters with a map of twenty.
func (e *env) paramsHash() *row {
	p := sample.NewTraining(20)
	r := &row{
		key: "params-hash", work: "hash parameters with a map of 20",
		limit: "hashstructure v2 with FNV",
		note:  "hashstructure's 64 bits are of this process's types and release; PARAMS.md's 128 are of a text that any language makes.",
	}
	many := func(hash func() error) side {
		return func(context.Context) (float64, error) {
			took, err := timed(func() error {
				for range e.hashes {
					if err := hash(); err != nil {
						return err
					}
				}
				return nil
			})
			return took / float64(e.hashes), err
		}
	}
	r.sides[ours] = many(func() error {
		text, err := params.Append(nil, p)
		if err == nil {
			params.Hash("train", "1", text, nil)
		}
		return err
	})
	r.sides[limit] = many(func() error {
		_, err := hashstructure.Hash(p, hashstructure.FormatV2, nil)
		return err
	})
	return r
}
