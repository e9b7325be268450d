package query

import (
	"math/big"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// A record is what an expression sees of an experiment.
type record struct {
	Name          string         `expr:"name"`
	Slug          string         `expr:"slug"`
	ShortSlug     string         `expr:"short_slug"`
	Author        string         `expr:"author"`
	LastUpdatedBy string         `expr:"last_updated_by"`
	CreatedAt     time.Time      `expr:"created_at"`
	LastUpdated   time.Time      `expr:"last_updated"`
	Tags          []string       `expr:"tags"`
	Dependencies  []string       `expr:"dependencies"`
	Metrics       map[string]any `expr:"metrics"`
	Parameters    map[string]any `expr:"parameters"`
	Tests         []test         `expr:"tests"`
	Artifacts     []artifact     `expr:"artifacts"`
}

type test struct {
	Name        string         `expr:"name"`
	Description string         `expr:"description"`
	Metrics     map[string]any `expr:"metrics"`
	Parameters  map[string]any `expr:"parameters"`
	Artifacts   []artifact     `expr:"artifacts"`
}

// An artifact has nil where nothing is known.
type artifact struct {
	Name      string    `expr:"name"`
	FileName  string    `expr:"fname"`
	Handler   string    `expr:"handler"`
	CreatedAt time.Time `expr:"created_at"`
	Expiry    any       `expr:"expiry"` // time.Time
	SHA256    any       `expr:"sha256"` // string
	Size      any       `expr:"size"`   // int64
}

// parts fill in the fields of a record, each when an expression names it.
var parts = map[string]func(*record, *experiment.Experiment){
	"name":            func(r *record, e *experiment.Experiment) { r.Name = e.Name() },
	"slug":            func(r *record, e *experiment.Experiment) { r.Slug = e.Slug() },
	"short_slug":      func(r *record, e *experiment.Experiment) { r.ShortSlug = e.ShortSlug() },
	"author":          func(r *record, e *experiment.Experiment) { r.Author = e.Author() },
	"last_updated_by": func(r *record, e *experiment.Experiment) { r.LastUpdatedBy = e.LastUpdatedBy() },
	"created_at":      func(r *record, e *experiment.Experiment) { r.CreatedAt = e.CreatedAt() },
	"last_updated":    func(r *record, e *experiment.Experiment) { r.LastUpdated = e.LastUpdated() },
	"tags":            func(r *record, e *experiment.Experiment) { r.Tags = e.Tags() },
	"dependencies":    func(r *record, e *experiment.Experiment) { r.Dependencies = dependencies(e) },
	"metrics":         func(r *record, e *experiment.Experiment) { r.Metrics = smallNumbers(valueMap(e.Metrics())) },
	"parameters":      func(r *record, e *experiment.Experiment) { r.Parameters = smallNumbers(valueMap(e.Parameters())) },
	"artifacts":       func(r *record, e *experiment.Experiment) { r.Artifacts = artifactsOf(e.Artifacts()) },
	"tests": func(r *record, e *experiment.Experiment) {
		for t := range e.Tests() {
			r.Tests = append(r.Tests, test{
				Name: t.Name(), Description: t.Description(),
				Metrics: smallNumbers(valueMap(t.Metrics())), Parameters: smallNumbers(valueMap(t.Parameters())),
				Artifacts: artifactsOf(t.Artifacts()),
			})
		}
	},
}

func artifactsOf(list func(func(artifacts.Artifact) bool)) []artifact {
	var known []artifact
	for a := range list {
		x := artifact{Name: a.Name, FileName: a.FileName, Handler: a.Handler, CreatedAt: a.CreatedAt}
		if !a.Expiry.IsZero() {
			x.Expiry = a.Expiry
		}
		if a.SHA256 != "" {
			x.SHA256, x.Size = a.SHA256, a.Size
		}
		known = append(known, x)
	}
	return known
}

// smallNumbers replaces integers beyond 64 bits, which expressions do not know.
func smallNumbers(m map[string]any) map[string]any {
	for name, v := range m {
		if n, ok := v.(*big.Int); ok {
			m[name], _ = Number(n)
		}
	}
	return m
}
