package project_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// The examples use a store in memory and a clock that stands still, so that
// what they print is always the same. A program gives a path and no clock.
func exampleOptions(mode project.Mode) *project.Options {
	return &project.Options{
		Mode:   mode,
		Author: "ann",
		Now:    func() time.Time { return time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC) },
	}
}

func Example() {
	ctx := context.Background()
	p, err := project.Open(ctx, "mem://example/project.json", exampleOptions(project.Append))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	_, err = p.Log(ctx, "My experiment", func(d *experiment.Draft) error {
		d.LogMetric("auroc", 0.91)
		d.Tag("baseline")
		if err := d.LogParameter("features", []string{"age", "income"}); err != nil {
			return err
		}
		return d.LogArtifact("weights", []float64{0.5, 1}, "json", nil)
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Save(ctx); err != nil {
		log.Fatal(err)
	}

	x, err := p.Lookup("my-experiment")
	if err != nil {
		log.Fatal(err)
	}
	weights, err := artifacts.Load[[]float64](ctx, x, "weights", nil)
	if err != nil {
		log.Fatal(err)
	}
	auroc, _ := x.Metric("auroc")
	fmt.Println(x.Slug(), auroc, weights)
	// Output: my-experiment-20250301100000 0.91 [0.5 1]
}

func ExampleProject_Log() {
	ctx := context.Background()
	p, err := project.Open(ctx, "mem://example-log/project.json", exampleOptions(project.Append))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	// An experiment whose function fails was never there.
	_, err = p.Log(ctx, "doomed", func(d *experiment.Draft) error {
		d.LogMetric("loss", 12)
		return errors.New("out of memory")
	})
	fmt.Println(err, p.Len())
	// Output: out of memory 0
}

func ExampleProject_Begin() {
	ctx := context.Background()
	p, err := project.Open(ctx, "mem://example-begin/project.json", exampleOptions(project.Append))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	d, err := p.Begin("Long run")
	if err != nil {
		log.Fatal(err)
	}
	for epoch := range 3 {
		d.LogMetric("loss", 1/float64(epoch+1)) // the last one counts
	}
	x, err := p.Commit(d)
	if err != nil {
		log.Fatal(err)
	}
	loss, _ := x.MetricValue("loss")
	fmt.Println(x, loss)
	// Output: long-run-20250301100000 0.3333333333333333
}

func ExampleProject_Edit() {
	ctx := context.Background()
	p, err := project.Open(ctx, "mem://example-edit/project.json", exampleOptions(project.ReadWrite))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	if _, err := p.Log(ctx, "Model", nil); err != nil {
		log.Fatal(err)
	}
	if err := p.Save(ctx); err != nil {
		log.Fatal(err)
	}
	x, err := p.Edit(ctx, "model", func(d *experiment.Draft) error {
		d.Tag("reviewed")
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Tags(), x.LastUpdated().Sub(x.CreatedAt()))
	// Output: [reviewed] 1s
}

func ExampleProject_Merge() {
	ctx := context.Background()
	var projects []*project.Project
	for _, name := range []string{"ours", "theirs"} {
		p, err := project.Open(ctx, "mem://example-merge/"+name+"/project.json", exampleOptions(project.Append))
		if err != nil {
			log.Fatal(err)
		}
		defer p.Close()
		_, err = p.Log(ctx, "Run of "+name, func(d *experiment.Draft) error {
			return d.LogArtifact("note", "written by "+name, "text", nil)
		})
		if err != nil {
			log.Fatal(err)
		}
		if err := p.Save(ctx); err != nil {
			log.Fatal(err)
		}
		projects = append(projects, p)
	}
	merged, err := projects[0].Merge(projects[1])
	if err != nil {
		log.Fatal(err)
	}
	defer merged.Close()
	if err := merged.Save(ctx); err != nil { // copies the artifact too
		log.Fatal(err)
	}
	for x := range merged.All() {
		note, err := artifacts.Load[string](ctx, x, "note", nil)
		fmt.Println(x, note, err)
	}
	// Output:
	// run-of-ours-20250301100000 written by ours <nil>
	// run-of-theirs-20250301100000 written by theirs <nil>
}

func ExampleProject_Save() {
	ctx := context.Background()
	p, err := project.Open(ctx, "mem://example-save/project.json", exampleOptions(project.Append))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	_, err = p.Log(ctx, "Eight hours", func(d *experiment.Draft) error {
		d.LogMetric("loss", 0.25)
		return d.LogArtifact("table", "\xff", "text", nil) // not text, as the save finds out
	})
	if err != nil {
		log.Fatal(err)
	}
	err = p.Save(ctx)
	var failed *project.ArtifactError
	if errors.Is(err, artifacts.ErrIncomplete) && errors.As(err, &failed) {
		fmt.Printf("saved without artifact %q of %s\n", failed.Artifact, failed.Experiment)
	}
	// Output: saved without artifact "table" of eight-hours-20250301100000
}

func ExampleProject_Resolve() {
	ctx := context.Background()
	features, err := project.Open(ctx, "mem://example-resolve/features.json", exampleOptions(project.Append))
	if err != nil {
		log.Fatal(err)
	}
	defer features.Close()
	models, err := project.Open(ctx, "mem://example-resolve/models.json", exampleOptions(project.Append))
	if err != nil {
		log.Fatal(err)
	}
	defer models.Close()

	f, err := features.Log(ctx, "Features", nil)
	if err != nil {
		log.Fatal(err)
	}
	m, err := models.Log(ctx, "Model", func(d *experiment.Draft) error {
		d.DependOn(f)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := errors.Join(features.Save(ctx), models.Save(ctx)); err != nil {
		log.Fatal(err)
	}
	for ref := range m.Dependencies() {
		upstream, err := models.Resolve(ctx, ref)
		fmt.Println(ref, "is", upstream.Name(), err)
	}
	// Output: example-resolve/features.json|features-20250301100000 is Features <nil>
}

func ExampleProject_Check() {
	ctx := context.Background()
	p, err := project.Open(ctx, "mem://example-check/project.json", exampleOptions(project.ReadWrite))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	replace := &artifacts.LogOptions{Replace: true, FileName: "note-0123abcd.txt"}
	if _, err := p.Log(ctx, "Model", func(d *experiment.Draft) error { return d.LogArtifact("note", "first", "text", nil) }); err != nil {
		log.Fatal(err)
	}
	if err := p.Save(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := p.Edit(ctx, "model", func(d *experiment.Draft) error { return d.LogArtifact("note", "second", "text", replace) }); err != nil {
		log.Fatal(err)
	}
	if err := p.Save(ctx); err != nil {
		log.Fatal(err)
	}
	for finding, err := range p.Check(ctx, nil) {
		fmt.Println(finding.Kind, finding.Key, err)
	}
	// Output: orphan model-20250301100000/note-20250301100000.txt <nil>
}

func ExampleProject_Problems() {
	ctx := context.Background()
	p, err := project.Open(ctx, "../testdata/fixtures/j_load_errors/data/created_bad.json", exampleOptions(project.ReadOnly))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	for _, problem := range p.Problems() {
		fmt.Println(problem)
	}
	// Output: record 0 (line 1 column 2): created_at: parse time "yesterday": invalid time: not in ISO 8601 form
}

func ExampleProject_All() {
	ctx := context.Background()
	p, err := project.Open(ctx, "../testdata/fixtures/a_basic/data/project.json", exampleOptions(project.ReadOnly))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	for x := range p.All() {
		if auroc, ok := x.Metric("auroc"); ok && auroc >= 0.45 {
			fmt.Println(x.Slug(), auroc)
		}
	}
	// Output:
	// my-experiment-20250101093000 0.45
	// my-experiment-20250102093000 0.5
}

func ExampleOpen_readBack() {
	ctx := context.Background()
	p, err := project.Open(ctx, "../testdata/fixtures/a_basic/data/project.json", exampleOptions(project.ReadOnly))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	x, err := p.Lookup("base-performance")
	if err != nil {
		log.Fatal(err)
	}
	var features []string
	if err := x.LoadArtifact(ctx, "features", &features, nil); err != nil {
		log.Fatal(err)
	}
	r, err := x.OpenArtifact(ctx, "features")
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	fmt.Printf("%q %s %v\n", features, raw, err)
	// Output: ["a" "b" "c"] ["a", "b", "c"] <nil>
}
