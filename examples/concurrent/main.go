// Command concurrent estimates pi with many goroutines that all write into one
// experiment. Drafts, projects and experiments are safe for concurrent use.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

const (
	workers = 16
	darts   = 20_000 // of each worker
)

func main() {
	if err := run(context.Background(), os.Stdout, "mem://concurrent/project.json"); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, url string) error {
	p, err := project.Open(ctx, url, nil)
	if err != nil {
		return err
	}
	defer p.Close()
	e, err := p.Log(ctx, "pi by darts", estimate)
	if err != nil {
		return err
	}
	if err := p.Save(ctx); err != nil {
		return err
	}
	pi, _ := e.Metric("pi")
	_, err = fmt.Fprintf(w, "pi is about %.2f\n", pi)
	return err
}

func estimate(d *experiment.Draft) error {
	var g errgroup.Group
	var hits atomic.Int64
	for worker := range workers {
		g.Go(func() error {
			mine := throw(worker)
			hits.Add(mine)
			return d.LogTest(fmt.Sprintf("worker %d", worker), "one share of the darts", func(t *experiment.TestDraft) error {
				t.LogCount("hits", mine)
				return t.LogParameter("seed", worker)
			})
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	d.LogMetric("pi", 4*float64(hits.Load())/(workers*darts))
	return nil
}

// throw counts the darts that hit the quarter of a circle.
func throw(seed int) (hits int64) {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for range darts {
		if x, y := random.Float64(), random.Float64(); x*x+y*y < 1 {
			hits++
		}
	}
	return hits
}
