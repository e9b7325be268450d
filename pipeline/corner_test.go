package pipeline_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

// doubler is a step that doubles what another one makes, which is *n.
func doubler(t *testing.T, s *pipeline.Store, n *int) (below, double *pipeline.Step[obj, int]) {
	t.Helper()
	below, err := pipeline.New(s, pipeline.Spec[obj, int]{Name: "below", Params: obj{}, Generate: func(context.Context, obj) (int, error) { return *n, nil }})
	ok(t, "new", err)
	double, err = pipeline.New(s, pipeline.Spec[obj, int]{Name: "double", Params: obj{}, DependsOn: []pipeline.Node{below}, Generate: func(ctx context.Context, _ obj) (int, error) {
		v, err := below.Payload(ctx)
		return 2 * v, err
	}})
	ok(t, "new", err)
	return below, double
}

// TestUnstored: what was made from a payload that was not stored is not taken for
// what the stored one would give.
func TestUnstored(t *testing.T) {
	s := open(t, folders["memory"](t), nil)
	n := 1
	below, _ := doubler(t, s, &n)
	_, err := below.Payload(t.Context())
	ok(t, "store 1", err)

	n = 2
	below, double := doubler(t, s, &n)
	_, err = below.Generate(t.Context(), &pipeline.GenerateOptions{NoPersist: true})
	ok(t, "generate 2", err)
	if v, err := double.Payload(t.Context()); err != nil || v != 4 {
		t.Errorf("double of 2: %d (%v)", v, err)
	}

	below, double = doubler(t, s, &n)
	if v, err := below.Payload(t.Context()); err != nil || v != 1 {
		t.Fatalf("stored is %d (%v)", v, err)
	}
	_, err = double.Load(t.Context(), nil)
	is(t, "load", err, pipeline.ErrStale)
	for r, err := range s.Records(t.Context(), "double") {
		ok(t, "records", err)
		is(t, "check", s.Check(t.Context(), r), pipeline.ErrStale)
	}
	if v, err := double.Payload(t.Context()); err != nil || v != 2 {
		t.Errorf("double of 1: %d (%v)", v, err)
	}
	_, double = doubler(t, s, &n)
	_, err = double.Load(t.Context(), nil)
	ok(t, "load", err)
}

// TestStoredMeanwhile: a payload appears in the second store while the lock of the
// first is waited for. Bringing it here does not wait for that lock again.
func TestStoredMeanwhile(t *testing.T) {
	n := 1
	own, team := folders["local"](t), open(t, folders["memory"](t), nil)
	s := pipeline.Stores(open(t, own, pipeline.WithFault(nil, func(op, key string) error {
		if op == "lock" && strings.HasPrefix(key, "below-") {
			theirs, _ := doubler(t, team, &n)
			_, err := theirs.Payload(context.Background())
			ok(t, "generate elsewhere", err)
		}
		return nil
	})), team)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	mine, err := pipeline.New(s, pipeline.Spec[obj, int]{Name: "below", Params: obj{}, Generate: func(context.Context, obj) (int, error) {
		t.Error("generated here too")
		return 1, nil
	}})
	ok(t, "new", err)
	if v, err := mine.Payload(ctx); err != nil || v != 1 {
		t.Errorf("payload %d (%v)", v, err)
	}
	if got := files(t, own); len(got) != 2 {
		t.Errorf("brought here: %q", got)
	}
}

// TestWholeNumbers: a parameter past 2^53 is read from the record as it was.
func TestWholeNumbers(t *testing.T) {
	s := open(t, folders["memory"](t), nil)
	made := 0
	for _, x := range []float64{1e18, -math.Ldexp(1, 60), math.MaxFloat64} {
		for range 2 {
			step, err := pipeline.New(s, pipeline.Spec[obj, int]{Name: "whole", Params: obj{"x": x}, Generate: func(context.Context, obj) (int, error) {
				made++
				return made, nil
			}})
			ok(t, "new", err)
			_, err = step.Payload(t.Context())
			ok(t, "payload", err)
		}
	}
	if made != 3 {
		t.Errorf("generated %d times, want 3", made)
	}
}

// TestNil: who ignored an error gets another one.
func TestNil(t *testing.T) {
	s := open(t, folders["memory"](t), nil)
	var missing *pipeline.Step[obj, int]
	for name, try := range map[string]func() error{
		"dependency": func() error {
			_, err := pipeline.New(s, pipeline.Spec[obj, int]{
				Name: "x", Params: obj{}, DependsOn: []pipeline.Node{missing}, Generate: func(context.Context, obj) (int, error) { return 0, nil },
			})
			return err
		},
		"log":     func() error { return pipeline.LogStep(t.Context(), nil, missing, nil) },
		"promote": func() error { _, err := pipeline.Promote(t.Context(), nil, nil); return err },
		"lock":    func() error { return pipeline.Lock(t.Context(), folders["local"](t), nil) },
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), "a step is nil") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for _, stores := range [][]*pipeline.Store{{nil}, {s, nil}} {
		_, err := pipeline.New(pipeline.Stores(stores[0], stores[1:]...), pipeline.Spec[obj, int]{Name: "x"})
		if err == nil || !strings.Contains(err.Error(), "the store is nil") {
			t.Errorf("stores: error %v", err)
		}
	}
}

// TestCollectedMeanwhile: a payload that is generated again while old ones are
// collected is not old.
func TestCollectedMeanwhile(t *testing.T) {
	url := folders["local"](t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	o := &pipeline.Options{Now: func() time.Time { at = at.Add(time.Second); return at }}
	s := open(t, url, o)
	first := newFlow(t, s, pointsParams{N: 1}, nil).points
	second := newFlow(t, s, pointsParams{N: 2}, nil).points
	for _, step := range []*pipeline.Step[pointsParams, []float64]{first, second} {
		_, err := step.Payload(t.Context())
		ok(t, "payload", err)
	}
	at = at.Add(time.Hour)
	gc := open(t, url, pipeline.WithFault(o, func(op, key string) error {
		if op == "remove" && key == "gaussian_points-"+first.Hash()+".params.json" {
			_, err := second.Generate(context.Background(), nil)
			ok(t, "generate", err)
		}
		return nil
	}))
	report, err := gc.GC(t.Context(), &pipeline.Limits{MaxAge: time.Minute})
	if err != nil || len(report.Removed) != 1 || report.Removed[0].Hash != first.Hash() || report.Kept != 1 {
		t.Errorf("report %+v, %v", report, err)
	}
	_, err = second.Load(t.Context(), nil)
	ok(t, "load", err)
}
