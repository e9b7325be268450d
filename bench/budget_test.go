//go:build !race

// The race detector allocates too.

package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

const budgetFile = "testdata/budget.txt"

var updateBudget = flag.Bool("update-budget", false, "write what the hot paths allocate now to "+budgetFile)

// A cost is what a piece of work allocates: a number that does not depend on what
// else the machine does, where a time would.
type cost struct{ allocs, bytes float64 }

// slack is how much of a budget may be exceeded before the test fails: maps grow
// and pools empty at other moments from run to run.
const slack = 1.1

// hotPaths are the pieces of work that have a budget. Each returns what is to be
// counted; what prepares it is not.
var hotPaths = []struct {
	name string
	make func(t *testing.T, e *env) func(ctx context.Context) error
}{
	{"open 1000 and look one up", func(t *testing.T, e *env) func(context.Context) error {
		path := mustProject(t, e, 1000)
		return func(ctx context.Context) error { return openAndLookup(ctx, path, middle(1000)) }
	}},
	{"open 1000 and filter", func(t *testing.T, e *env) func(context.Context) error {
		path := mustProject(t, e, 1000)
		return func(ctx context.Context) error { return openAndFilter(ctx, path) }
	}},
	{"append one to 1000 and save", func(t *testing.T, e *env) func(context.Context) error {
		path, err := e.newProject("budget-append", sample.Manifest(1000))
		if err != nil {
			t.Fatal(err)
		}
		added := 1000
		return func(ctx context.Context) error {
			p, err := openProject(ctx, path, project.Append)
			if err != nil {
				return err
			}
			added++
			run := sample.At(added)
			if _, err := p.Log(ctx, run.Name, run.Log); err != nil {
				return err
			}
			if err := p.Save(ctx); err != nil {
				return err
			}
			return p.Close()
		}
	}},
	{"log and save 100", func(t *testing.T, e *env) func(context.Context) error {
		runs, round := sample.Runs(0, 100), 0
		return func(ctx context.Context) error {
			round++
			return logAndSave(ctx, filepath.Join(e.dir, "budget-log", strconv.Itoa(round), "project.json"), slices.Values(runs))
		}
	}},
	{"open two of 500 and merge", func(t *testing.T, e *env) func(context.Context) error {
		var paths [2]string
		for i, first := range []int{0, 250} {
			var err error
			if paths[i], err = e.newProject(fmt.Sprint("budget-merge-", i), sample.AppendManifest(nil, sample.Runs(first, 500), true)); err != nil {
				t.Fatal(err)
			}
		}
		return func(ctx context.Context) error {
			_, err := mergeOnce(ctx, paths, 750)
			return err
		}
	}},
	{"log 1000 metrics", func(t *testing.T, e *env) func(context.Context) error {
		e.metrics = 1000
		return func(ctx context.Context) error {
			return withDraft(ctx, func(d *experiment.Draft) error { e.logMetrics(d); return nil })
		}
	}},
	{"open a repository of 1000 versions and find one", func(t *testing.T, e *env) func(context.Context) error {
		path, err := e.repository(t.Context(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		return func(ctx context.Context) error {
			r, err := openRepository(ctx, path)
			if err != nil {
				return err
			}
			if _, err := r.Find(versionName(500, 1000), repository.Latest()); err != nil {
				return err
			}
			return r.Close()
		}
	}},
}

// TestBudget fails when a hot path allocates more than its budget, which is what
// it allocated when it was last looked at. If more is needed, say why in the
// change that runs
//
//	go test ./bench -run TestBudget -update-budget
func TestBudget(t *testing.T) {
	e := &env{sizes: tiny, dir: t.TempDir(), projects: map[int]string{}}
	budgets := readBudgets(t)
	costs := map[string]cost{}
	for _, hot := range hotPaths {
		t.Run(hot.name, func(t *testing.T) {
			spent := measureCost(t, hot.make(t, e))
			costs[hot.name] = spent
			if *updateBudget {
				return
			}
			budget, ok := budgets[hot.name]
			if !ok {
				t.Fatalf("no budget in %s: run with -update-budget", budgetFile)
			}
			if spent.allocs > budget.allocs*slack || spent.bytes > budget.bytes*slack {
				t.Errorf("allocates %.0f times and %.0f bytes, its budget is %.0f times and %.0f bytes", spent.allocs, spent.bytes, budget.allocs, budget.bytes)
			}
		})
	}
	if *updateBudget {
		writeBudgets(t, costs)
	}
}

// measureCost takes the mean of some rounds on one processor, so that nothing
// depends on how many there are, after one that warms up.
func measureCost(t *testing.T, do func(context.Context) error) cost {
	const rounds = 5
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if err := do(t.Context()); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		if err := do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	return cost{float64(after.Mallocs-before.Mallocs) / rounds, float64(after.TotalAlloc-before.TotalAlloc) / rounds}
}

func mustProject(t *testing.T, e *env, n int) string {
	t.Helper()
	path, err := e.project(n)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func readBudgets(t *testing.T) map[string]cost {
	t.Helper()
	f, err := os.Open(budgetFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	budgets := map[string]cost{}
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var c cost
		name, numbers, _ := strings.Cut(line, ":")
		if _, err := fmt.Sscanf(numbers, "%g allocations %g bytes", &c.allocs, &c.bytes); err != nil {
			t.Fatalf("%s: %q: %v", budgetFile, line, err)
		}
		budgets[name] = c
	}
	return budgets
}

func writeBudgets(t *testing.T, costs map[string]cost) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# What the hot paths may allocate, on one processor: written by TestBudget -update-budget.\n")
	for _, hot := range hotPaths {
		fmt.Fprintf(&b, "%s: %.0f allocations %.0f bytes\n", hot.name, costs[hot.name].allocs, costs[hot.name].bytes)
	}
	if err := os.WriteFile(budgetFile, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}
