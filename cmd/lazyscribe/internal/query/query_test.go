package query

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// manifest is a project text of three experiments, as Python writes them.
const manifest = `[
 {"name": "First", "slug": "first-20250101093000", "short_slug": "first", "author": "ann", "last_updated_by": "bob",
  "created_at": "2025-01-01T09:30:00", "last_updated": "2025-02-01T12:00:00",
  "metrics": {"auroc": 0.95, "n": 1000, "curve": [0.1, 0.2], "big": 123456789012345678901234567890, "loss": NaN},
  "parameters": {"opt": {"name": "adam", "lr": 0.1}, "opt.lr": 7, "layers": [16, 32], "mode": "fast", "warm": true},
  "tags": ["best", "keep"], "dependencies": ["up.json|base"],
  "tests": [{"name": "slice A", "description": "women", "metrics": {"auroc": 0.7}, "parameters": {}, "artifacts": []},
            {"name": "slice B", "description": null, "metrics": {}, "parameters": {"fold": 3}, "artifacts": []}],
  "artifacts": [{"name": "model", "fname": "model.json", "handler": "json", "created_at": "2025-01-01T09:30:00",
                 "expiry": "2025-06-01T00:00:00", "version": 0, "sha256": "00ff", "size": 12},
                {"name": "plain", "fname": "plain.txt", "handler": "text", "created_at": "2025-01-01T09:30:00", "expiry": null, "version": 0}]},
 {"name": "Second", "slug": "second-20250102093000", "short_slug": "second", "author": "cyd", "last_updated_by": "cyd",
  "created_at": "2025-01-02T09:30:00", "last_updated": "2025-01-02T09:30:00",
  "metrics": {"auroc": "broken", "n": 2000}, "parameters": {"opt": {"name": "sgd"}, "mode": 3},
  "tags": [], "dependencies": [], "tests": [], "artifacts": []},
 {"name": "Third", "slug": "third-20250103093000", "short_slug": "third", "author": "ann", "last_updated_by": "ann",
  "created_at": "2025-01-03T09:30:00", "last_updated": "2025-01-03T09:30:00",
  "metrics": {"auroc": 0.8, "loss": 0.5}, "parameters": {}, "tags": ["best"], "dependencies": [], "tests": [], "artifacts": []}
]`

func experiments(t testing.TB) []*experiment.Experiment {
	t.Helper()
	ctx := context.Background()
	path := t.TempDir() + "/project.json"
	writeFile(t, path, manifest)
	p, err := project.Open(ctx, path, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	var list []*experiment.Experiment
	for e := range p.All() {
		list = append(list, e)
	}
	if len(list) != 3 {
		t.Fatalf("read %d experiments, want 3: %v", len(list), p.Problems())
	}
	return list
}

func names(list []*experiment.Experiment) string {
	var text strings.Builder
	for _, e := range list {
		text.WriteString(e.Name()[:1])
	}
	return text.String()
}

func day(n int) time.Time { return time.Date(2025, 1, n, 9, 30, 0, 0, time.UTC) }
