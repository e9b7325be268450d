package pipeline_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

// TestPayload: generated once, loaded by every other program with the same
// parameters.
func TestPayload(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		f := newFlow(t, open(t, url, nil), pointsParams{N: 5, RandomState: 10}, nil)
		_, err := f.points.Load(t.Context(), nil)
		is(t, "load of nothing", err, fs.ErrNotExist)
		is(t, "load of nothing", err, artifacts.ErrNotFound)
		want, err := f.estimator.Payload(t.Context())
		ok(t, "payload", err)
		again, err := f.estimator.Payload(t.Context())
		if err != nil || again != want {
			t.Errorf("the payload that is held was not taken (%v)", err)
		}
		f.runs(t, 1, 1)
		hash, points := f.estimator.Hash(), f.points.Hash()
		if diff := cmp.Diff([]string{
			"gaussian_points-" + points + ".json", "gaussian_points-" + points + ".params.json",
			"outlier_estimator-" + hash + ".archive.npz", "outlier_estimator-" + hash + ".params.json",
		}, files(t, url)); diff != "" {
			t.Error(diff)
		}

		// What is not tracked, and what is at its default, does not matter.
		other := newFlow(t, open(t, url, nil), pointsParams{N: 5, RandomState: 10, LogEvery: 7}, nil)
		got, err := other.estimator.Payload(t.Context())
		ok(t, "payload in another program", err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		xs, err := other.points.Payload(t.Context())
		if err != nil || len(xs) != 5 {
			t.Errorf("points %v (%v)", xs, err)
		}
		other.runs(t, 0, 0)

		// Parameters further up do.
		further := newFlow(t, open(t, url, nil), pointsParams{N: 6, RandomState: 10}, nil)
		_, err = further.estimator.Payload(t.Context())
		ok(t, "payload of other points", err)
		further.runs(t, 1, 1)
		if further.estimator.Hash() == f.estimator.Hash() {
			t.Error("the points do not count in the hash of the estimator")
		}
	})
}

func TestGenerateAndPersist(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		f := newFlow(t, open(t, url, nil), pointsParams{N: 3}, nil)
		is(t, "persist nothing", f.points.Persist(t.Context()), pipeline.ErrNoPayload)
		is(t, "validate nothing", f.points.Validate(t.Context()), pipeline.ErrNoPayload)
		_, err := f.points.Generate(t.Context(), &pipeline.GenerateOptions{NoPersist: true})
		ok(t, "generate", err)
		ok(t, "validate", f.points.Validate(t.Context()))
		if got := files(t, url); got != nil {
			t.Errorf("stored without being asked to: %v", got)
		}
		ok(t, "persist", f.points.Persist(t.Context()))
		ok(t, "persist again", f.points.Persist(t.Context()))
		stored := files(t, url)
		if len(stored) != 2 {
			t.Fatalf("stored %v", stored)
		}
		f.runs(t, 1, 0)

		// The same once more: the file stays. Another payload: another file, the
		// first is gone.
		_, err = f.points.Generate(t.Context(), nil)
		ok(t, "generate again", err)
		if diff := cmp.Diff(stored, files(t, url)); diff != "" {
			t.Error(diff)
		}
		f.noise.Store(1)
		_, err = f.points.Generate(t.Context(), nil)
		ok(t, "generate something else", err)
		now := files(t, url)
		if len(now) != 2 || now[1] == stored[0] || !strings.HasPrefix(now[1], "gaussian_points-"+f.points.Hash()+"~") {
			t.Errorf("stored %v, then %v", stored, now)
		}
		f.points.Reset()
		xs, err := f.points.Load(t.Context(), nil)
		if err != nil || xs[0] < -3 || f.pointRuns.Load() != 3 {
			t.Errorf("loaded %v (%v)", xs, err)
		}
	})
}

// TestSeveralFiles: a payload of several files is a folder.
func TestSeveralFiles(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		s := open(t, url, &pipeline.Options{Types: bookTypes(t)})
		pages := "one"
		step, err := pipeline.New(s, pipeline.Spec[obj, book]{
			Name: "book", Params: obj{},
			Generate: func(context.Context, obj) (book, error) { return book{"a": pages, "part/b": "two"}, nil },
		})
		ok(t, "new", err)
		for _, text := range []string{"one", "uno"} {
			pages = text
			_, err = step.Generate(t.Context(), nil)
			ok(t, "generate", err)
			got, err := step.Load(t.Context(), nil)
			if diff := cmp.Diff(book{"a": text, "part/b": "two"}, got); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		}
		if got := files(t, url); len(got) != 3 {
			t.Errorf("stored %v", got)
		}
	})
}

func TestValidate(t *testing.T) {
	url := folders["memory"](t)
	invalid := func(s *pipeline.Spec[pointsParams, []float64]) {
		s.Validate = func(pointsParams, []float64) error { return errors.New("too random") }
	}
	f := newFlow(t, open(t, url, nil), pointsParams{N: 3}, &flowOptions{points: invalid})
	_, err := f.points.Payload(t.Context())
	is(t, "generate", err, pipeline.ErrInvalidPayload)
	if got := files(t, url); got != nil {
		t.Errorf("an invalid payload was stored: %v", got)
	}
	good := newFlow(t, open(t, url, nil), pointsParams{N: 3}, nil)
	_, err = good.points.Payload(t.Context())
	ok(t, "payload", err)
	is(t, "validate a value", good.points.ValidateValue([]float64{1}), pipeline.ErrInvalidPayload)

	var log strings.Builder
	f = newFlow(t, open(t, url, &pipeline.Options{Logger: textLogger(&log)}), pointsParams{N: 3}, &flowOptions{points: invalid})
	_, err = f.points.Load(t.Context(), nil)
	is(t, "load", err, pipeline.ErrInvalidPayload)
	_, err = f.points.Payload(t.Context())
	is(t, "payload: what is stored and invalid is not made anew", err, pipeline.ErrInvalidPayload)
	xs, err := f.points.Load(t.Context(), &pipeline.LoadOptions{WarnIfInvalid: true})
	if err != nil || len(xs) != 3 {
		t.Errorf("loaded %v (%v)", xs, err)
	}
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "too random") {
		t.Errorf("the logger heard %q", &log)
	}
	f.runs(t, 0, 0)
}

// TestHooks: what the hooks change is not stored, and so is the same after a load
// as it was when it was generated.
func TestHooks(t *testing.T) {
	url := folders["memory"](t)
	hooks := func(s *pipeline.Spec[pointsParams, []float64]) {
		s.Generate = func(context.Context, pointsParams) ([]float64, error) { return []float64{1, 2, 3}, nil }
		add := func(_ context.Context, _ pointsParams, xs *[]float64) error { *xs = append(*xs, (*xs)[0]); return nil }
		s.PostGenerate, s.PostLoad = add, add
	}
	f := newFlow(t, open(t, url, nil), pointsParams{N: 3}, &flowOptions{points: hooks})
	for range 3 {
		got, err := f.points.Payload(t.Context())
		if diff := cmp.Diff([]float64{1, 2, 3, 1}, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		f.points.Reset()
	}
	if text := contents(t, url)["gaussian_points-"+f.points.Hash()+".json"]; text != "[1.0, 2.0, 3.0]" {
		t.Errorf("stored %s", text)
	}
	broken := errors.New("broken")
	f = newFlow(t, open(t, url, nil), pointsParams{N: 3}, &flowOptions{points: func(s *pipeline.Spec[pointsParams, []float64]) {
		s.PostLoad = func(context.Context, pointsParams, *[]float64) error { return broken }
	}})
	for range 2 {
		_, err := f.points.Payload(t.Context())
		is(t, "a hook that fails", err, broken)
	}
}

// TestNilPayload: nil is a payload like any other.
func TestNilPayload(t *testing.T) {
	s := open(t, folders["memory"](t), nil)
	runs := 0
	spec := pipeline.Spec[obj, *estimator]{Name: "nothing", Params: obj{}, Handler: "json", Generate: func(context.Context, obj) (*estimator, error) { runs++; return nil, nil }}
	for range 2 {
		step, err := pipeline.New(s, spec)
		ok(t, "new", err)
		for range 2 {
			if v, err := step.Payload(t.Context()); v != nil || err != nil {
				t.Errorf("payload %v (%v)", v, err)
			}
		}
	}
	if runs != 1 {
		t.Errorf("generated %d times", runs)
	}
}

// TestParamsChange: parameters are what they were at New, or nothing happens.
func TestParamsChange(t *testing.T) {
	url := folders["memory"](t)
	s := open(t, url, nil)
	p := map[string][]int{"layers": {1, 2}}
	var during func()
	step, err := pipeline.New(s, pipeline.Spec[map[string][]int, []float64]{Name: "x", Params: p, Generate: func(context.Context, map[string][]int) ([]float64, error) {
		during()
		return []float64{1}, nil
	}})
	ok(t, "new", err)
	hash := step.Hash()
	p["layers"][0] = 5
	_, err = step.Payload(t.Context())
	is(t, "changed before", err, pipeline.ErrParamsChanged)
	p["layers"][0] = 1
	during = func() { p["more"] = nil }
	_, err = step.Payload(t.Context())
	is(t, "changed by Generate", err, pipeline.ErrParamsChanged)
	if got := files(t, url); got != nil || step.Hash() != hash {
		t.Errorf("stored %v under hash %s", got, step.Hash())
	}
	with, err := step.With(map[string][]int{"layers": {5}})
	ok(t, "with", err)
	if with.Hash() == hash || with.Params()["layers"][0] != 5 || with.Name() != "x" {
		t.Errorf("with other parameters: %s %v", with.Hash(), with.Params())
	}
}

// TestUntrackedUse: a payload cannot be used without the hash telling.
func TestUntrackedUse(t *testing.T) {
	url := folders["memory"](t)
	f := newFlow(t, open(t, url, nil), pointsParams{N: 3}, &flowOptions{est: func(s *pipeline.Spec[estimatorParams, *estimator]) { s.DependsOn = nil }})
	_, err := f.estimator.Payload(t.Context())
	is(t, "untracked", err, pipeline.ErrUntracked)
	if !strings.Contains(err.Error(), "outlier_estimator uses gaussian_points") {
		t.Errorf("error %v names neither", err)
	}
	// One of the same name with other parameters is another step.
	s := open(t, url, nil)
	other := newFlow(t, s, pointsParams{N: 4}, nil)
	f = newFlow(t, s, pointsParams{N: 3}, &flowOptions{est: func(s *pipeline.Spec[estimatorParams, *estimator]) {
		s.DependsOn = []pipeline.Node{other.points}
	}})
	_, err = f.estimator.Payload(t.Context())
	is(t, "another one of the name", err, pipeline.ErrUntracked)
	// Hiding the error does not help, nor does asking for a reference.
	for _, use := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := other.points.Payload(ctx); return err },
		func(ctx context.Context) error { _, err := other.points.Ref(ctx); return err },
	} {
		step, err := pipeline.New(s, pipeline.Spec[obj, []float64]{Name: "sly", Params: obj{}, Generate: func(ctx context.Context, _ obj) ([]float64, error) {
			if use(ctx) == nil {
				t.Error("an untracked use is no error")
			}
			return []float64{1}, nil
		}})
		ok(t, "new", err)
		_, err = step.Payload(t.Context())
		is(t, "an error that was hidden", err, pipeline.ErrUntracked)
	}
	// Itself.
	var self *pipeline.Step[obj, []float64]
	self, err = pipeline.New(s, pipeline.Spec[obj, []float64]{Name: "self", Params: obj{}, Generate: func(ctx context.Context, _ obj) ([]float64, error) { return self.Payload(ctx) }})
	ok(t, "new", err)
	_, err = self.Payload(t.Context())
	is(t, "itself", err, pipeline.ErrUntracked)
}

func TestUntrackedValues(t *testing.T) {
	url := folders["memory"](t)
	var seen []any
	spec := func(s *pipeline.Spec[pointsParams, []float64]) {
		s.Generate = func(ctx context.Context, p pointsParams) ([]float64, error) {
			n, ok := pipeline.Untracked[int](ctx, "verbose")
			_, wrong := pipeline.Untracked[string](ctx, "verbose")
			seen = append(seen, n, ok, wrong)
			return make([]float64, p.N), nil
		}
	}
	ctx := pipeline.WithUntracked(t.Context(), "verbose", 3)
	f := newFlow(t, open(t, url, nil), pointsParams{N: 1}, &flowOptions{points: spec})
	_, err := f.estimator.Payload(ctx)
	ok(t, "payload", err)
	if diff := cmp.Diff([]any{3, true, false}, seen); diff != "" {
		t.Error(diff)
	}
	f = newFlow(t, open(t, url, nil), pointsParams{N: 1}, &flowOptions{points: spec})
	_, err = f.estimator.Payload(t.Context())
	if err != nil || len(seen) != 3 {
		t.Errorf("what is not tracked made a difference (%v)", err)
	}
}

// TestConcurrentUse: goroutines that want one payload share it.
func TestConcurrentUse(t *testing.T) {
	f := newFlow(t, open(t, folders["memory"](t), nil), pointsParams{N: 100}, nil)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := f.estimator.Payload(t.Context()); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := f.points.Payload(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f.runs(t, 1, 1)
}

// TestWaitEnds: who waits for somebody else's work can stop waiting.
func TestWaitEnds(t *testing.T) {
	s := open(t, folders["memory"](t), nil)
	begun, end := make(chan bool), make(chan bool)
	step, err := pipeline.New(s, pipeline.Spec[obj, []float64]{Name: "slow", Params: obj{}, Generate: func(context.Context, obj) ([]float64, error) {
		begun <- true
		<-end
		return nil, nil
	}})
	ok(t, "new", err)
	done := make(chan error)
	go func() {
		_, err := step.Payload(t.Context())
		done <- err
	}()
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = step.Payload(ctx)
	is(t, "wait", err, context.DeadlineExceeded)
	end <- true
	ok(t, "payload", <-done)
}

func TestNewRefuses(t *testing.T) {
	s := open(t, folders["memory"](t), nil)
	f := newFlow(t, s, pointsParams{N: 1}, nil)
	other := newFlow(t, s, pointsParams{N: 2}, nil)
	generate := func(context.Context, obj) (int, error) { return 0, nil }
	for _, c := range []struct {
		spec pipeline.Spec[obj, int]
		says string
	}{
		{pipeline.Spec[obj, int]{Generate: generate}, "step name"},
		{pipeline.Spec[obj, int]{Name: "a/b", Generate: generate}, "step name"},
		{pipeline.Spec[obj, int]{Name: ".a", Generate: generate}, "step name"},
		{pipeline.Spec[obj, int]{Name: strings.Repeat("a", 101), Generate: generate}, "step name"},
		{pipeline.Spec[obj, int]{Name: "a"}, "Generate is nil"},
		{pipeline.Spec[obj, int]{Name: "a", Generate: generate}, "want a struct or a map"},
		{pipeline.Spec[obj, int]{Name: "a", Params: obj{"f": generate}, Generate: generate}, "params.f"},
		{pipeline.Spec[obj, int]{Name: "a", Params: obj{}, Generate: generate, Handler: "nosuch"}, "nosuch"},
		{pipeline.Spec[obj, int]{Name: "a", Params: obj{}, Generate: generate, Handler: "json", IO: artifacts.JSON{}}, "both Handler and IO"},
		{pipeline.Spec[obj, int]{Name: "a", Params: obj{}, Generate: generate, Cache: 9}, "unknown Cache"},
		{pipeline.Spec[obj, int]{Name: "a", Params: obj{}, Generate: generate, DependsOn: []pipeline.Node{nil}}, "dependency: a step is nil"},
		{pipeline.Spec[obj, int]{Name: "a", Params: obj{}, Generate: generate, DependsOn: []pipeline.Node{f.points, other.points}}, "two dependencies"},
		{pipeline.Spec[obj, int]{Name: "a", Params: obj{"gaussian_points": 1}, Generate: generate, DependsOn: []pipeline.Node{f.points}}, "a parameter and of a dependency"},
	} {
		if _, err := pipeline.New(s, c.spec); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want %q", err, c.says)
		}
	}
}

type GaussianDistributedPointsParams struct{ N int }

// TestNames: a step without a name has that of its parameters' type.
func TestNames(t *testing.T) {
	s := open(t, folders["memory"](t), nil)
	step, err := pipeline.New(s, pipeline.Spec[*GaussianDistributedPointsParams, int]{
		Params: &GaussianDistributedPointsParams{}, Generate: func(context.Context, *GaussianDistributedPointsParams) (int, error) { return 1, nil },
	})
	if err != nil || step.Name() != "gaussian_distributed_points" {
		t.Errorf("name %v (%v)", step, err)
	}
	// What comes behind the last dot is part of a name.
	for _, name := range []string{"model.v2", "model.v3"} {
		step, err := pipeline.New(s, pipeline.Spec[obj, string]{Name: name, Params: obj{}, IO: artifacts.Text{}, Generate: func(context.Context, obj) (string, error) { return name, nil }})
		ok(t, "new", err)
		_, err = step.Payload(t.Context())
		ok(t, "payload", err)
		step.Reset()
		if got, err := step.Load(t.Context(), nil); got != name || err != nil {
			t.Errorf("%s is %q (%v)", name, got, err)
		}
	}
}
