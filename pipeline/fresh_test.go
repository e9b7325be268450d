package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

// TestEarlyCutOff: what depends on a payload that was generated again is made anew
// if that came out in another way, and only then.
func TestEarlyCutOff(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		s := open(t, url, nil)
		f := newFlow(t, s, pointsParams{N: 5}, nil)
		_, err := f.estimator.Payload(t.Context())
		ok(t, "payload", err)
		_, err = f.points.Generate(t.Context(), nil)
		ok(t, "the same points", err)
		_, err = f.estimator.Load(t.Context(), nil)
		ok(t, "the same points leave the estimator fresh", err)

		f.noise.Store(1)
		_, err = f.points.Generate(t.Context(), nil)
		ok(t, "other points", err)
		_, err = f.estimator.Load(t.Context(), nil)
		is(t, "after other points", err, pipeline.ErrStale)
		if !strings.Contains(err.Error(), "payload of gaussian_points has changed") {
			t.Errorf("error %v does not say why", err)
		}
		e, err := f.estimator.LoadGenerate(t.Context())
		if err != nil || e.Mean < 0.5 {
			t.Errorf("estimated %v (%v)", e, err)
		}
		f.runs(t, 3, 2)
		_, err = f.estimator.Load(t.Context(), nil)
		ok(t, "made anew", err)
	})
}

// chain is three steps in a row, of which the middle one rounds.
type chain struct {
	top, middle, bottom *pipeline.Step[obj, float64]
	source              float64
	runs                map[string]int
}

func newChain(t *testing.T, s *pipeline.Store, bottom func(*pipeline.Spec[obj, float64])) *chain {
	t.Helper()
	c := &chain{runs: map[string]int{}, source: 1.25}
	step := func(name string, of *pipeline.Step[obj, float64], change func(float64) float64, specs ...func(*pipeline.Spec[obj, float64])) *pipeline.Step[obj, float64] {
		spec := pipeline.Spec[obj, float64]{Name: name, Params: obj{}, Handler: "json", Generate: func(ctx context.Context, _ obj) (float64, error) {
			c.runs[name]++
			v := c.source
			if of != nil {
				var err error
				if v, err = of.Payload(ctx); err != nil {
					return 0, err
				}
			}
			return change(v), nil
		}}
		if of != nil {
			spec.DependsOn = []pipeline.Node{of}
		}
		for _, f := range specs {
			f(&spec)
		}
		made, err := pipeline.New(s, spec)
		ok(t, "new", err)
		return made
	}
	same := func(v float64) float64 { return v }
	var specs []func(*pipeline.Spec[obj, float64])
	if bottom != nil {
		specs = append(specs, bottom)
	}
	c.bottom = step("bottom", nil, same, specs...)
	c.middle = step("middle", c.bottom, func(v float64) float64 { return float64(int(v)) })
	c.top = step("top", c.middle, func(v float64) float64 { return 10 * v })
	return c
}

// again returns the same chain as another program has it.
func (c *chain) again(t *testing.T, s *pipeline.Store, bottom func(*pipeline.Spec[obj, float64])) *chain {
	next := newChain(t, s, bottom)
	next.source = c.source
	return next
}

func (c *chain) want(t *testing.T, value float64, bottom, middle, top int) {
	t.Helper()
	v, err := c.top.Payload(t.Context())
	if err != nil || v != value {
		t.Errorf("top is %v (%v), want %v", v, err, value)
	}
	if got := [3]int{c.runs["bottom"], c.runs["middle"], c.runs["top"]}; got != [3]int{bottom, middle, top} {
		t.Errorf("bottom, middle and top were generated %v times, want %d, %d, %d", got, bottom, middle, top)
	}
}

// TestChain: a change at the bottom goes as far up as it makes a difference.
func TestChain(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		s := open(t, url, nil)
		c := newChain(t, s, nil)
		c.want(t, 10, 1, 1, 1)

		c = c.again(t, s, nil)
		c.source = 1.75
		_, err := c.bottom.Generate(t.Context(), nil)
		ok(t, "generate", err)
		_, err = c.top.Load(t.Context(), nil)
		is(t, "two steps up", err, pipeline.ErrStale)
		c.want(t, 10, 1, 1, 0) // the middle one rounds it away
		_, err = c.top.Load(t.Context(), nil)
		ok(t, "load", err)

		c = c.again(t, s, nil)
		c.source = 2.5
		_, err = c.bottom.Generate(t.Context(), nil)
		ok(t, "generate", err)
		c.want(t, 20, 1, 1, 1)

		// What is removed further up is not missed.
		_, err = s.GC(t.Context(), &pipeline.Limits{Name: "bottom", MaxAge: 1})
		ok(t, "collect", err)
		_, err = s.GC(t.Context(), &pipeline.Limits{Name: "middle", MaxAge: 1})
		ok(t, "collect", err)
		c = c.again(t, s, nil)
		c.want(t, 20, 0, 0, 0)
	})
}

func TestMaxAge(t *testing.T) {
	now := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	s := open(t, folders["memory"](t), &pipeline.Options{Now: func() time.Time { return now }})
	aged := func(spec *pipeline.Spec[obj, float64]) { spec.MaxAge = time.Hour }
	c := newChain(t, s, aged)
	c.want(t, 10, 1, 1, 1)
	now = now.Add(time.Hour)
	c = c.again(t, s, aged)
	c.want(t, 10, 0, 0, 0)
	now = now.Add(time.Second)
	_, err := c.bottom.Load(t.Context(), nil)
	is(t, "after its age", err, pipeline.ErrStale)
	c = c.again(t, s, aged)
	c.want(t, 10, 1, 0, 0)
}

func TestVersion(t *testing.T) {
	s := open(t, folders["memory"](t), nil)
	c := newChain(t, s, nil)
	c.want(t, 10, 1, 1, 1)
	c = c.again(t, s, func(spec *pipeline.Spec[obj, float64]) { spec.Version = "2" })
	c.want(t, 10, 1, 1, 1)
}

// TestCacheModes: see the constants.
func TestCacheModes(t *testing.T) {
	for _, x := range []struct {
		mode            pipeline.Cache
		stored          int    // records in the end
		again           [3]int // runs in the second program
		whileDifferent  [3]int // runs in a third, where the bottom is another
		sameHash        bool   // of the top as if there were no bottom mode
		topAfterwards   float64
		explainedByCall error
	}{
		{mode: pipeline.CacheDefault, stored: 3, sameHash: true, topAfterwards: 10},
		{mode: pipeline.CacheRecompute, stored: 3, again: [3]int{1, 0, 0}, whileDifferent: [3]int{1, 1, 1}, sameHash: true, topAfterwards: 20},
		{mode: pipeline.CacheDisable, stored: 2, again: [3]int{1, 1, 0}, whileDifferent: [3]int{1, 1, 1}, sameHash: true, topAfterwards: 20, explainedByCall: pipeline.ErrStale},
		{mode: pipeline.CacheIgnore, stored: 2, topAfterwards: 10},
	} {
		t.Run(fmt.Sprint(x.mode), func(t *testing.T) {
			url := folders["memory"](t)
			s := open(t, url, nil)
			mode := func(spec *pipeline.Spec[obj, float64]) { spec.Cache = x.mode }
			c := newChain(t, s, mode)
			c.want(t, 10, 1, 1, 1)
			if got := len(files(t, url)); got != 2*x.stored {
				t.Errorf("%d files, want %d", got, 2*x.stored)
			}
			if same := c.top.Hash() == newChain(t, s, nil).top.Hash(); same != x.sameHash {
				t.Errorf("the top has the hash it would have by default: %v", same)
			}
			e, err := c.bottom.Explain(t.Context())
			ok(t, "explain", err)
			if x.explainedByCall != nil {
				is(t, "explained", e.Err, x.explainedByCall)
			}
			c = c.again(t, s, mode)
			c.want(t, 10, x.again[0], x.again[1], x.again[2])
			c = c.again(t, s, mode)
			c.source = 2
			c.want(t, x.topAfterwards, x.whileDifferent[0], x.whileDifferent[1], x.whileDifferent[2])
		})
	}
}

// TestDiamonds has a ladder of 30 levels, on each of which two steps depend on
// both below: there are 2^30 ways down it.
func TestDiamonds(t *testing.T) {
	const levels = 30
	over(t, func(t *testing.T, url string) {
		build := func() (top *pipeline.Step[obj, float64], runs *int) {
			s := open(t, url, &pipeline.Options{NoLogFiles: true})
			runs = new(int)
			var below []pipeline.Node
			for i := range levels {
				var level []pipeline.Node
				for _, side := range []string{"left", "right"} {
					of := below
					step, err := pipeline.New(s, pipeline.Spec[obj, float64]{
						Name: fmt.Sprintf("%s%d", side, i), Params: obj{}, Handler: "json", DependsOn: of,
						Generate: func(ctx context.Context, _ obj) (float64, error) {
							*runs++
							sum := 1.0
							for _, n := range of {
								v, err := n.(*pipeline.Step[obj, float64]).Payload(ctx)
								if err != nil {
									return 0, err
								}
								sum += v
							}
							return sum, nil
						},
					})
					ok(t, "new", err)
					level = append(level, step)
					top = step
				}
				below = level
			}
			return top, runs
		}
		top, runs := build()
		v, err := top.Payload(t.Context())
		if want := float64(int(1)<<levels - 1); err != nil || v != want || *runs != 2*levels-1 {
			t.Fatalf("payload %v after %d generations (%v), want %v", v, *runs, err, want)
		}
		top, runs = build()
		begun := time.Now()
		if _, err = top.Payload(t.Context()); err != nil || *runs != 0 {
			t.Errorf("generated %d times again (%v)", *runs, err)
		}
		t.Logf("found again in %v", time.Since(begun))
	})
}

// TestOtherErrors: only a payload that is missing, stale or damaged is generated,
// not one that could not be read.
func TestOtherErrors(t *testing.T) {
	url := folders["local"](t)
	f := newFlow(t, open(t, url, nil), pointsParams{N: 2}, nil)
	_, err := f.points.Payload(t.Context())
	ok(t, "payload", err)
	broken := errors.New("the disk is on fire")
	s := open(t, url, pipeline.WithFault(nil, func(op, _ string) error {
		if op == "open" {
			return broken
		}
		return nil
	}))
	f = newFlow(t, s, pointsParams{N: 2}, nil)
	_, err = f.points.Payload(t.Context())
	is(t, "payload", err, broken)
	f.runs(t, 0, 0)
}

// TestFullDisk: what was generated and could not be stored is not lost, and is
// stored by the next call.
func TestFullDisk(t *testing.T) {
	for _, op := range []string{"create", "rename", "link"} {
		url := folders["local"](t)
		full := errors.New("the disk is full")
		failing := true
		f := newFlow(t, open(t, url, pipeline.WithFault(&pipeline.Options{Types: types}, func(o, _ string) error {
			if o == op && failing {
				return full
			}
			return nil
		})), pointsParams{N: 2}, nil)
		_, err := f.points.Payload(t.Context())
		is(t, op, err, full)
		_, err = f.points.Payload(t.Context())
		is(t, op, err, full)
		f.runs(t, 1, 0)
		failing = false
		xs, err := f.points.Payload(t.Context())
		if err != nil || len(xs) != 2 {
			t.Errorf("%s: then got %v (%v)", op, xs, err)
		}
		f.runs(t, 1, 0)
		if got := files(t, url); len(got) != 2 {
			t.Errorf("%s: stored %v", op, got)
		}
		_, err = newFlow(t, open(t, url, nil), pointsParams{N: 2}, nil).points.Load(t.Context(), nil)
		ok(t, "load", err)
	}
}
