package main

import (
	"context"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

var metricNames = [...]string{"loss", "accuracy", "auroc", "rate"}

// metric logs metrics in a loop, always the same few.
func (e *env) metric() *row {
	r := &row{
		key: "metric", work: "log one metric",
		limit: "a mutex, a look at the clock and a map",
		note:  "MLflow writes each metric into its store at once.",
		aims:  []aim{atMost(150e-9, seconds)},
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		took := 0.0
		err := withDraft(ctx, func(d *experiment.Draft) (err error) {
			took, err = timed(func() error { e.logMetrics(d); return nil })
			return err
		})
		return took / float64(e.metrics), err
	}
	r.sides[python] = e.byPython(1, func() request {
		return request{Work: "metric", Path: filepath.Join(e.dir, "metric", "project.json"), N: min(e.metrics, 100_000)}
	})
	r.sides[mlflow] = e.by(mlflow, func() request {
		return request{Work: "metric", Path: filepath.Join(e.dir, "metric.db"), Other: e.emptyStore(), N: min(e.metrics, 100)}
	})
	r.sides[limit] = func(context.Context) (float64, error) {
		var mu sync.Mutex
		var last time.Time
		values := map[string]float64{}
		took, err := timed(func() error {
			for i := range e.metrics {
				mu.Lock()
				last = time.Now()
				values[metricNames[i%len(metricNames)]] = float64(i)
				mu.Unlock()
			}
			return nil
		})
		runtime.KeepAlive(last)
		return took / float64(e.metrics), err
	}
	return r
}

// metricAllocs counts the allocations of the same.
func (e *env) metricAllocs() *row {
	r := &row{key: "metric-allocs", work: "allocations of logging one metric", unit: count, aims: []aim{atMost(1, count)}}
	r.sides[ours] = func(ctx context.Context) (n float64, err error) {
		err = withDraft(ctx, func(d *experiment.Draft) error {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			e.logMetrics(d)
			runtime.ReadMemStats(&after)
			n = float64(after.Mallocs-before.Mallocs) / float64(e.metrics)
			return nil
		})
		return n, err
	}
	return r
}

func (e *env) logMetrics(d *experiment.Draft) {
	for i := range e.metrics {
		d.LogMetric(metricNames[i%len(metricNames)], float64(i))
	}
}

// withDraft runs do with the draft of an experiment in memory.
func withDraft(ctx context.Context, do func(*experiment.Draft) error) error {
	p, err := project.Open(ctx, "mem://bench/project.json", nil)
	if err != nil {
		return err
	}
	defer p.Close()
	_, err = p.Log(ctx, "metrics", do)
	return err
}
