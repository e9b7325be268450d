package sample_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// The text a Run makes of itself is the one that logging and saving it gives:
// else comparing their times would say nothing. The order in which runs are
// logged makes no difference, as a manifest is in order of creation.
func TestTextIsWhatSavingWrites(t *testing.T) {
	runs := sample.Runs(0, 300)
	want := string(sample.AppendManifest(nil, runs, false))
	backwards := slices.Clone(runs)
	slices.Reverse(backwards)
	for _, c := range []struct {
		name string
		runs []*sample.Run
	}{
		{"in order", runs},
		{"backwards", backwards},
		{"two rows", append(slices.Clone(runs[150:]), runs[:150]...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(want, saved(t, c.runs)); diff != "" {
				t.Errorf("made (-) and saved (+):\n%s", diff)
			}
		})
	}
}

// saved logs runs into a new project, saves it and returns its manifest.
func saved(t *testing.T, runs []*sample.Run) string {
	t.Helper()
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "project.json")
	var now time.Time
	p, err := project.Open(ctx, path, &project.Options{Author: sample.Author, Now: func() time.Time { return now }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, run := range runs {
		now = run.Created
		x, err := p.Log(ctx, run.Name, run.Log)
		if err != nil {
			t.Fatal(err)
		}
		if x.Slug() != run.Slug() || x.ShortSlug() != run.ShortSlug() {
			t.Fatalf("slugs %q and %q, a Run says %q and %q", x.Slug(), x.ShortSlug(), run.Slug(), run.ShortSlug())
		}
	}
	if err := p.Save(ctx); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Python would write the manifest as it is: package pyjson writes what Python
// does.
func TestTextIsPythons(t *testing.T) {
	text := sample.Manifest(100)
	tree, err := pyjson.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	again, err := pyjson.Append(nil, tree, &pyjson.Format{Indent: "    ", SortKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(again), string(text)); diff != "" {
		t.Errorf("Python's (-) and made (+):\n%s", diff)
	}
}

func TestManifestIsAProject(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "project.json")
	if err := os.WriteFile(path, sample.Manifest(100), 0o666); err != nil {
		t.Fatal(err)
	}
	p, err := project.Open(ctx, path, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if n := len(p.Problems()); n > 0 || p.Len() != 100 {
		t.Fatalf("%d experiments and %d problems, first %v", p.Len(), n, p.Problems()[0])
	}
	want := sample.At(42)
	x, err := p.Lookup(want.Slug())
	if err != nil {
		t.Fatal(err)
	}
	if auroc, ok := x.Metric("auroc"); !ok || auroc != want.Metrics.AUROC {
		t.Errorf("auroc is %v, %v, want %v", auroc, ok, want.Metrics.AUROC)
	}
	test, ok := x.Test(want.Test.Name)
	if !ok {
		t.Fatalf("no test %q", want.Test.Name)
	}
	if auroc, _ := test.Metric("auroc"); auroc != want.Test.AUROC {
		t.Errorf("auroc of the test is %v, want %v", auroc, want.Test.AUROC)
	}
	for a := range x.Artifacts() {
		if a.Name != "features" || !a.CreatedAt.Equal(want.Created) {
			t.Errorf("artifact %+v", a)
		}
	}
}

func TestManifestOfNothing(t *testing.T) {
	if got := string(sample.Manifest(0)); got != "[]" {
		t.Errorf("Manifest(0) = %q", got)
	}
}
