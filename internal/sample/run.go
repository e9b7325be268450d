package sample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// Author is the author of every run.
const Author = "sample"

// A Run is the content of one experiment. The tags of its fields are for those
// who pass it to another program.
type Run struct {
	Name         string         `json:"name"`
	Created      time.Time      `json:"-"`
	Metrics      Metrics        `json:"metrics"`
	LearningRate float64        `json:"learning_rate"`
	Seed         int            `json:"seed"`
	Layers       [3]int         `json:"layers"`
	Optimizer    Optimizer      `json:"optimizer"`
	Tags         [2]string      `json:"tags"`
	Test         Test           `json:"test"`
	Artifact     map[string]any `json:"artifact"`
}

// Metrics are the measurements of a run.
type Metrics struct {
	Accuracy float64    `json:"accuracy"`
	AUROC    float64    `json:"auroc"`
	Loss     [4]float64 `json:"loss"`
}

// Optimizer is a parameter that is an object.
type Optimizer struct {
	Beta float64 `json:"beta"`
	Name string  `json:"name"`
}

// Test is the one test of a run.
type Test struct {
	Name        string  `json:"name"`
	Description string  `json:"description"`
	AUROC       float64 `json:"auroc"`
}

// start is when the first run was created; each later one came pace after the
// one before, so that no two slugs are the same.
var start = time.Date(2025, 1, 3, 8, 0, 0, 0, time.UTC)

const pace = 37 * time.Second

var models = [...]string{"Gradient boosting", "Random forest", "Logistic regression", "Small network"}

// At returns run number i.
func At(i int) *Run {
	r := rand.New(rand.NewPCG(1, uint64(i)))
	run := &Run{
		Name:         fmt.Sprintf("%s %06d", models[i%len(models)], i),
		Created:      start.Add(time.Duration(i) * pace),
		Metrics:      Metrics{Accuracy: r.Float64(), AUROC: r.Float64()},
		LearningRate: float64(1+r.IntN(100)) / 1000,
		Seed:         r.IntN(1_000_000),
		Layers:       [3]int{64, 32, 16},
		Optimizer:    Optimizer{Beta: 0.9, Name: "adam"},
		Tags:         [2]string{"baseline", "nightly"},
		Test:         Test{Name: "older than sixty", Description: "The part of the data on people older than sixty", AUROC: r.Float64()},
		Artifact:     map[string]any{"columns": []string{"age", "income", "region"}, "rows": r.IntN(100_000)},
	}
	for i := range run.Metrics.Loss {
		run.Metrics.Loss[i] = r.Float64() / float64(i+1)
	}
	return run
}

// Runs returns runs number first to first+n-1.
func Runs(first, n int) []*Run {
	list := make([]*Run, n)
	for i := range list {
		list[i] = At(first + i)
	}
	return list
}

// ShortSlug is the slug without the time.
func (r *Run) ShortSlug() string { return strings.ReplaceAll(strings.ToLower(r.Name), " ", "-") }

// Slug is what the run is found by.
func (r *Run) Slug() string { return r.ShortSlug() + "-" + r.Created.Format("20060102150405") }

// Log writes the run into a draft, all but its artifact.
func (r *Run) Log(d *experiment.Draft) error {
	d.LogMetric("accuracy", r.Metrics.Accuracy)
	d.LogMetric("auroc", r.Metrics.AUROC)
	d.LogSeries("loss", r.Metrics.Loss[:])
	d.Tag(r.Tags[:]...)
	return errors.Join(
		d.LogParameter("layers", r.Layers),
		d.LogParameter("learning_rate", r.LearningRate),
		d.LogParameter("optimizer", r.Optimizer),
		d.LogParameter("seed", r.Seed),
		d.LogTest(r.Test.Name, r.Test.Description, func(t *experiment.TestDraft) error {
			t.LogMetric("auroc", r.Test.AUROC)
			return nil
		}),
	)
}

// LogArtifact adds the run's artifact to a draft.
func (r *Run) LogArtifact(d *experiment.Draft) error {
	return d.LogArtifact("features", r.Artifact, "json", nil)
}
