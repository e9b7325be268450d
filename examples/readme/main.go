// Command readme is the example of the README.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func main() {
	ctx := context.Background()
	p, err := project.Open(ctx, "project.json", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	run, err := p.Log(ctx, "My first run", func(d *experiment.Draft) error {
		d.Tag("baseline")
		d.LogMetric("auroc", 0.91)
		d.LogCount("rows", 1000)
		if err := d.LogParameter("optimizer", map[string]any{"name": "adam", "lr": 1e-3}); err != nil {
			return err
		}
		// Artifacts are encoded when the project is saved. In a loop that goes on
		// changing the value, say LogOptions{Now: true}.
		return d.LogArtifact("features", []string{"age", "income"}, "json", nil)
	})
	if err != nil {
		log.Fatal(err) // the project is as it was
	}
	if err := p.Save(ctx); err != nil {
		log.Fatal(err)
	}

	features, err := artifacts.Load[[]string](ctx, run, "features", nil)
	fmt.Println(run.Slug(), features, err)
}
