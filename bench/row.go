package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// A row is one piece of work and those who do it.
type row struct {
	key   string
	work  string
	unit  unit
	limit string // what the limit is
	note  string // anything else a reader has to know
	aims  []aim

	ready func(ctx context.Context) error // prepares the row; nil: nothing to do
	done  func() error                    // ends it

	sides [numSides]side
	once  []int // sides that are too slow for more than one round
}

// A side does the work of a row once and returns what it took, in seconds or
// bytes or whatever the row counts. What must be prepared for it is not counted.
// A nil side does not take part.
type side func(ctx context.Context) (float64, error)

const (
	ours = iota
	python
	mlflow
	limit
	numSides
)

// sideNames are the sides as the tables name them.
var sideNames = [numSides]string{"Go", "Python", "MLflow", "limit"}

// errAbsent is returned by a side that turns out to be unable to take part.
var errAbsent = errors.New("not here")

// A result is what a row came to.
type result struct {
	*row
	values [numSides][]float64 // sorted; empty for sides that did not take part
}

// median returns a side's median, 0 if it did not take part.
func (r *result) median(side int) float64 {
	if n := len(r.values[side]); n > 0 {
		return (r.values[side][(n-1)/2] + r.values[side][n/2]) / 2
	}
	return 0
}

// spread is how far the middle half of a side's values lies around the median,
// as a fraction of it.
func (r *result) spread(side int) float64 {
	v := r.values[side]
	if m := r.median(side); m > 0 {
		return (v[len(v)*3/4] - v[len(v)/4]) / 2 / m
	}
	return 0
}

// measure lets the sides take turns: what disturbs the machine then disturbs
// all of them. The first turn of each warms up and does not count, unless it is
// the only one.
func (r *row) measure(ctx context.Context, rounds int) (_ *result, err error) {
	if r.ready != nil {
		if err := r.ready(ctx); err != nil {
			return nil, err
		}
	}
	if r.done != nil {
		defer func() { err = errors.Join(err, r.done()) }()
	}
	res := &result{row: r}
	for round := range rounds + 1 {
		for i, side := range r.sides {
			single := slices.Contains(r.once, i)
			if side == nil || single && round > 0 {
				continue
			}
			runtime.GC() // what one side left behind is not for the next to clean up
			v, err := side(ctx)
			if errors.Is(err, errAbsent) {
				r.sides[i] = nil
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", sideNames[i], err)
			}
			if round > 0 || single {
				res.values[i] = append(res.values[i], v)
			}
		}
	}
	for _, v := range res.values {
		slices.Sort(v)
	}
	return res, nil
}

// timed returns how long do took, in seconds.
func timed(do func() error) (float64, error) {
	begin := time.Now()
	err := do()
	return time.Since(begin).Seconds(), err
}
