package project_test

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

var errFn = errors.New("the function failed")

// P21: an experiment is part of the project only once its function has come to
// its end.
func TestLogThatFails(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	var left *experiment.Draft
	work := func(d *experiment.Draft) error {
		left = d
		d.LogMetric("m", 1)
		return d.LogArtifact("a", "text", "text", &artifacts.LogOptions{Now: true})
	}
	ways := map[string]func(){
		"error": func() {
			_, err := p.Log(t.Context(), "x", func(d *experiment.Draft) error { return errors.Join(work(d), errFn) })
			wantError(t, err, errFn)
		},
		"panic": func() {
			defer func() { same(t, "panic", recover(), any("at work")) }()
			_, _ = p.Log(t.Context(), "x", func(d *experiment.Draft) error { _ = work(d); panic("at work") })
		},
		"Goexit": func() {
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, _ = p.Log(t.Context(), "x", func(d *experiment.Draft) error { _ = work(d); runtime.Goexit(); return nil })
			}()
			<-done
		},
	}
	for name, fail := range ways {
		t.Run(name, func(t *testing.T) {
			fail()
			same(t, "length", p.Len(), 0)
			same(t, "known", p.Contains("x"), false)
			left.LogMetric("late", 1)
			wantError(t, left.Err(), experiment.ErrEnded)
			if _, err := p.Commit(left); err == nil {
				t.Error("the draft could be committed")
			}
		})
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("something was written")
	}
}

// The same for an edit: the experiment is what it was, and can be edited again.
func TestEditThatFails(t *testing.T) {
	p := openAt(t, manifestIn(t), project.Options{})
	x := logAs(t, p, "x", func(d *experiment.Draft) error { d.LogMetric("m", 1); return nil })
	before := dictOf(x)
	work := func(d *experiment.Draft) {
		d.LogMetric("m", 2)
		d.Tag("t")
		noError(t, d.LogTest("test", "", nil))
	}
	_, err := p.Edit(t.Context(), "x", func(d *experiment.Draft) error { work(d); return errFn })
	wantError(t, err, errFn)
	func() {
		defer func() { _ = recover() }()
		_, _ = p.Edit(t.Context(), "x", func(d *experiment.Draft) error { work(d); panic("at work") })
	}()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = p.Edit(t.Context(), "x", func(d *experiment.Draft) error { work(d); runtime.Goexit(); return nil })
	}()
	<-done
	same(t, "experiment", dictOf(lookUp(t, p, "x")), before)
	_, err = p.Edit(t.Context(), "x", func(d *experiment.Draft) error { d.LogMetric("m", 3); return nil })
	noError(t, err)
	m, _ := lookUp(t, p, "x").Metric("m")
	same(t, "metric", m, 3.0)
}

// Calls after the end are refused where they return an error, and noted in Err
// where they do not.
func TestCallsAfterCommit(t *testing.T) {
	p := openAt(t, manifestIn(t), project.Options{})
	d, err := p.Begin("x")
	noError(t, err)
	var test *experiment.TestDraft
	noError(t, d.LogTest("inner", "", func(td *experiment.TestDraft) error { test = td; return nil }))
	test.LogMetric("after its end", 1)
	wantError(t, d.Err(), experiment.ErrEnded)
	x, err := p.Commit(d)
	noError(t, err)
	before := dictOf(x)

	d.LogMetric("one", 1)
	d.LogCount("two", 2)
	d.LogSeries("three", []float64{3})
	d.LogMetrics(map[string]float64{"four": 4})
	d.Tag("t")
	d.SetTags("t")
	d.DependOn(x)
	d.DependOnRef(experiment.Ref{Project: "p", Slug: "s"})
	for name, err := range map[string]error{
		"LogMetricValue": d.LogMetricValue("five", 5),
		"LogParameter":   d.LogParameter("six", 6),
		"LogArtifact":    d.LogArtifact("seven", 7, "json", nil),
		"LogTest":        d.LogTest("eight", "", nil),
		"EditTest":       d.EditTest("inner", nil),
	} {
		if !errors.Is(err, experiment.ErrEnded) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	text := d.Err().Error()
	for _, want := range []string{
		`log metric "after its end"`, `log metric "one"`, `log metric "two"`, `log metric "three"`, `log metric "four"`, `log metric "five"`,
		`log parameter "six"`, `log artifact "seven"`, `log test "eight"`, `edit test "inner"`, "tag: ", "set tags: ", "depend: ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the error:\n%s", want, text)
		}
	}
	same(t, "experiment", dictOf(lookUp(t, p, "x")), before)
	if _, err := p.Commit(d); err == nil {
		t.Error("a draft could be committed twice")
	}
	other := openAt(t, manifestIn(t), project.Options{})
	d, err = p.Begin("x")
	noError(t, err)
	if _, err := other.Commit(d); err == nil {
		t.Error("another project took the draft")
	}
	if _, err := other.Commit(nil); err == nil {
		t.Error("a nil draft was committed")
	}
}

// E2-E6: slugs and times are made when an experiment begins.
func TestNewExperiment(t *testing.T) {
	now := watch.New()
	now.Advance(123456789 * time.Nanosecond)
	p := openAt(t, manifestIn(t), project.Options{Now: now.Now})
	tests := []struct{ name, slug, short string }{
		{"My Experiment!", "my-experiment-20250301100000", "my-experiment"},
		{"Größe > 1,000 & ünïcode", "grosse-1000-unicode-20250301100000", "grosse-1000-unicode"},
		{"日本語", "ri-ben-yu-20250301100000", "ri-ben-yu"},
		{"", "20250301100000", ""},
	}
	for _, test := range tests {
		x := logAs(t, p, test.name, func(d *experiment.Draft) error {
			same(t, "slug and name of the draft", [2]string{d.Slug(), d.Name()}, [2]string{test.slug, test.name})
			return nil
		})
		same(t, test.name, [3]string{x.Name(), x.Slug(), x.ShortSlug()}, [3]string{test.name, test.slug, test.short})
		same(t, "text", x.String(), test.slug)
		// E2: cut to the second when they are made; E3: two readings of the clock
		// may differ in Python, here they are one.
		same(t, "times", [2]string{x.CreatedAt().Format(time.RFC3339Nano), x.LastUpdated().Format(time.RFC3339Nano)},
			[2]string{"2025-03-01T10:00:00Z", "2025-03-01T10:00:00Z"})
	}
	x := logAs(t, p, "slow", func(d *experiment.Draft) error {
		now.Advance(90 * time.Second)
		d.LogMetric("m", 1)
		now.Advance(time.Hour)
		return nil
	})
	same(t, "created", stampOf(x.CreatedAt()), "2025-03-01T10:00:00")
	same(t, "last updated", stampOf(x.LastUpdated()), "2025-03-01T10:01:30") // E7: with the last thing logged
}

// W7: a slug that is taken is not taken again. The first keeps Python's.
func TestTakenSlugs(t *testing.T) {
	now := watch.New()
	p := openAt(t, manifestIn(t), project.Options{Now: now.Now})
	seen := map[string]bool{}
	for _, name := range []string{"a b", "a b", "a-b", "", "---", "🙂"} {
		x := logAs(t, p, name, func(d *experiment.Draft) error { return d.LogArtifact("value", name, "text", nil) })
		if seen[x.Slug()] {
			t.Errorf("slug %q was given twice", x.Slug())
		}
		seen[x.Slug()] = true
	}
	same(t, "first of each", [2]bool{seen["a-b-20250301100000"], seen["20250301100000"]}, [2]bool{true, true})
	saveAll(t, p)
	again := openAt(t, p.URL(), project.Options{})
	same(t, "length", again.Len(), 6)
	for x := range again.All() {
		same(t, "artifact of "+x.Slug(), bytesOf(t, x, "value"), x.Name())
	}
}

// The same for many at once, and for look-ups afterwards.
func TestSlugsTakenByAnother(t *testing.T) {
	path := manifestIn(t)
	now := watch.New()
	p, other := openAt(t, path, project.Options{Now: now.Now}), openAt(t, path, project.Options{Now: now.Now})
	var mine []*experiment.Experiment
	for i := range 12 {
		name := string(rune('a' + i))
		mine = append(mine, logAs(t, p, name, nil))
		if i%2 == 0 {
			logAs(t, other, name, nil)
		}
		p.Contains(name) // so that an index is there
	}
	saveAll(t, other, p)
	same(t, "length", openAt(t, path, project.Options{}).Len(), 18)
	seen := map[string]bool{}
	for _, slug := range slugsOf(p) {
		seen[slug] = true
	}
	same(t, "different slugs", len(seen), 18)
	for _, x := range mine {
		same(t, "found by its slug", lookUp(t, p, x.Slug()).Slug(), x.Slug())
	}
}

// A slug that another writer took meanwhile is given up when the project is
// saved; experiments handed out before show the new one.
func TestSlugTakenByAnother(t *testing.T) {
	path := manifestIn(t)
	now := watch.New()
	p, other := openAt(t, path, project.Options{Now: now.Now}), openAt(t, path, project.Options{Now: now.Now})
	mine := logAs(t, p, "x", func(d *experiment.Draft) error { return d.LogArtifact("a", "mine", "text", nil) })
	theirs := logAs(t, other, "x", func(d *experiment.Draft) error { return d.LogArtifact("a", "theirs", "text", nil) })
	same(t, "slugs before", mine.Slug(), theirs.Slug())
	saveAll(t, other, p)
	if mine.Slug() == theirs.Slug() {
		t.Fatal("both have one slug")
	}
	same(t, "theirs", theirs.Slug(), "x-20250301100000")
	same(t, "order", slugsOf(p), []string{theirs.Slug(), mine.Slug()})
	same(t, "artifacts", [2]string{bytesOf(t, mine, "a"), bytesOf(t, theirs, "a")}, [2]string{"mine", "theirs"})
	for _, file := range filesIn(t, path) { // none is left where it was written first
		if !strings.HasPrefix(file, mine.Slug()+"/") && file != theirs.Slug()+"/a-20250301100000.txt" {
			t.Errorf("file %q", file)
		}
	}
}
