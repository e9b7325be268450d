package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// GaussianPointsParams are what points are made with.
type GaussianPointsParams struct {
	N           int    `lazyscribe:"n_points"`
	RandomState uint64 `lazyscribe:"random_state,default=100"` // not hashed at its default
	LogEvery    int    `lazyscribe:"-"`                        // no parameter
}

// drawPoints draws points from a normal distribution.
func drawPoints(ctx context.Context, p GaussianPointsParams) ([]float64, error) {
	fmt.Println("drawing", p.N, "points")
	pipeline.Logger(ctx).Info("drawing", "n_points", p.N)
	r := rand.New(rand.NewPCG(p.RandomState, 0))
	xs := make([]float64, p.N)
	for i := range xs {
		xs[i] = r.NormFloat64()
	}
	return xs, nil
}

func gaussianPoints(s *pipeline.Store, p GaussianPointsParams) (*pipeline.Step[GaussianPointsParams, []float64], error) {
	return pipeline.New(s, pipeline.Spec[GaussianPointsParams, []float64]{
		Params:   p, // and the step is called gaussian_points
		Handler:  "json",
		Generate: drawPoints,
		Validate: func(p GaussianPointsParams, xs []float64) error {
			if len(xs) != p.N {
				return fmt.Errorf("%d points, want %d", len(xs), p.N)
			}
			return nil
		},
	})
}

// Estimator says which points are far from the others.
type Estimator struct{ Mean, Std, Threshold float64 }

// IsOutlier tells whether a point is.
func (e *Estimator) IsOutlier(x float64) bool { return math.Abs(x-e.Mean) > e.Threshold*e.Std }

// EstimatorParams are what an Estimator is fitted with.
type EstimatorParams struct {
	ZThreshold float64 `lazyscribe:"z_threshold"`
}

// outlierEstimator is a step on top of the one that makes the points.
func outlierEstimator(s *pipeline.Store, p EstimatorParams, points *pipeline.Step[GaussianPointsParams, []float64]) (*pipeline.Step[EstimatorParams, *Estimator], error) {
	return pipeline.New(s, pipeline.Spec[EstimatorParams, *Estimator]{
		Name:      "outlier_estimator",
		Params:    p,
		DependsOn: []pipeline.Node{points},
		Generate: func(ctx context.Context, p EstimatorParams) (*Estimator, error) {
			xs, err := points.Payload(ctx)
			if err != nil {
				return nil, err
			}
			fmt.Println("fitting to", len(xs), "points")
			e := &Estimator{Threshold: p.ZThreshold}
			for _, x := range xs {
				e.Mean += x / float64(len(xs))
			}
			for _, x := range xs {
				e.Std += (x - e.Mean) * (x - e.Mean) / float64(len(xs))
			}
			e.Std = math.Sqrt(e.Std)
			return e, nil
		},
	})
}

// Points that are drawn once, whoever asks for them.
func Example() {
	ctx := context.Background()
	s, err := pipeline.Open(ctx, "mem://example-points", nil) // or "data", "s3://bucket/points"
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	for range 2 { // as two programs would
		points, err := gaussianPoints(s, GaussianPointsParams{N: 100, RandomState: 10})
		if err != nil {
			log.Fatal(err)
		}
		xs, err := points.Payload(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %d points, the first is %.3f\n", points.Name(), len(xs), xs[0])
	}
	other, err := gaussianPoints(s, GaussianPointsParams{N: 101, RandomState: 10})
	if err != nil {
		log.Fatal(err)
	}
	why, err := other.Explain(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range why.Changes {
		fmt.Println(c)
	}
	// Output:
	// drawing 100 points
	// gaussian_points: 100 points, the first is -1.621
	// gaussian_points: 100 points, the first is -1.621
	// params.n_points: 100, now 101
}

// An outlier estimator on top of the points: their parameters are part of its own.
func ExampleSpec_dependsOn() {
	ctx := context.Background()
	s, err := pipeline.Open(ctx, "mem://example-estimator", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	for _, n := range []int{100, 100, 200} {
		points, err1 := gaussianPoints(s, GaussianPointsParams{N: n, RandomState: 100})
		estimator, err2 := outlierEstimator(s, EstimatorParams{ZThreshold: 2}, points)
		if err := errors.Join(err1, err2); err != nil {
			log.Fatal(err)
		}
		e, err := estimator.Payload(ctx)
		if err != nil {
			log.Fatal(err)
		}
		params, err := estimator.ParamsTree().Flat()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(params, "3 is an outlier:", e.IsOutlier(3))
	}
	// Output:
	// drawing 100 points
	// fitting to 100 points
	// map[gaussian_points:map[n_points:100 random_state:100] z_threshold:2] 3 is an outlier: true
	// map[gaussian_points:map[n_points:100 random_state:100] z_threshold:2] 3 is an outlier: true
	// drawing 200 points
	// fitting to 200 points
	// map[gaussian_points:map[n_points:200 random_state:100] z_threshold:2] 3 is an outlier: true
}

// The parameters of a step and where its payload is, in an experiment.
func ExampleLogStep() {
	ctx := context.Background()
	s, err := pipeline.Open(ctx, "mem://example-log", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	points, err := gaussianPoints(s, GaussianPointsParams{N: 10, RandomState: 1})
	if err != nil {
		log.Fatal(err)
	}
	p, err := project.Open(ctx, "mem://example-log/project.json", nil)
	if err != nil {
		log.Fatal(err)
	}
	e, err := p.Log(ctx, "outliers", func(d *experiment.Draft) error {
		return pipeline.LogStep(ctx, d, points, nil)
	})
	if err != nil {
		log.Fatal(err)
	}
	for name, v := range e.Parameters() {
		fmt.Printf("%s: %.60v\n", name, v)
	}
	// Output:
	// drawing 10 points
	// gaussian_points: {"n_points": 10, "random_state": 1}
	// gaussian_points.payload: {"name": "gaussian_points", "hash": "dd574bb9a3c733cccb17583
}

// The README's program.
func ExampleStep_Payload() {
	ctx, url := context.Background(), "mem://readme-steps"
	train := func(Params, []float64) ([]float64, error) { return []float64{0.5}, nil }

	s, err := pipeline.Open(ctx, url, nil) // "steps", "s3://bucket/steps", "mem://steps"
	points, err2 := pipeline.New(s, pipeline.Spec[PointsParams, []float64]{
		Params: PointsParams{N: 100}, Generate: draw,
	})
	model, err3 := pipeline.New(s, pipeline.Spec[Params, []float64]{
		Name: "model", Params: Params{LR: 0.1}, DependsOn: []pipeline.Node{points}, Version: "2",
		Generate: func(ctx context.Context, p Params) ([]float64, error) {
			xs, err := points.Payload(ctx) // drawn once for N = 100
			if err != nil {
				return nil, err
			}
			return train(p, xs)
		},
	})
	weights, err4 := model.Payload(ctx) // trained once for LR = 0.1 and these points

	fmt.Println(weights, errors.Join(err, err2, err3, err4))
	// Output: [0.5] <nil>
}

// PointsParams and Params are those of the README's program.
type (
	PointsParams struct{ N int }
	Params       struct{ LR float64 }
)

func draw(_ context.Context, p PointsParams) ([]float64, error) { return make([]float64, p.N), nil }
