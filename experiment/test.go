package experiment

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// A Test is a part of an experiment that was measured on its own, such as a
// slice of the data. It is immutable and safe for concurrent use.
type Test struct {
	e *Experiment
	t *record.Test
}

// Name is the test's name; names need not be unique.
func (t *Test) Name() string { return t.t.Name }

// Description is what the test's author wrote about it; it may be empty.
func (t *Test) Description() string { return t.t.Description }

// Metric returns a metric that is a number, see [Experiment.Metric].
func (t *Test) Metric(name string) (x float64, ok bool) {
	return number(record.Lookup(t.t.Metrics, name))
}

// MetricValue returns a metric of any kind.
func (t *Test) MetricValue(name string) (Value, bool) {
	return valueOf(record.Lookup(t.t.Metrics, name))
}

// Metrics ranges over the metrics in their order.
func (t *Test) Metrics() iter.Seq2[string, Value] { return values(t.t.Metrics) }

// Parameter decodes a parameter, see [Experiment.Parameter].
func (t *Test) Parameter(name string, target any) error {
	v, ok := record.Lookup(t.t.Parameters, name)
	if err := decode(v, ok, name, target); err != nil {
		return fmt.Errorf("experiment %q: test %q: %w", t.e.Slug(), t.Name(), err)
	}
	return nil
}

// Parameters ranges over the parameters in their order.
func (t *Test) Parameters() iter.Seq2[string, Value] { return values(t.t.Parameters) }

// Artifacts ranges over the descriptions of the test's artifacts, in order.
func (t *Test) Artifacts() iter.Seq[artifacts.Artifact] { return metas(t.t.Artifacts) }

// LoadArtifact decodes an artifact, see [Experiment.LoadArtifact].
func (t *Test) LoadArtifact(ctx context.Context, name string, target any, opts *artifacts.LoadOptions) error {
	return load(ctx, t.e, t.t, t.t.Artifacts, name, target, opts)
}

// OpenArtifact opens the file of an artifact, see [Experiment.OpenArtifact].
func (t *Test) OpenArtifact(ctx context.Context, name string) (io.ReadCloser, error) {
	return open(ctx, t.e, t.t, t.t.Artifacts, name)
}
