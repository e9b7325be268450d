package experiment_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// E7-E9: a later value replaces an earlier one at its place; tags are appended
// or replaced. RO5: what is handed out is a copy.
func TestDraft(t *testing.T) {
	tags := []string{"c"}
	p, _ := newProject(t)
	x, err := p.Log(t.Context(), "x", func(d *experiment.Draft) error {
		d.LogMetric("b", 1)
		d.LogMetric("a", 2)
		d.LogSeries("b", nil)
		d.LogMetrics(map[string]float64{"z": 1, "d": 2, "a": 3})
		noError(t, d.LogParameter("q", 1))
		noError(t, d.LogParameter("p", 1))
		noError(t, d.LogParameter("q", "two"))
		d.Tag("a", "b")
		d.Tag("a")
		d.SetTags(tags...)
		tags[0] = "changed"
		d.Tag("d")
		return nil
	})
	noError(t, err)
	text := func(seq func(func(string, experiment.Value) bool)) []string {
		var list []string
		for name, v := range seq {
			list = append(list, name+"="+v.String())
		}
		return list
	}
	same(t, "metrics", text(x.Metrics()), []string{"b=[]", "a=3.0", "d=2.0", "z=1.0"})
	same(t, "parameters", text(x.Parameters()), []string{`q="two"`, "p=1"})
	same(t, "tags", x.Tags(), []string{"c", "d"})
	x.Tags()[0] = "changed"
	same(t, "tags", x.Tags(), []string{"c", "d"})
	for a := range x.Artifacts() {
		a.Environment["x"] = "changed"
	}
}

// RO5: nor does a change of what an artifact's description holds reach anyone.
func TestArtifactsAreCopies(t *testing.T) {
	for where, x := range logged(t, func(d *experiment.Draft) error { return d.LogArtifact("a", 1, "gob", nil) }) {
		for a := range x.Artifacts() {
			same(t, where, a.Environment["gob_type"], "int")
			a.Environment["gob_type"] = "changed"
		}
		for a := range x.Artifacts() {
			same(t, where+" afterwards", a.Environment["gob_type"], "int")
		}
	}
}

// E15, E16: tests come in the order in which they ended; one that failed is
// none.
func TestTests(t *testing.T) {
	failed := errors.New("failed")
	for where, x := range logged(t, func(d *experiment.Draft) error {
		noError(t, d.LogTest("outer", "ended last", func(outer *experiment.TestDraft) error {
			noError(t, d.LogTest("inner", "", func(inner *experiment.TestDraft) error {
				inner.LogMetric("m", 1)
				return inner.LogParameter("p", "q")
			}))
			outer.LogCount("n", 2)
			return nil
		}))
		if err := d.LogTest("bad", "", func(*experiment.TestDraft) error { return failed }); err != failed {
			t.Errorf("error %v is not the function's own", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = d.LogTest("panics", "", func(*experiment.TestDraft) error { panic("at work") })
		}()
		return d.LogTest("inner", "again", nil)
	}) {
		var got []string
		for test := range x.Tests() {
			got = append(got, test.Name()+": "+test.Description())
		}
		same(t, where, got, []string{"inner: ", "outer: ended last", "inner: again"})
		test, ok := x.Test("inner")
		m, isNumber := test.Metric("m")
		same(t, where+" first of a name", [3]any{ok, m, isNumber}, [3]any{true, 1.0, true})
		var q string
		noError(t, test.Parameter("p", &q))
		same(t, where+" parameter", q, "q")
		err := test.Parameter("none", &q)
		if !errors.Is(err, artifacts.ErrNotFound) || err.Error() != `experiment "x-20250301100000": test "inner": parameter "none": not found` {
			t.Errorf("error %v", err)
		}
		if _, ok := x.Test("bad"); ok {
			t.Error("a test that failed is there")
		}
		if _, ok := test.MetricValue("none"); ok {
			t.Error("there is a metric that was not logged")
		}
		for range x.Tests() {
			break
		}
		for range x.Metrics() {
			break
		}
	}
}

// A test that comes to nothing is no change of its experiment.
func TestFailedTestChangesNothing(t *testing.T) {
	p, _ := newProject(t)
	x, err := p.Log(t.Context(), "x", nil)
	noError(t, err)
	noError(t, p.Save(t.Context())) // a change from now on moves the time on
	failed := errors.New("failed")
	again, err := p.Edit(t.Context(), x.Slug(), func(d *experiment.Draft) error {
		err := d.LogTest("t", "", func(d *experiment.TestDraft) error {
			d.LogMetric("m", 1)
			return failed
		})
		if !errors.Is(err, failed) {
			t.Errorf("got error %v, want that of the test", err)
		}
		return nil
	})
	noError(t, err)
	same(t, "time of the last change", again.LastUpdated(), x.LastUpdated())
}

// Names that are one in a file are one from the start.
func TestNamesAreThoseOfTheFile(t *testing.T) {
	for where, x := range logged(t, func(d *experiment.Draft) error {
		d.LogMetric("m\xff", 1)
		d.LogMetric("m\xfe", 2)
		d.LogMetric("\xed\xa0\xbd", 3) // a lone surrogate, which survives
		return d.LogParameter("p\xff", 1)
	}) {
		names := func(seq func(func(string, experiment.Value) bool)) (list []string) {
			for name := range seq {
				list = append(list, name)
			}
			slices.Sort(list)
			return list
		}
		same(t, where, names(x.Metrics()), []string{"m\ufffd", "\xed\xa0\xbd"})
		same(t, where, names(x.Parameters()), []string{"p\ufffd"})
		v, _ := x.Metric("m\ufffd")
		same(t, where, v, 2.0)
	}
}

// A file cannot be where another artifact has a folder.
func TestFileNamesThatCannotBeTogether(t *testing.T) {
	p, _ := newProject(t)
	_, err := p.Log(t.Context(), "x", func(d *experiment.Draft) error {
		named := func(name string) error {
			return d.LogArtifact("at "+name, 1, "json", &artifacts.LogOptions{FileName: name})
		}
		noError(t, named("a/b"))
		noError(t, named("a/bc"))
		for _, name := range []string{"a", "a/b", "./a/b", "a/b/c"} {
			if err := named(name); !errors.Is(err, artifacts.ErrExists) {
				t.Errorf("file name %q: got error %v, want that it exists", name, err)
			}
		}
		return nil
	})
	noError(t, err)
}

func TestRef(t *testing.T) {
	for text, want := range map[string]experiment.Ref{
		"p.json|slug": {Project: "p.json", Slug: "slug"},
		"a|b|c":       {Project: "a|b", Slug: "c"},
		"p.json|":     {Project: "p.json"},
		"|slug":       {Slug: "slug"},
	} {
		same(t, text, experiment.ParseRef(text), want)
		same(t, "text", want.String(), text)
	}
	same(t, "without a bar", experiment.ParseRef("p.json"), experiment.Ref{Project: "p.json"})
}

// C1: a draft and its tests may be written to by many goroutines at once; every
// call counts once.
func TestConcurrentDraft(t *testing.T) {
	const workers, rounds = 8, 50
	for where, x := range logged(t, func(d *experiment.Draft) error {
		var wg sync.WaitGroup
		for i := range workers {
			wg.Go(func() {
				for j := range rounds {
					d.LogMetric(fmt.Sprintf("m%d", j), float64(i))
					d.LogCount("shared", int64(j))
					d.Tag("t")
					noError(t, d.LogParameter(fmt.Sprintf("p%d-%d", i, j), j))
					_ = d.Err()
					_ = d.Slug()
				}
				noError(t, d.LogTest(fmt.Sprintf("test %d", i), "", func(td *experiment.TestDraft) error {
					var inner sync.WaitGroup
					for j := range workers {
						inner.Go(func() { td.LogMetric(fmt.Sprintf("m%d", j), 1) })
					}
					inner.Wait()
					return td.LogArtifact("a", i, "json", nil)
				}))
				noError(t, d.LogArtifact(fmt.Sprintf("a%d", i), i, "json", nil))
				if err := d.LogArtifact("one", i, "json", nil); err != nil && !errors.Is(err, artifacts.ErrExists) {
					t.Error(err)
				}
				noError(t, d.LogArtifact("replaced", i, "json", &artifacts.LogOptions{Replace: true}))
			})
		}
		wg.Wait()
		return nil
	}) {
		same(t, where+" metrics", len(slices.Collect(keys(x.Metrics()))), rounds+1)
		same(t, where+" parameters", len(slices.Collect(keys(x.Parameters()))), workers*rounds)
		same(t, where+" tags", len(x.Tags()), workers*rounds)
		tests := 0
		for test := range x.Tests() {
			tests++
			same(t, where+" metrics of a test", len(slices.Collect(keys(test.Metrics()))), workers)
			n, err := artifacts.Load[int](t.Context(), test, "a", nil)
			noError(t, err)
			same(t, where+" artifact of a test", test.Name(), fmt.Sprintf("test %d", n))
		}
		same(t, where+" tests", tests, workers)
		own := 0
		for a := range x.Artifacts() {
			own++
			if _, err := artifacts.Load[int](t.Context(), x, a.Name, nil); err != nil {
				t.Error(err)
			}
		}
		same(t, where+" artifacts", own, workers+2)
	}
}

// Experiments are read by many goroutines while their project is saved.
func TestConcurrentReading(t *testing.T) {
	p, _ := newProject(t)
	x, err := p.Log(t.Context(), "x", func(d *experiment.Draft) error {
		d.LogMetric("m", 1)
		return d.LogArtifact("a", 1, "json", nil)
	})
	noError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if m, ok := x.Metric("m"); !ok || m != 1 {
					t.Error("the metric is not there")
				}
				_, err := artifacts.Load[int](t.Context(), x, "a", nil)
				if err != nil && !errors.Is(err, artifacts.ErrNotSaved) {
					t.Error(err)
				}
				if _, err := x.JSON(); err != nil || x.Slug() == "" {
					t.Error(err)
				}
			}
		})
	}
	noError(t, p.Save(t.Context()))
	wg.Wait()
}

// Logging a metric costs at most one allocation, however often it is done.
func TestLogMetricAllocations(t *testing.T) {
	p, _ := newProject(t)
	names := make([]string, 10000)
	for i := range names {
		names[i] = fmt.Sprintf("metric %d", i)
	}
	_, err := p.Log(t.Context(), "x", func(d *experiment.Draft) error {
		d.LogMetric("same", 0)
		n := testing.AllocsPerRun(1000, func() { d.LogMetric("same", 0.5) })
		same(t, "allocations for a metric that is there", n, 0)
		n = testing.AllocsPerRun(1000, func() { d.LogCount("same", 1) })
		same(t, "allocations for a count that is there", n, 0)
		n = testing.AllocsPerRun(1, func() {
			for _, name := range names {
				d.LogMetric(name, 0.5)
			}
		})
		if n > float64(len(names)) {
			t.Errorf("%v allocations for %d metrics", n, len(names))
		}
		return nil
	})
	noError(t, err)
}
