// Command merge joins what two machines recorded apart from one another: the
// newer version of each experiment, and the files of its artifacts.
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
	if err := run(context.Background(), os.Stdout, "mem://merge"); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, folder string) error {
	laptop, err := project.Open(ctx, folder+"/laptop/project.json", nil)
	if err != nil {
		return err
	}
	defer laptop.Close()
	cluster, err := project.Open(ctx, folder+"/cluster/project.json", nil)
	if err != nil {
		return err
	}
	defer cluster.Close()
	if err := record(ctx, laptop, "small model", 0.81); err != nil {
		return err
	}
	if err := record(ctx, cluster, "large model", 0.93); err != nil {
		return err
	}

	both, err := laptop.Merge(cluster) // in memory, at the laptop's place
	if err != nil {
		return err
	}
	defer both.Close()
	if err := both.Save(ctx); err != nil { // copies the cluster's files too
		return err
	}
	for e := range both.All() {
		note, err := artifacts.Load[string](ctx, e, "note", nil)
		if err != nil {
			return err
		}
		accuracy, _ := e.Metric("accuracy")
		fmt.Fprintf(w, "%s: %.2f, %s\n", e.Name(), accuracy, note)
	}
	return nil
}

func record(ctx context.Context, p *project.Project, name string, accuracy float64) error {
	_, err := p.Log(ctx, name, func(d *experiment.Draft) error {
		d.LogMetric("accuracy", accuracy)
		return d.LogArtifact("note", "weights of the "+name, "text", nil)
	})
	if err != nil {
		return err
	}
	return p.Save(ctx)
}
