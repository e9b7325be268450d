package cli

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

type scratchPoints struct {
	N    int    `lazyscribe:"n_points"`
	Seed uint64 `lazyscribe:"seed,default=1"`
}

// pipelineScratch stores the payloads the examples are about: points of two sizes
// and what was estimated from the larger.
func pipelineScratch(t *testing.T) {
	t.Helper()
	at := time.Date(2025, 1, 25, 12, 36, 22, 0, time.UTC)
	s, err := pipeline.Open(t.Context(), "steps", &pipeline.Options{NoLogFiles: true, Now: func() time.Time {
		at = at.Add(time.Hour)
		return at
	}})
	if err != nil {
		t.Fatal(err)
	}
	points := pipeline.Spec[scratchPoints, []float64]{
		Name: "gaussian_points", Params: scratchPoints{N: 50, Seed: 1}, Handler: "json",
		Generate: func(_ context.Context, p scratchPoints) ([]float64, error) { return make([]float64, p.N), nil },
	}
	small, err1 := pipeline.New(s, points)
	points.Params.N = 100
	large, err2 := pipeline.New(s, points)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	estimator, err := pipeline.New(s, pipeline.Spec[map[string]float64, float64]{
		Name: "outlier_estimator", Version: "2", Params: map[string]float64{"z_threshold": 2.5}, Handler: "json", DependsOn: []pipeline.Node{large},
		Generate: func(ctx context.Context, _ map[string]float64) (float64, error) {
			xs, err := large.Payload(ctx)
			return float64(len(xs)), err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err1 = small.Payload(t.Context())
	_, err2 = estimator.Payload(t.Context())
	if err := errors.Join(err1, err2, s.Close(), os.WriteFile("params.json", []byte(`{"n_points": 60}`), 0o666)); err != nil {
		t.Fatal(err)
	}
}
