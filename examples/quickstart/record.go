package main

import (
	"context"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A run is one thing to try.
type run struct {
	name     string
	kind     string // becomes a tag
	settings any    // becomes a parameter: any value encoding/json takes
	train    func(d *experiment.Draft, scale Scale, flowers []Flower) (Classifier, error)
}

func runs() []run {
	var list []run
	for _, k := range []int{1, 5, 15, 45} {
		list = append(list, knnRun(k))
	}
	for _, rate := range []float64{0.1, 1} {
		for _, l2 := range []float64{0, 0.001, 0.1} {
			list = append(list, softmaxRun(SoftmaxSettings{Rate: rate, L2: l2, Epochs: 300}))
		}
	}
	return list
}

func knnRun(k int) run {
	return run{
		name:     fmt.Sprintf("knn k=%d", k),
		kind:     "knn",
		settings: map[string]int{"k": k},
		train: func(_ *experiment.Draft, _ Scale, flowers []Flower) (Classifier, error) {
			return &KNN{K: k, Known: flowers}, nil
		},
	}
}

func softmaxRun(s SoftmaxSettings) run {
	return run{
		name:     fmt.Sprintf("softmax rate=%g l2=%g", s.Rate, s.L2),
		kind:     "softmax",
		settings: s,
		train: func(d *experiment.Draft, scale Scale, flowers []Flower) (Classifier, error) {
			m := &Softmax{}
			losses := make([]float64, 0, s.Epochs)
			err := m.train(flowers, s, func(epoch int, loss float64) error {
				losses = append(losses, loss)
				if epoch != s.Epochs/10 {
					return nil
				}
				// An artifact is encoded when the project is saved, and by then
				// training will have changed m. Now encodes it here.
				return d.LogArtifact("early model", Model{scale, m}, "gob", &artifacts.LogOptions{Now: true})
			})
			d.LogSeries("loss", losses)
			return m, err
		},
	}
}

// record trains a model and adds the run to the project. An error, or a panic,
// leaves the project as it was.
func (r run) record(ctx context.Context, p *project.Project, split Split, data parts) (*experiment.Experiment, error) {
	return p.Log(ctx, r.name, func(d *experiment.Draft) error {
		d.Tag("iris", r.kind)
		if err := d.LogParameter("model", r.settings); err != nil {
			return err
		}
		if err := d.LogParameter("split", split); err != nil {
			return err
		}

		scale := fitScale(data.train)
		classifier, err := r.train(d, scale, scale.applyAll(data.train))
		if err != nil {
			return err
		}
		model := Model{scale, classifier}
		result := evaluate(&model, data.validation)

		d.LogMetric("accuracy", result.accuracy())
		d.LogMetric("log_loss", result.logLoss)
		d.LogCount("mistakes", int64(result.total()-result.right()))
		for class, name := range species {
			if err := d.LogTest(name, "flowers of one species", func(t *experiment.TestDraft) error {
				t.LogMetric("precision", result.precision(class))
				t.LogMetric("recall", result.recall(class))
				t.LogCount("support", int64(result.actual(class)))
				return nil
			}); err != nil {
				return err
			}
		}

		if err := d.LogArtifact("confusion", result.Confusion, "json", nil); err != nil {
			return err
		}
		if err := d.LogArtifact("report", result.String(), "text", nil); err != nil {
			return err
		}
		return d.LogArtifact("model", model, "gob", nil)
	})
}
