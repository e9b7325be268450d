package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// printRuns prints one line for each run.
func printRuns(w io.Writer, list []*experiment.Experiment) {
	fmt.Fprintf(w, "%-26s %8s  %8s  %8s  %s\n", "run", "accuracy", "log loss", "mistakes", "recall of virginica")
	for _, e := range list {
		accuracy, _ := e.Metric("accuracy")
		loss, _ := e.Metric("log_loss")
		mistakes, _ := e.Metric("mistakes")
		recall := math.NaN()
		if t, ok := e.Test("virginica"); ok {
			recall, _ = t.Metric("recall")
		}
		fmt.Fprintf(w, "%-26s %8.3f  %8.3f  %8.0f  %19.2f\n", e.Name(), accuracy, loss, mistakes, recall)
	}
}

// findBest filters the project's experiments and returns the one with the least
// log loss; of equals the newest, which comes last.
func findBest(p *project.Project) (*experiment.Experiment, error) {
	var best *experiment.Experiment
	least := math.Inf(1)
	for e := range p.All() {
		accuracy, ok := e.Metric("accuracy")
		if !ok || accuracy < 0.9 {
			continue
		}
		if loss, ok := e.Metric("log_loss"); ok && loss <= least {
			best, least = e, loss
		}
	}
	if best == nil {
		return nil, errors.New("no run has an accuracy of 0.9")
	}
	return best, nil
}

// printRun prints what is known of a run besides its metrics.
func printRun(ctx context.Context, w io.Writer, e *experiment.Experiment) error {
	var settings any
	if err := e.Parameter("model", &settings); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: %v, by %s, tags %s\n", e.Slug(), settings, e.Author(), strings.Join(e.Tags(), ", "))
	for a := range e.Artifacts() {
		fmt.Fprintf(w, "  %s/%s (%s, %d bytes, sha256 %.8s...)\n", e.Slug(), a.FileName, a.Handler, a.Size, a.SHA256)
	}
	report, err := artifacts.Load[string](ctx, e, "report", nil)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\nits report on the flowers it was chosen by: %s", report)
	return err
}

// printMistakes prints how a model does on flowers, and each one it gets wrong.
func printMistakes(w io.Writer, m *Model, flowers []Flower) {
	result := evaluate(m, flowers)
	fmt.Fprintf(w, "on the flowers held out it has %d of %d right", result.right(), result.total())
	for _, f := range flowers {
		if class, p := m.predict(f.Measures); class != f.Species {
			fmt.Fprintf(w, "\n  %v is %s, taken for %s (%.0f %% sure)", f.Measures, species[f.Species], species[class], 100*p[class])
		}
	}
	fmt.Fprintln(w)
}
