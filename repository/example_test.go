package repository_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// The examples use stores in memory and clocks that are set by hand, so that
// what they print is always the same. A program gives a path and no clock.

// check ends an example that went wrong.
func check(err error) {
	if err != nil {
		slog.Error("example", "error", err)
		os.Exit(1)
	}
}

func Example() {
	ctx := context.Background()
	now := time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC)
	repo, err := repository.Open(ctx, "mem://example/repository.json", &repository.Options{Now: func() time.Time { return now }})
	check(err)
	defer repo.Close()

	_, err = repo.LogArtifact("threshold", 0.5, "json", nil)
	check(err)
	now = now.Add(24 * time.Hour)
	_, err = repo.LogArtifact("threshold", 0.7, "json", &artifacts.LogOptions{TTL: 7 * 24 * time.Hour})
	check(err)
	check(repo.Save(ctx))

	for _, v := range []repository.Version{
		repository.Latest(),
		repository.Number(0),
		repository.AsOf(time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)),
	} {
		value, err := repository.Load[float64](ctx, repo, "threshold", &repository.LoadOptions{Version: v})
		check(err)
		fmt.Println(v, value)
	}

	now = now.Add(30 * 24 * time.Hour) // the newer one has expired
	value, err := repository.Load[float64](ctx, repo, "threshold", nil)
	check(err)
	fmt.Println(repository.Latest(), value)
	// Output:
	// latest 0.7
	// 0 0.5
	// asof:2025-03-01T12:00:00 0.5
	// latest 0.5
}

func ExampleVersionError() {
	repo, err := repository.Open(context.Background(), "mem://nothing/repository.json", nil)
	check(err)
	defer repo.Close()
	_, err = repo.Find("model", repository.Latest())
	if none, ok := errors.AsType[*repository.VersionError](err); ok && none.Why == repository.UnknownName {
		fmt.Println(err)
	}
	// Output: find version: artifact "model": no version has this name
}

func ExampleParseVersion() {
	for _, text := range []string{"latest", "3", "2025-01-25T12:36:22", "asof:2025-01-25T12:36:22", "asof:3"} {
		v, err := repository.ParseVersion(text)
		fmt.Println(v, err)
	}
	// Output:
	// latest <nil>
	// 3 <nil>
	// 2025-01-25T12:36:22 <nil>
	// asof:2025-01-25T12:36:22 <nil>
	// latest invalid version "asof:3": a number has no time: asof: wants one such as asof:2025-01-25T12:36:22
}

func ExampleRepository_Promote() {
	ctx := context.Background()
	clock := func() time.Time { return time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC) }
	p, err := project.Open(ctx, "mem://promote/project.json", &project.Options{Now: clock})
	check(err)
	defer p.Close()
	run, err := p.Log(ctx, "Best run", func(d *experiment.Draft) error {
		return d.LogArtifact("weights", []float64{0.5, 1}, "json", nil)
	})
	check(err)
	check(p.Save(ctx))

	repo, err := repository.Open(ctx, "mem://promote/repository.json", &repository.Options{Now: clock})
	check(err)
	defer repo.Close()
	a, err := repo.Promote(ctx, run, "weights")
	check(err)
	check(repo.Save(ctx))
	_, err = repo.Promote(ctx, run, "weights")
	fmt.Println(a.Name, a.Version, errors.Is(err, repository.ErrNotNewer))
	// Output: weights 0 true
}

func ExampleRepository_Diff() {
	ctx := context.Background()
	repo, err := repository.Open(ctx, "mem://diff/repository.json", nil)
	check(err)
	defer repo.Close()
	for _, rate := range []float64{0.01, 0.02} {
		_, err := repo.LogArtifact("settings", map[string]any{"name": "adam", "rate": rate}, "json", &artifacts.LogOptions{
			Handler: artifacts.JSON{Indent: "    "},
		})
		check(err)
	}
	check(repo.Save(ctx))

	text, err := repo.Diff(ctx, "settings", repository.Number(0), repository.Latest())
	check(err)
	fmt.Printf("%q\n", text)
	changes, err := repo.DiffStructure(ctx, "settings", repository.Number(0), repository.Latest())
	check(err)
	for _, c := range changes {
		fmt.Printf("%s: %s, now %s\n", c.Path, c.Old, c.New)
	}
	// Output:
	// "--- \n\n+++ \n\n@@ -1,4 +1,4 @@\n\n {\n     \"name\": \"adam\",\n-    \"rate\": 0.01\n+    \"rate\": 0.02\n }"
	// rate: 0.01, now 0.02
}

func ExampleRepository_FilterPicks() {
	ctx := context.Background()
	repo, err := repository.Open(ctx, "mem://filter/repository.json", nil)
	check(err)
	defer repo.Close()
	for _, name := range []string{"model", "model", "features"} {
		_, err := repo.LogArtifact(name, name, "text", nil)
		check(err)
	}
	check(repo.Save(ctx))

	part, err := repo.FilterPicks(repository.Pick{Name: "model", Version: repository.Number(0)}, repository.Pick{Name: "features"})
	check(err)
	defer part.Close()
	for a := range part.All() {
		fmt.Println(a.Name, a.Version)
	}
	// Output:
	// model 0
	// features 0
}
