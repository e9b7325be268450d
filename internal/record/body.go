package record

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// A Body is an experiment taken apart.
type Body struct {
	Name, Slug, ShortSlug  string
	Author, LastUpdatedBy  string
	CreatedAt, LastUpdated time.Time
	Metrics, Parameters    []Field // names are unique
	Tags                   []string
	Dependencies           []Dependency
	Tests                  []*Test
	Artifacts              []*Artifact

	// Problems are the parts that could not be understood. A body with
	// problems is not written again: what was not understood would be lost.
	Problems []Problem

	// kept holds, by key, values that are written back as they were: keys this
	// version does not know, and values of known keys that are not of the usual
	// kind (Python checks no types). A known key leaves kept when it is changed.
	kept map[string]any
}

// A Problem is a part of a record that could not be read.
type Problem struct {
	Path string // such as tests[2].artifacts[0]
	Err  error
}

// A Dependency names an experiment of this or another project.
type Dependency struct {
	Text string // "project|slug", as in the file
	Cell *Cell  // the experiment itself, if it was given as one: its slug may still change
	From string // text of its project, with Cell
}

// String is the text form, up to date with what the experiment is called now.
func (d Dependency) String() string {
	if d.Cell != nil {
		return d.text(d.Cell.Record().Slug())
	}
	return d.Text
}

func (d Dependency) text(slug string) string { return d.From + "|" + slug }

// A Test is one test of an experiment. Like a Body it is not changed once it
// belongs to a record.
type Test struct {
	Name, Description   string
	Metrics, Parameters []Field
	Artifacts           []*Artifact
	tree                *pyjson.Object // as in the file, while unchanged
	kept                map[string]any
}

// Clone returns a body that can be changed. Tests and artifacts are shared.
func (b *Body) Clone() *Body {
	c := *b
	c.Metrics = slices.Clone(b.Metrics)
	c.Parameters = slices.Clone(b.Parameters)
	c.Tags = slices.Clone(b.Tags)
	c.Dependencies = slices.Clone(b.Dependencies)
	c.Tests = slices.Clone(b.Tests)
	c.Artifacts = slices.Clone(b.Artifacts)
	c.Problems = slices.Clone(b.Problems)
	c.kept = maps.Clone(b.kept)
	return &c
}

// Clone returns a test that can be changed. Artifacts are shared.
func (t *Test) Clone() *Test {
	c := *t
	c.Metrics = slices.Clone(t.Metrics)
	c.Parameters = slices.Clone(t.Parameters)
	c.Artifacts = slices.Clone(t.Artifacts)
	c.kept = maps.Clone(t.kept)
	c.tree = nil
	return &c
}

// Changed tells the body that the values of known keys were replaced, so that
// an odd value found in the file gives way.
func (b *Body) Changed(key string) { delete(b.kept, key) }

// Changed is [Body.Changed] for a test.
func (t *Test) Changed(key string) { delete(t.kept, key) }

// AllArtifacts visits the experiment's artifacts and those of its tests; t is
// nil for the former.
func (b *Body) AllArtifacts(visit func(t *Test, a *Artifact)) {
	for _, a := range b.Artifacts {
		visit(nil, a)
	}
	for _, t := range b.Tests {
		for _, a := range t.Artifacts {
			visit(t, a)
		}
	}
}

// TestIndex returns the place of a test among those of its name, from 0; -1 if
// it is none of the body's.
func (b *Body) TestIndex(t *Test) int {
	n := 0
	for _, other := range b.Tests {
		if other == t {
			return n
		}
		if other.Name == t.Name {
			n++
		}
	}
	return -1
}

// TestArtifacts returns the list of artifacts of a test of a name, by its place
// among those of the name, nil without one. The test is replaced by a copy that
// can be changed.
func (b *Body) TestArtifacts(name string, index int) *[]*Artifact {
	for i, t := range b.Tests {
		if t.Name != name {
			continue
		}
		if index == 0 {
			b.Tests[i] = t.Clone()
			return &b.Tests[i].Artifacts
		}
		index--
	}
	return nil
}

// Pending returns how many artifacts are not in files yet.
func (b *Body) Pending() int {
	n := 0
	b.AllArtifacts(func(_ *Test, a *Artifact) {
		if a.Pending() != nil {
			n++
		}
	})
	return n
}

func (b *Body) problem(path string, err error) {
	b.Problems = append(b.Problems, Problem{path, err})
}

// Err returns the body's problems as one error, nil without any.
func (b *Body) Err() error {
	if len(b.Problems) == 0 {
		return nil
	}
	p := b.Problems[0]
	if n := len(b.Problems) - 1; n > 0 {
		return fmt.Errorf("%s: %w (and %d more)", p.Path, p.Err, n)
	}
	return fmt.Errorf("%s: %w", p.Path, p.Err)
}

// WithArtifacts returns a body in which artifacts are replaced by others.
func (b *Body) WithArtifacts(by map[*Artifact]*Artifact) *Body {
	c := b.Clone()
	replace(c.Artifacts, by)
	for i, t := range c.Tests {
		for _, a := range t.Artifacts {
			if by[a] != nil {
				c.Tests[i] = t.Clone()
				replace(c.Tests[i].Artifacts, by)
				break
			}
		}
	}
	return c
}

func replace(list []*Artifact, by map[*Artifact]*Artifact) {
	for i, a := range list {
		if other := by[a]; other != nil {
			list[i] = other
		}
	}
}
