// Command quickstart trains small models on Fisher's iris data, keeps every run
// as an experiment, and then does what one does with experiments: find one by
// its name, find the best, load its model and use it.
//
// Everything is in a folder of plain files, ./lazyscribe-quickstart unless -dir
// says otherwise. Running it again adds to what is there.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "lazyscribe-quickstart", "folder of the project")
	flag.Parse()
	if err := quickstart(context.Background(), os.Stdout, *dir); err != nil {
		log.Fatal("quickstart: ", err)
	}
}

func quickstart(ctx context.Context, w io.Writer, dir string) error {
	flowers, err := readFlowers()
	if err != nil {
		return err
	}
	split := Split{Seed: 1, Train: 0.6, Validation: 0.2}
	data := split.divide(flowers)
	fmt.Fprintf(w, "%d flowers: %d to learn from, %d to choose the best run by, %d held out\n\n",
		len(flowers), len(data.train), len(data.validation), len(data.heldOut))

	manifest := filepath.Join(dir, "project.json")
	if err := train(ctx, w, manifest, split, data); err != nil {
		return err
	}
	if err := useBest(ctx, w, manifest, data.heldOut); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, lookYourself, manifest, dir)
	return err
}

// train records all runs and saves them: artifacts first, the manifest last.
func train(ctx context.Context, w io.Writer, manifest string, split Split, data parts) error {
	p, err := project.Open(ctx, manifest, nil)
	if err != nil {
		return err
	}
	defer p.Close()
	var done []*experiment.Experiment
	for _, r := range runs() {
		e, err := r.record(ctx, p, split, data)
		if err != nil {
			return err
		}
		done = append(done, e)
	}
	if err := p.Save(ctx); err != nil {
		return err
	}
	printRuns(w, done)
	_, err = fmt.Fprintf(w, "\nsaved to %s, which has %d experiments now\n", manifest, p.Len())
	return err
}

// useBest opens the project again, as another program would another day.
func useBest(ctx context.Context, w io.Writer, manifest string, heldOut []Flower) error {
	p, err := project.Open(ctx, manifest, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		return err
	}
	defer p.Close()

	simple, err := p.Lookup("knn-k-1") // a short slug: the newest run of that name
	if err != nil {
		return err
	}
	accuracy, _ := simple.Metric("accuracy")
	fmt.Fprintf(w, "\nknn-k-1 is %s, accuracy %.3f\n", simple, accuracy)

	best, err := findBest(p)
	if err != nil {
		return err
	}
	fmt.Fprint(w, "\nthe best is ")
	if err := printRun(ctx, w, best); err != nil {
		return err
	}
	model, err := artifacts.Load[Model](ctx, best, "model", nil)
	if err != nil {
		return err
	}
	fmt.Fprintln(w)
	printMistakes(w, &model, heldOut)
	return nil
}

const lookYourself = `
look for yourself:
  go run ./cmd/lazyscribe -p %[1]s list --sort metrics.log_loss
  pip install lazyscribe ./python && cd %[2]s && python -c '
from lazyscribe import Project
for e in Project("project.json", mode="r").experiments:
    print(e.slug, e.metrics["accuracy"], e.load_artifact("confusion")["counts"])'
`
