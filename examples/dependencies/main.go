// Command dependencies keeps the preparation of data in one project and a model
// in another, and follows the way from the model back to its data.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func main() {
	if err := run(context.Background(), os.Stdout, "mem://dependencies"); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, folder string) error {
	data, err := project.Open(ctx, folder+"/data.json", nil)
	if err != nil {
		return err
	}
	defer data.Close()
	models, err := project.Open(ctx, folder+"/models.json", nil)
	if err != nil {
		return err
	}
	defer models.Close()

	clean, err := data.Log(ctx, "clean numbers", func(d *experiment.Draft) error {
		return d.LogArtifact("numbers", []float64{2, 3, 5, 7, 11}, "json", nil)
	})
	if err != nil {
		return err
	}
	mean, err := models.Log(ctx, "mean", func(d *experiment.Draft) error {
		d.DependOn(clean)
		d.LogMetric("mean", (2+3+5+7+11)/5.0)
		return nil
	})
	if err != nil {
		return err
	}
	if err := data.Save(ctx); err != nil { // first what the other refers to
		return err
	}
	if err := models.Save(ctx); err != nil {
		return err
	}
	return printOrigin(ctx, w, models, mean)
}

// printOrigin prints the numbers each dependency of e holds. A dependency is a
// name; Resolve opens the project it leads to.
func printOrigin(ctx context.Context, w io.Writer, p *project.Project, e *experiment.Experiment) error {
	for ref := range e.Dependencies() {
		origin, err := p.Resolve(ctx, ref)
		if err != nil {
			return err
		}
		numbers, err := artifacts.Load[[]float64](ctx, origin, "numbers", nil)
		if err != nil {
			return err
		}
		mean, _ := e.Metric("mean")
		fmt.Fprintf(w, "%s: %g, from %s: %v\n", e.Name(), mean, origin.Name(), numbers)
	}
	return nil
}
