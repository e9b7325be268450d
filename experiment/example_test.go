package experiment_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// run logs one experiment and saves it. The examples use a store in memory and
// a clock that stands still, so that what they print is always the same.
func run(fn func(*experiment.Draft) error) *experiment.Experiment {
	ctx := context.Background()
	p, err := project.Open(ctx, fmt.Sprintf("mem://experiment-example-%d/project.json", stores.Add(1)), &project.Options{
		Author: "ann",
		Now:    func() time.Time { return time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		log.Fatal(err)
	}
	x, err := p.Log(ctx, "Model", fn)
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Save(ctx); err != nil {
		log.Fatal(err)
	}
	return x
}

func ExampleDraft() {
	x := run(func(d *experiment.Draft) error {
		d.LogMetric("auroc", 0.91)
		d.LogCount("rows", 1000)
		d.LogSeries("loss", []float64{0.5, 0.25})
		d.Tag("baseline", "keep")
		return d.LogParameter("grid", map[string][]int{"depth": {2, 4}})
	})
	for name, v := range x.Metrics() {
		fmt.Println(name, v)
	}
	var grid struct {
		Depth []int `json:"depth"`
	}
	if err := x.Parameter("grid", &grid); err != nil {
		log.Fatal(err)
	}
	fmt.Println(grid.Depth, x.Tags())
	// Output:
	// auroc 0.91
	// rows 1000
	// loss [0.5, 0.25]
	// [2 4] [baseline keep]
}

func ExampleDraft_LogTest() {
	x := run(func(d *experiment.Draft) error {
		return d.LogTest("Women over 60", "a slice of the data", func(t *experiment.TestDraft) error {
			t.LogMetric("auroc", 0.85)
			return t.LogArtifact("confusion", [][]int{{40, 2}, {3, 55}}, "json", nil)
		})
	})
	test, _ := x.Test("Women over 60")
	confusion, err := artifacts.Load[[][]int](context.Background(), test, "confusion", nil)
	if err != nil {
		log.Fatal(err)
	}
	auroc, _ := test.Metric("auroc")
	fmt.Println(test.Description(), auroc, confusion)
	// Output: a slice of the data 0.85 [[40 2] [3 55]]
}

func ExampleDraft_LogArtifact() {
	x := run(func(d *experiment.Draft) error {
		weights := []float64{0.5, 1}
		// Now keeps what comes later from being saved in its place.
		if err := d.LogArtifact("before", weights, "json", &artifacts.LogOptions{Now: true, TTL: 24 * time.Hour}); err != nil {
			return err
		}
		if err := d.LogArtifact("after", weights, "json", nil); err != nil {
			return err
		}
		weights[0] = 0.75
		return nil
	})
	for a := range x.Artifacts() {
		weights, err := artifacts.Load[[]float64](context.Background(), x, a.Name, nil)
		fmt.Println(a.Name, weights, a.FileName, a.Expiry.IsZero(), err)
	}
	// Output:
	// before [0.5 1] before-20250301100000.json false <nil>
	// after [0.75 1] after-20250301100000.json true <nil>
}

func ExampleExperiment_LoadArtifact() {
	x := run(func(d *experiment.Draft) error {
		return d.LogArtifact("labels", map[string]int{"cat": 0, "dog": 1}, "gob", nil)
	})
	var labels map[string]int
	if err := x.LoadArtifact(context.Background(), "labels", &labels, nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println(labels["dog"])
	// Output: 1
}

func ExampleExperiment_JSON() {
	x := run(nil)
	text, err := x.JSON()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
	// Output:
	// {
	//         "artifacts": [],
	//         "author": "ann",
	//         "created_at": "2025-03-01T10:00:00",
	//         "dependencies": [],
	//         "last_updated": "2025-03-01T10:00:00",
	//         "last_updated_by": "ann",
	//         "metrics": {},
	//         "name": "Model",
	//         "parameters": {},
	//         "short_slug": "model",
	//         "slug": "model-20250301100000",
	//         "tags": [],
	//         "tests": []
	//     }
}

func ExampleParseRef() {
	ref := experiment.ParseRef("../features/project.json|base-20250301100000")
	fmt.Println(ref.Project, ref.Slug)
	// Output: ../features/project.json base-20250301100000
}
