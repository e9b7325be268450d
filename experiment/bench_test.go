package experiment_test

import (
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// benchDraft gives a benchmark the draft of an experiment that goes nowhere.
func benchDraft(b *testing.B, run func(d *experiment.Draft)) {
	b.Helper()
	p, err := project.Open(b.Context(), "mem://bench/project.json", nil)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	d, err := p.Begin("bench")
	if err != nil {
		b.Fatal(err)
	}
	defer experiment.Discard(d)
	b.ReportAllocs()
	run(d)
}

// The same few metrics again and again, as in a training loop.
func BenchmarkLogMetric(b *testing.B) {
	names := [...]string{"loss", "accuracy", "auroc", "rate"}
	benchDraft(b, func(d *experiment.Draft) {
		for i := 0; b.Loop(); i++ {
			d.LogMetric(names[i%len(names)], float64(i))
		}
	})
}

// A new metric each time, a thousand to an experiment.
func BenchmarkLogNewMetrics(b *testing.B) {
	names := make([]string, 1000)
	for i := range names {
		names[i] = time.Duration(i).String()
	}
	p, err := project.Open(b.Context(), "mem://bench/project.json", nil)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	b.ReportAllocs()
	for b.Loop() {
		d, err := p.Begin("bench")
		if err != nil {
			b.Fatal(err)
		}
		for i, name := range names {
			d.LogMetric(name, float64(i))
		}
		experiment.Discard(d)
	}
}

func BenchmarkLogParameter(b *testing.B) {
	type optimizer struct {
		Name string  `json:"name"`
		Beta float64 `json:"beta"`
	}
	value := optimizer{"adam", 0.9}
	benchDraft(b, func(d *experiment.Draft) {
		for b.Loop() {
			if err := d.LogParameter("optimizer", value); err != nil {
				b.Fatal(err)
			}
		}
	})
}
