package project_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// Comparisons with Python and with what the machine can do at best are made by
// the command in folder bench; these are the parts of it.

var benchSizes = []int{1_000, 20_000}

// sampleFile writes the manifest of n runs and returns its path.
func sampleFile(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "project.json")
	text := sample.Manifest(n)
	if err := os.WriteFile(path, text, 0o666); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	return path
}

func openSample(b *testing.B, path string, mode project.Mode) *project.Project {
	b.Helper()
	p, err := project.Open(b.Context(), path, &project.Options{Mode: mode, Author: sample.Author})
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func forSizes(b *testing.B, run func(b *testing.B, n int)) {
	for _, n := range benchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { run(b, n) })
	}
}

func BenchmarkOpenLookup(b *testing.B) {
	forSizes(b, func(b *testing.B, n int) {
		path, slug := sampleFile(b, n), sample.At(n/2).Slug()
		for b.Loop() {
			p := openSample(b, path, project.ReadOnly)
			if _, err := p.Lookup(slug); err != nil {
				b.Fatal(err)
			}
			if err := p.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A second look at a project that is open goes through an index.
func BenchmarkLookupIndexed(b *testing.B) {
	p := openSample(b, sampleFile(b, 20_000), project.ReadOnly)
	defer p.Close()
	slug := sample.At(10_000).Slug()
	b.SetBytes(0)
	for b.Loop() {
		if _, err := p.Lookup(slug); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	forSizes(b, func(b *testing.B, n int) {
		path := sampleFile(b, n)
		for b.Loop() {
			b.StopTimer()
			p := openSample(b, path, project.ReadOnly)
			b.StartTimer()
			found := 0
			for x := range p.All() {
				if auroc, ok := x.Metric("auroc"); ok && auroc > 0.9 {
					found++
				}
			}
			if found == 0 || found == n {
				b.Fatalf("found %d of %d", found, n)
			}
			b.StopTimer()
			if err := p.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
}

func BenchmarkLog(b *testing.B) {
	run := sample.At(0)
	p := openSample(b, filepath.Join(b.TempDir(), "project.json"), project.Append)
	defer p.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Log(b.Context(), run.Name, run.Log); err != nil {
			b.Fatal(err)
		}
	}
}

// Logging many experiments and saving them at once.
func BenchmarkLogSave(b *testing.B) {
	runs := sample.Runs(0, 1_000)
	dir := b.TempDir()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		var now time.Time
		p, err := project.Open(b.Context(), filepath.Join(dir, fmt.Sprint(i), "project.json"),
			&project.Options{Author: sample.Author, Now: func() time.Time { return now }})
		if err != nil {
			b.Fatal(err)
		}
		for _, run := range runs {
			now = run.Created
			if _, err := p.Log(b.Context(), run.Name, run.Log); err != nil {
				b.Fatal(err)
			}
		}
		if err := p.Save(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// Saving one more experiment into a project that is open.
func BenchmarkAppendSave(b *testing.B) {
	forSizes(b, func(b *testing.B, n int) {
		p := openSample(b, sampleFile(b, n), project.Append)
		defer p.Close()
		for i := n; b.Loop(); i++ {
			run := sample.At(i)
			if _, err := p.Log(b.Context(), run.Name, run.Log); err != nil {
				b.Fatal(err)
			}
			if err := p.Save(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSegmentSave saves one experiment into a segment, which must not depend
// on the project's size. It reports how many segments wait in the end.
func BenchmarkSegmentSave(b *testing.B) {
	forSizes(b, func(b *testing.B, n int) {
		path := sampleFile(b, n)
		p, err := project.Open(b.Context(), path, &project.Options{Author: sample.Author, Commit: project.CommitSegments})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := p.Log(b.Context(), "run", nil); err != nil {
				b.Fatal(err)
			}
			if err := p.Save(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		list, _ := filepath.Glob(path + ".d/*.json")
		b.ReportMetric(float64(len(list)), "segments")
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkMerge(b *testing.B) {
	forSizes(b, func(b *testing.B, n int) {
		mine := openSample(b, sampleFile(b, n), project.Append)
		defer mine.Close()
		path := filepath.Join(b.TempDir(), "project.json")
		if err := os.WriteFile(path, sample.AppendManifest(nil, sample.Runs(n/2, n), true), 0o666); err != nil {
			b.Fatal(err)
		}
		theirs := openSample(b, path, project.ReadOnly)
		defer theirs.Close()
		for b.Loop() {
			m, err := mine.Merge(theirs)
			if err != nil {
				b.Fatal(err)
			}
			if got, want := m.Len(), n+n/2; got != want {
				b.Fatalf("merged %d experiments, want %d", got, want)
			}
			b.StopTimer()
			if err := m.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
}
