package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// script is a side that returns values in turn and notes that it was its turn.
func script(turns *[]string, name string, values ...float64) side {
	i := 0
	return func(context.Context) (float64, error) {
		*turns = append(*turns, name)
		i++
		return values[(i-1)%len(values)], nil
	}
}

func TestMeasureTakesTurns(t *testing.T) {
	var turns []string
	r := &row{once: []int{python}, sides: [numSides]side{
		ours:   script(&turns, "go", 100, 3, 1, 2),
		python: script(&turns, "python", 50),
		limit:  script(&turns, "limit", 200, 1, 1, 1),
	}}
	res, err := r.measure(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"go", "python", "limit", "go", "limit", "go", "limit", "go", "limit"}
	if diff := cmp.Diff(want, turns); diff != "" {
		t.Errorf("turns:\n%s", diff)
	}
	// The first of each is a warm-up, unless it is the only one.
	if diff := cmp.Diff([numSides][]float64{ours: {1, 2, 3}, python: {50}, limit: {1, 1, 1}}, res.values); diff != "" {
		t.Errorf("values:\n%s", diff)
	}
	if m, s := res.median(ours), res.spread(ours); m != 2 || s != 0.5 {
		t.Errorf("median %v and spread %v, want 2 and 0.5", m, s)
	}
}

func TestMeasureEnds(t *testing.T) {
	broken := errors.New("broken")
	ended := 0
	r := &row{done: func() error { ended++; return nil }}
	r.sides[ours] = func(context.Context) (float64, error) { return 0, broken }
	if _, err := r.measure(t.Context(), 3); !errors.Is(err, broken) || ended != 1 {
		t.Errorf("error %v, ended %d times", err, ended)
	}
	r.sides[ours] = func(context.Context) (float64, error) { return 0, errAbsent }
	res, err := r.measure(t.Context(), 3)
	if err != nil || len(res.values[ours]) != 0 || ended != 2 {
		t.Errorf("values %v, error %v, ended %d times", res.values, err, ended)
	}
}

func TestVerdict(t *testing.T) {
	all := &row{aims: []aim{withinLimit(2), fasterThanPython(10), atMost(5, count)}, unit: count}
	for _, c := range []struct {
		values [numSides][]float64
		want   string
	}{
		{[numSides][]float64{ours: {4}, python: {40}, limit: {2}}, "≤ 2x limit met, ≥ 10x Python met, ≤ 5 met"},
		{[numSides][]float64{ours: {6}, python: {40}, limit: {2}}, "≤ 2x limit **missed**, ≥ 10x Python **missed**, ≤ 5 **missed**"},
		{[numSides][]float64{ours: {4}, limit: {2}}, "≤ 2x limit met, ≥ 10x Python not measured, ≤ 5 met"},
		{[numSides][]float64{python: {1}, limit: {2}}, "≤ 2x limit not measured, ≥ 10x Python not measured, ≤ 5 not measured"},
	} {
		if got := (&result{row: all, values: c.values}).verdict(); got != c.want {
			t.Errorf("%v: %s, want %s", c.values, got, c.want)
		}
	}
}

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		x    float64
		unit unit
		want string
	}{
		{1.234, seconds, "1.23 s"}, {0.0123, seconds, "12.3 ms"}, {1.5e-6, seconds, "1.5 µs"}, {66.6e-9, seconds, "66.6 ns"}, {999.7e-6, seconds, "1 ms"}, {0.9997, seconds, "1 s"},
		{3 << 20, bytes, "3 MiB"}, {0.00003, count, "3e-05"}, {1, count, "1"},
	} {
		if got := c.unit.format(c.x); got != c.want {
			t.Errorf("%v is %q, want %q", c.x, got, c.want)
		}
	}
	for x, want := range map[float64]string{1.234: "1.23x", 1234.5: "1234x", 0.01234: "0.012x"} {
		if got := ratio(x); got != want {
			t.Errorf("ratio %v is %q, want %q", x, got, want)
		}
	}
}

func TestWanted(t *testing.T) {
	for _, c := range []struct {
		key, rows string
		want      bool
	}{{"log-1", "", true}, {"log-1", "open,log", true}, {"log-1", "open", false}} {
		t.Run(fmt.Sprint(c.key, " of ", c.rows), func(t *testing.T) {
			if got := wanted(c.key, c.rows); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
